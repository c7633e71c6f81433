// The I2C bus: adapters, the clients behind them, and the drivers of those. It is there
// while there is an adapter or a driver.
//
// A client is a device below its adapter and goes with it. An adapter's memory is its
// owner's, so i2c_del_adapter() waits until nobody has it.

#include "driver_core.h"

#include <linux/i2c.h>

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock);
static LIST_HEAD(adapters); /* in the order of their numbers */
static unsigned int users;  /* adapters and drivers */

/* ---- clients and drivers --------------------------------------------------------------------- */

static const struct device_type client_type, adapter_type;
struct i2c_client *i2c_verify_client(struct device *device)
{
    return device->type == &client_type ? to_i2c_client(device) : NULL;
}
struct i2c_adapter *i2c_verify_adapter(struct device *device)
{
    return device->type == &adapter_type ? to_i2c_adapter(device) : NULL;
}

const struct i2c_device_id *i2c_match_id(const struct i2c_device_id *ids, const struct i2c_client *client)
{
    for (; ids && ids->name[0]; ids++)
        if (strcmp(client->name, ids->name) == 0) return ids;
    return NULL;
}
const struct i2c_device_id *i2c_client_get_device_id(const struct i2c_client *client)
{
    return client->dev.driver ? i2c_match_id(to_i2c_driver(client->dev.driver)->id_table, client) : NULL;
}

static int match(struct device *device, struct device_driver *driver)
{
    const struct i2c_client *client = i2c_verify_client(device);

    return client && i2c_match_id(to_i2c_driver(driver)->id_table, client);
}

static int probe(struct device *device)
{
    struct i2c_client *client = to_i2c_client(device);
    struct i2c_driver *driver = to_i2c_driver(device->driver);
    int error = -EINVAL;

    client->irq = client->init_irq;
    if (driver->probe_new)
        error = driver->probe_new(client);
    else if (driver->probe)
        error = driver->probe(client, i2c_match_id(driver->id_table, client));
    if (error) client->irq = 0;
    return error;
}
static void remove(struct device *device)
{
    struct i2c_client *client = to_i2c_client(device);
    struct i2c_driver *driver = to_i2c_driver(device->driver);

    if (driver->remove) driver->remove(client);
    client->irq = 0;
}
static int uevent(struct device *device, struct kobj_uevent_env *env)
{
    return i2c_verify_client(device) ? add_uevent_var(env, "MODALIAS=i2c:%s", to_i2c_client(device)->name) : 0;
}
struct bus_type i2c_bus_type = {.name = "i2c", .match = match, .probe = probe, .remove = remove, .uevent = uevent};

int i2c_register_driver(struct module *owner, struct i2c_driver *driver)
{
    int error = ashlar_bus_use(&i2c_bus_type, &users);

    if (error) return error;
    driver->driver.owner = owner;
    driver->driver.bus = &i2c_bus_type;
    error = driver_register(&driver->driver);
    if (error) ashlar_bus_leave(&i2c_bus_type, &users);
    return error;
}
void i2c_del_driver(struct i2c_driver *driver)
{
    driver_unregister(&driver->driver);
    ashlar_bus_leave(&i2c_bus_type, &users);
}

static ssize_t name_show(struct device *device, struct device_attribute *attribute, char *to)
{
    const struct i2c_client *client = i2c_verify_client(device);

    (void)attribute;
    return sysfs_emit(to, "%s\n", client ? client->name : to_i2c_adapter(device)->name);
}
static DEVICE_ATTR_RO(name);
static struct attribute *client_attrs[] = {&dev_attr_name.attr, NULL};
ATTRIBUTE_GROUPS(client);
static void release_client(struct device *device) { kfree(to_i2c_client(device)); }
static const struct device_type client_type = {
    .name = "i2c_client", .groups = client_groups, .release = release_client};

