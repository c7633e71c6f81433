// Input devices and handlers, and how they meet: every handler is offered every device.
//
// What the first of either needs, the class and the files of evdev, is there while there
// are any: users = devices + handlers.

#include "input.h"

#include <linux/err.h>
#include <linux/input/mt.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock); /* of the lists */
static LIST_HEAD(devices);
static LIST_HEAD(handlers);
static unsigned int users;

static char *name_below_dev(struct device *device, umode_t *mode)
{
    (void)mode;
    return kasprintf(GFP_KERNEL, "input/%s", dev_name(device));
}
struct class ashlar_input_class = {.name = "input", .devnode = name_below_dev};

static int attach(struct input_dev *device, struct input_handler *handler);

/* With the lock. */
static int use(void)
{
    int error = 0;

    if (users == 0) {
        error = class_register(&ashlar_input_class);
        if (error) return error;
        error = ashlar_evdev_start();
        if (error) {
            class_unregister(&ashlar_input_class);
            return error;
        }
        INIT_LIST_HEAD(&ashlar_evdev_handler.h_list);
        list_add_tail(&ashlar_evdev_handler.node, &handlers);
    }
    users++;
    return 0;
}
static void leave(void)
{
    if (--users) return;
    list_del_init(&ashlar_evdev_handler.node);
    ashlar_evdev_stop();
    class_unregister(&ashlar_input_class);
}

/* ---- attributes ------------------------------------------------------------------------------ */

#define TEXT(field)                                                                                    \
    static ssize_t field##_show(struct device *device, struct device_attribute *attribute, char *to)   \
    {                                                                                                  \
        (void)attribute;                                                                               \
        return sysfs_emit(to, "%s\n", to_input_dev(device)->field ? to_input_dev(device)->field : ""); \
    }                                                                                                  \
    static DEVICE_ATTR_RO(field)
TEXT(name);
TEXT(phys);
TEXT(uniq);
static struct attribute *text_attributes[] = {&dev_attr_name.attr, &dev_attr_phys.attr, &dev_attr_uniq.attr, NULL};
static const struct attribute_group text_group = {.attrs = text_attributes};

#define NUMBER(field)                                                                                \
    static ssize_t field##_show(struct device *device, struct device_attribute *attribute, char *to) \
    {                                                                                                \
        (void)attribute;                                                                             \
        return sysfs_emit(to, "%04x\n", to_input_dev(device)->id.field);                             \
    }                                                                                                \
    static DEVICE_ATTR_RO(field)
NUMBER(bustype);
NUMBER(vendor);
NUMBER(product);
NUMBER(version);
static struct attribute *id_attributes[] = {&dev_attr_bustype.attr, &dev_attr_vendor.attr, &dev_attr_product.attr,
                                            &dev_attr_version.attr, NULL};
static const struct attribute_group id_group = {.name = "id", .attrs = id_attributes};
static const struct attribute_group *groups[] = {&text_group, &id_group, NULL};

static void release_device(struct device *base)
{
    struct input_dev *device = to_input_dev(base);

    input_mt_destroy_slots(device);
    kfree(device->poller);
    kfree(device->absinfo);
    kfree(device->vals);
    kfree(device);
}
static int add_to_event(struct device *base, struct kobj_uevent_env *env)
{
    const struct input_dev *device = to_input_dev(base);
    int error = add_uevent_var(env, "PRODUCT=%x/%x/%x/%x", device->id.bustype, device->id.vendor, device->id.product,
                               device->id.version);

    if (!error && device->name) error = add_uevent_var(env, "NAME=\"%s\"", device->name);
    return error;
}
static const struct device_type device_type = {.groups = groups, .release = release_device, .uevent = add_to_event};

/* ---- making them ----------------------------------------------------------------------------- */

struct input_dev *input_allocate_device(void)
{
    static atomic_t numbers = ATOMIC_INIT(0);
    struct input_dev *device = kzalloc(sizeof(*device), GFP_KERNEL);

    if (!device) return NULL;
    device->dev.type = &device_type;
    device->dev.class = &ashlar_input_class;
    device_initialize(&device->dev);
    mutex_init(&device->mutex);
    spin_lock_init(&device->event_lock);
    timer_setup(&device->timer, NULL, 0);
    INIT_LIST_HEAD(&device->h_list);
    INIT_LIST_HEAD(&device->node);
    if (!dev_set_name(&device->dev, "input%d", atomic_inc_return(&numbers) - 1)) return device;
    input_put_device(device);
    return NULL;
}

struct managed {
    struct input_dev *device;
};
static void put_managed(struct device *parent, void *data)
{
    (void)parent;
    input_put_device(((struct managed *)data)->device);
}
static int is_managed(struct device *parent, void *data, void *device)
{
    (void)parent;
    return ((struct managed *)data)->device == device;
}

struct input_dev *devm_input_allocate_device(struct device *parent)
{
    struct managed *managed = devres_alloc(put_managed, sizeof(*managed), GFP_KERNEL);
    struct input_dev *device = managed ? input_allocate_device() : NULL;

    if (!device) {
        devres_free(managed);
        return NULL;
    }
    device->dev.parent = parent;
    device->devres_managed = true;
    managed->device = device;
    devres_add(parent, managed);
    return device;
}

void input_free_device(struct input_dev *device)
{
    if (!device) return;
    if (device->devres_managed) WARN_ON(devres_destroy(device->dev.parent, put_managed, is_managed, device));
    input_put_device(device);
}

void input_alloc_absinfo(struct input_dev *device)
{
    if (device->absinfo) return;
    device->absinfo = kcalloc(ABS_CNT, sizeof(*device->absinfo), GFP_KERNEL);
    if (!device->absinfo) dev_err(device->dev.parent ? device->dev.parent : &device->dev, "no memory for absinfo\n");
}

void input_set_abs_params(struct input_dev *device, unsigned int axis, int minimum, int maximum, int fuzz, int flat)
{
    __set_bit(EV_ABS, device->evbit);
    __set_bit(axis, device->absbit);
    input_alloc_absinfo(device);
    if (!device->absinfo) return; /* and the registration fails */
    device->absinfo[axis].minimum = minimum;
    device->absinfo[axis].maximum = maximum;
    device->absinfo[axis].fuzz = fuzz;
    device->absinfo[axis].flat = flat;
}

void input_set_capability(struct input_dev *device, unsigned int type, unsigned int code)
{
    unsigned int count = 0;
    unsigned long *codes = type ? ashlar_input_codes(device, type, &count) : NULL;

    if (type != EV_PWR && (!codes || code >= count)) {
        pr_err("input_set_capability: invalid type %u or code %u\n", type, code);
        dump_stack();
        return;
    }
    if (type == EV_ABS) input_alloc_absinfo(device);
    if (codes) __set_bit(code, codes);
    __set_bit(type, device->evbit);
}

/* A packet may have every axis, of every contact, and some keys. */
static unsigned int packet_size(struct input_dev *device)
{
    unsigned int slots = device->mt ? (unsigned int)device->mt->num_slots : 0, events = slots + 1, axis;

    if (!slots && test_bit(ABS_MT_TRACKING_ID, device->absbit))
        slots = (unsigned int)clamp(
            device->absinfo[ABS_MT_TRACKING_ID].maximum - device->absinfo[ABS_MT_TRACKING_ID].minimum + 1, 2, 32);
    for_each_set_bit(axis, device->absbit, ABS_CNT) events += input_is_mt_axis((int)axis) ? max(slots, 1U) : 1;
    return events + bitmap_weight(device->relbit, REL_CNT) + 7;
}

/* ---- meeting --------------------------------------------------------------------------------- */

static bool within(const kernel_ulong_t *wanted, const unsigned long *has, unsigned int bits)
{
    return bitmap_subset(wanted, has, bits);
}

bool input_match_device_id(const struct input_dev *device, const struct input_device_id *id)
{
    if ((id->flags & INPUT_DEVICE_ID_MATCH_BUS) && id->bustype != device->id.bustype) return false;
    if ((id->flags & INPUT_DEVICE_ID_MATCH_VENDOR) && id->vendor != device->id.vendor) return false;
    if ((id->flags & INPUT_DEVICE_ID_MATCH_PRODUCT) && id->product != device->id.product) return false;
    if ((id->flags & INPUT_DEVICE_ID_MATCH_VERSION) && id->version != device->id.version) return false;
    return within(id->evbit, device->evbit, EV_CNT) && within(id->keybit, device->keybit, KEY_CNT) &&
           within(id->relbit, device->relbit, REL_CNT) && within(id->absbit, device->absbit, ABS_CNT) &&
           within(id->mscbit, device->mscbit, MSC_CNT) && within(id->ledbit, device->ledbit, LED_CNT) &&
           within(id->sndbit, device->sndbit, SND_CNT) && within(id->swbit, device->swbit, SW_CNT) &&
           within(id->propbit, device->propbit, INPUT_PROP_CNT);
}

static int attach(struct input_dev *device, struct input_handler *handler)
{
    const struct input_device_id *id = handler->id_table;
    int error;

    for (; id && (id->flags || id->driver_info); id++)
        if (input_match_device_id(device, id) && (!handler->match || handler->match(handler, device))) break;
    if (!id || !(id->flags || id->driver_info)) return -ENODEV;
    error = handler->connect(handler, device, id);
    if (error && error != -ENODEV)
        pr_err("failed to attach handler %s to device %s, error: %d\n", handler->name, kobject_name(&device->dev.kobj),
               error);
    return error;
}

static void unregister(struct input_dev *device)
{
    struct input_handle *handle, *next;

    ashlar_input_disconnect(device);
    mutex_lock(&lock);
    list_for_each_entry_safe(handle, next, &device->h_list, d_node) handle->handler->disconnect(handle);
    WARN_ON(!list_empty(&device->h_list));
    del_timer_sync(&device->timer);
    list_del_init(&device->node);
    mutex_unlock(&lock);
    device_del(&device->dev);
    mutex_lock(&lock);
    leave();
    mutex_unlock(&lock);
}