static int has_address(struct device *device, void *wanted)
{
    const struct i2c_client *client = i2c_verify_client(device), *other = wanted;

    return client && client->addr == other->addr && (client->flags & I2C_CLIENT_TEN) == (other->flags & I2C_CLIENT_TEN);
}

/* Reserved ones are left to those who want to be odd. */
static bool is_valid(const struct i2c_client *client)
{
    return client->flags & I2C_CLIENT_TEN ? client->addr <= 0x3ff : client->addr && client->addr <= 0x7f;
}

struct i2c_client *i2c_new_client_device(struct i2c_adapter *adapter, struct i2c_board_info const *info)
{
    struct i2c_client *client = kzalloc(sizeof(*client), GFP_KERNEL);
    struct device *taken;
    int error;

    if (!client) return ERR_PTR(-ENOMEM);
    client->adapter = adapter;
    client->flags = info->flags;
    client->addr = info->addr;
    client->init_irq = info->irq;
    strscpy(client->name, info->type, sizeof(client->name));
    if (!is_valid(client)) {
        dev_err(&adapter->dev, "Invalid %d-bit I2C address 0x%02hx\n", client->flags & I2C_CLIENT_TEN ? 10 : 7,
                client->addr);
        kfree(client);
        return ERR_PTR(-EINVAL);
    }
    client->dev.parent = &adapter->dev;
    client->dev.bus = &i2c_bus_type;
    client->dev.type = &client_type;
    client->dev.platform_data = info->platform_data;
    device_initialize(&client->dev);
    taken = device_find_child(&adapter->dev, client, has_address);
    if (info->dev_name)
        error = dev_set_name(&client->dev, "i2c-%s", info->dev_name);
    else
        error = dev_set_name(&client->dev, "%d-%04x", adapter->nr,
                             client->addr | (client->flags & I2C_CLIENT_TEN ? 0xa000U : 0U));
    if (taken) error = -EBUSY;
    put_device(taken);
    if (!error) error = device_add(&client->dev);
    if (!error) return client;
    dev_err(&adapter->dev, "Failed to register i2c client %s at 0x%02x (%d)\n", client->name, client->addr, error);
    put_device(&client->dev);
    return ERR_PTR(error);
}

void i2c_unregister_device(struct i2c_client *client)
{
    if (!IS_ERR_OR_NULL(client)) device_unregister(&client->dev);
}

/* ---- adapters -------------------------------------------------------------------------------- */

static ssize_t new_device_store(struct device *device, struct device_attribute *attribute, const char *from,
                                size_t count)
{
    struct i2c_board_info info = {};
    const char *blank = strchr(from, ' ');
    struct i2c_client *client;

    (void)attribute;
    if (!blank || blank == from || blank - from >= I2C_NAME_SIZE) return -EINVAL;
    memcpy(info.type, from, (size_t)(blank - from));
    if (kstrtou16(strim((char *)blank), 0, &info.addr)) return -EINVAL;
    client = i2c_new_client_device(to_i2c_adapter(device), &info);
    return IS_ERR(client) ? PTR_ERR(client) : (ssize_t)count;
}
static DEVICE_ATTR_WO(new_device);

static ssize_t delete_device_store(struct device *device, struct device_attribute *attribute, const char *from,
                                   size_t count)
{
    struct i2c_client wanted = {};
    struct device *found;

    (void)attribute;
    if (kstrtou16(from, 0, &wanted.addr)) return -EINVAL;
    found = device_find_child(device, &wanted, has_address);
    if (!found) return -ENOENT;
    i2c_unregister_device(to_i2c_client(found));
    put_device(found);
    return (ssize_t)count;
}
static DEVICE_ATTR_WO(delete_device);
static struct attribute *adapter_attrs[] = {&dev_attr_name.attr, &dev_attr_new_device.attr,
                                            &dev_attr_delete_device.attr, NULL};
ATTRIBUTE_GROUPS(adapter);
static void release_adapter(struct device *device) { complete(&to_i2c_adapter(device)->dev_released); }
static const struct device_type adapter_type = {
    .name = "i2c_adapter", .groups = adapter_groups, .release = release_adapter};