static void unregister_managed(struct device *parent, void *data)
{
    (void)parent;
    unregister(((struct managed *)data)->device);
}

/* What the driver did not set, and what follows from what it did. */
static int complete_it(struct input_dev *device)
{
    unsigned int count, type;

    if (test_bit(EV_ABS, device->evbit) && !device->absinfo) {
        dev_err(&device->dev, "Absolute device without dev->absinfo, refusing to register\n");
        return -EINVAL;
    }
    __set_bit(EV_SYN, device->evbit);
    __clear_bit(KEY_RESERVED, device->keybit);
    for (type = 1; type < EV_CNT; type++) {
        unsigned long *codes = ashlar_input_codes(device, type, &count);

        if (codes && !test_bit(type, device->evbit)) bitmap_zero(codes, count);
    }
    count = packet_size(device);
    if (device->hint_events_per_packet < count) device->hint_events_per_packet = count;
    device->max_vals = device->hint_events_per_packet + 2;
    device->vals = kcalloc(device->max_vals, sizeof(*device->vals), GFP_KERNEL);
    if (!device->vals) return -ENOMEM;
    if (!device->rep[REP_DELAY] && !device->rep[REP_PERIOD]) input_enable_softrepeat(device, 250, 33);
    return 0;
}

static int enter(struct input_dev *device)
{
    struct input_handler *handler;
    int error;

    mutex_lock(&lock);
    error = use();
    mutex_unlock(&lock);
    if (error) return error;
    error = device_add(&device->dev);
    mutex_lock(&lock);
    if (!error) {
        list_add_tail(&device->node, &devices);
        list_for_each_entry(handler, &handlers, node) attach(device, handler);
    } else {
        leave();
    }
    mutex_unlock(&lock);
    return error;
}

int input_register_device(struct input_dev *device)
{
    struct managed *managed = NULL;
    int error;

    if (device->devres_managed) {
        managed = devres_alloc(unregister_managed, sizeof(*managed), GFP_KERNEL);
        if (!managed) return -ENOMEM;
        managed->device = device;
    }
    error = complete_it(device);
    if (!error) error = enter(device);
    if (error) {
        kfree(device->vals);
        device->vals = NULL;
        devres_free(managed);
        return error;
    }
    pr_info("%s as /devices/%s\n", device->name ? device->name : "Unspecified device", dev_name(&device->dev));
    if (managed) devres_add(device->dev.parent, managed);
    return 0;
}

void input_unregister_device(struct input_dev *device)
{
    if (device->devres_managed) {
        /* Its memory goes with the driver. */
        WARN_ON(devres_destroy(device->dev.parent, unregister_managed, is_managed, device));
        unregister(device);
    } else {
        unregister(device);
        input_put_device(device);
    }
}

/* ---- handlers -------------------------------------------------------------------------------- */

int input_register_handler(struct input_handler *handler)
{
    struct input_dev *device;
    int error;

    INIT_LIST_HEAD(&handler->h_list);
    mutex_lock(&lock);
    error = use();
    if (!error) {
        list_add_tail(&handler->node, &handlers);
        list_for_each_entry(device, &devices, node) attach(device, handler);
    }
    mutex_unlock(&lock);
    return error;
}

void input_unregister_handler(struct input_handler *handler)
{
    struct input_handle *handle, *next;

    mutex_lock(&lock);
    list_for_each_entry_safe(handle, next, &handler->h_list, h_node) handler->disconnect(handle);
    WARN_ON(!list_empty(&handler->h_list));
    list_del_init(&handler->node);
    leave();
    mutex_unlock(&lock);
}

int input_handler_for_each_handle(struct input_handler *handler, void *data,
                                  int (*call)(struct input_handle *handle, void *data))
{
    struct input_handle *handle;
    int result = 0;

    mutex_lock(&lock);
    list_for_each_entry(handle, &handler->h_list, h_node)
    {
        result = call(handle, data);
        if (result) break;
    }
    mutex_unlock(&lock);
    return result;
}

/* From a handler's connect(). Filters see events first. */
int input_register_handle(struct input_handle *handle)
{
    struct input_dev *device = handle->dev;

    mutex_lock(&device->mutex);
    if (handle->handler->filter)
        list_add_rcu(&handle->d_node, &device->h_list);
    else
        list_add_tail_rcu(&handle->d_node, &device->h_list);
    mutex_unlock(&device->mutex);
    list_add_tail(&handle->h_node, &handle->handler->h_list);
    if (handle->handler->start) handle->handler->start(handle);
    return 0;
}

/* From its disconnect(). */
void input_unregister_handle(struct input_handle *handle)
{
    list_del_init(&handle->h_node);
    mutex_lock(&handle->dev->mutex);
    list_del_rcu(&handle->d_node);
    mutex_unlock(&handle->dev->mutex);
    synchronize_rcu();
}