/* With the lock; in its place, so that the first gap is the lowest free number. */
static int claim_number(struct i2c_adapter *adapter, bool any)
{
    struct i2c_adapter *other;
    int number = any ? 0 : adapter->nr;

    list_for_each_entry(other, &adapters, ashlar_list)
    {
        if (other->nr == number && !any) return -EBUSY;
        if (other->nr > number) break;
        if (other->nr == number) number++;
    }
    adapter->nr = number;
    list_add_tail(&adapter->ashlar_list, &other->ashlar_list);
    return 0;
}
static void give_number_back(struct i2c_adapter *adapter)
{
    mutex_lock(&lock);
    list_del(&adapter->ashlar_list);
    mutex_unlock(&lock);
}

static int add_adapter(struct i2c_adapter *adapter, bool any)
{
    int error;

    if (WARN(!adapter->name[0], "i2c adapter has no name")) return -EINVAL;
    if (WARN(!adapter->algo, "adapter '%s': no algo supplied!", adapter->name)) return -EINVAL;
    mutex_init(&adapter->bus_lock);
    init_completion(&adapter->dev_released);
    if (!adapter->timeout) adapter->timeout = HZ;
    error = ashlar_bus_use(&i2c_bus_type, &users);
    if (error) return error;
    adapter->dev.bus = &i2c_bus_type;
    adapter->dev.type = &adapter_type;
    device_initialize(&adapter->dev);
    mutex_lock(&lock);
    error = claim_number(adapter, any);
    mutex_unlock(&lock);
    if (!error) {
        error = dev_set_name(&adapter->dev, "i2c-%d", adapter->nr);
        if (!error) error = device_add(&adapter->dev);
        if (error) give_number_back(adapter);
    }
    if (!error) return 0;
    put_device(&adapter->dev);
    ashlar_bus_leave(&i2c_bus_type, &users);
    return error;
}
int i2c_add_adapter(struct i2c_adapter *adapter) { return add_adapter(adapter, true); }
int i2c_add_numbered_adapter(struct i2c_adapter *adapter) { return add_adapter(adapter, adapter->nr == -1); }

static int unregister_client(struct device *device, void *unused)
{
    (void)unused;
    i2c_unregister_device(i2c_verify_client(device));
    return 0;
}

void i2c_del_adapter(struct i2c_adapter *adapter)
{
    struct i2c_adapter *other;
    bool known = false;

    mutex_lock(&lock);
    list_for_each_entry(other, &adapters, ashlar_list) known |= other == adapter;
    mutex_unlock(&lock);
    if (!known) {
        pr_debug("attempting to delete unregistered adapter [%s]\n", adapter->name);
        return;
    }
    device_for_each_child(&adapter->dev, NULL, unregister_client);
    give_number_back(adapter);
    device_unregister(&adapter->dev);
    wait_for_completion(&adapter->dev_released);
    /* It may be added again. */
    memset(&adapter->dev, 0, sizeof(adapter->dev));
    ashlar_bus_leave(&i2c_bus_type, &users);
}

static void del_managed(void *adapter) { i2c_del_adapter(adapter); }
int devm_i2c_add_adapter(struct device *device, struct i2c_adapter *adapter)
{
    int error = i2c_add_adapter(adapter);

    return error ? error : devm_add_action_or_reset(device, del_managed, adapter);
}

struct i2c_adapter *i2c_get_adapter(int number)
{
    struct i2c_adapter *adapter, *found = NULL;

    mutex_lock(&lock);
    list_for_each_entry(adapter, &adapters, ashlar_list) if (adapter->nr == number) found = adapter;
    if (found) get_device(&found->dev);
    mutex_unlock(&lock);
    return found;
}
void i2c_put_adapter(struct i2c_adapter *adapter)
{
    if (adapter) put_device(&adapter->dev);
}
