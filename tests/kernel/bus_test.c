// Buses: devices and drivers that find each other in any order, by hand, again, or at the same time.

#include <ashlar/machine.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "check.h"

/* ---- files ----------------------------------------------------------------------------------- */

static ssize_t put_text(const char *path, const char *text)
{
    struct file *file = filp_open(path, O_WRONLY, 0);
    ssize_t result;
    loff_t pos = 0;

    if (IS_ERR(file)) return PTR_ERR(file);
    result = kernel_write(file, text, strlen(text), &pos);
    filp_close(file, NULL);
    return result;
}
static const char *text_of(const char *path)
{
    static char text[64];
    struct file *file = filp_open(path, O_RDONLY, 0);
    ssize_t length;
    loff_t pos = 0;

    if (IS_ERR(file)) return "none";
    length = kernel_read(file, text, sizeof(text) - 1, &pos);
    filp_close(file, NULL);
    text[max_t(ssize_t, length, 0)] = 0;
    return text;
}
static bool exists(const char *folder) { return PTR_ERR(filp_open(folder, O_RDONLY, 0)) == -EISDIR; }

/* ---- a bus ----------------------------------------------------------------------------------- */

/* What happened, a letter each. */
static char story[64];
static void tell(char what)
{
    size_t length = strlen(story);

    if (length + 1 < sizeof(story)) story[length] = what;
}
static bool told(const char *wanted)
{
    bool same = strcmp(story, wanted) == 0;

    if (!same) pr_err("  told '%s'\n", story);
    memset(story, 0, sizeof(story));
    return same;
}

/* A driver takes the devices whose names begin with its own. */
static int match(struct device *device, struct device_driver *driver)
{
    return !strncmp(dev_name(device), driver->name, strlen(driver->name));
}
static ssize_t version_show(struct bus_type *bus, char *to) { return sysfs_emit(to, "%s 1\n", bus->name); }
static BUS_ATTR_RO(version);
static struct attribute *bus_attrs[] = {&bus_attr_version.attr, NULL};
ATTRIBUTE_GROUPS(bus);
static ssize_t where_show(struct device *device, struct device_attribute *attribute, char *to)
{
    (void)attribute;
    return sysfs_emit(to, "%s\n", dev_name(device));
}
static DEVICE_ATTR_RO(where);
static struct attribute *where_attrs[] = {&dev_attr_where.attr, NULL};
ATTRIBUTE_GROUPS(where);
static struct bus_type ours = {
    .name = "ours", .dev_name = "unit", .match = match, .bus_groups = bus_groups, .dev_groups = where_groups};

static int refuse; /* what probe() answers */
static int probe(struct device *device)
{
    CHECK(device->driver && mutex_is_locked(&device->mutex));
    CHECK(devm_kzalloc(device, 100, GFP_KERNEL) != NULL);
    dev_set_drvdata(device, device);
    tell(refuse ? 'f' : 'p');
    return refuse;
}
static int leave(struct device *device)
{
    CHECK(dev_get_drvdata(device) == device && device->driver);
    tell('r');
    return 0;
}
static ssize_t bound_show(struct device *device, struct device_attribute *attribute, char *to)
{
    (void)attribute;
    return sysfs_emit(to, "%s\n", device->driver->name);
}
static DEVICE_ATTR_RO(bound);
static struct attribute *bound_attrs[] = {&dev_attr_bound.attr, NULL};
ATTRIBUTE_GROUPS(bound);
static ssize_t motto_show(struct device_driver *driver, char *to) { return sysfs_emit(to, "%s\n", driver->name); }
static DRIVER_ATTR_RO(motto);
static struct device_driver unit = {
    .name = "unit", .bus = &ours, .probe = probe, .remove = leave, .dev_groups = bound_groups};

static int released;
static void count_release(struct device *device)
{
    released++;
    kfree(device);
}
static struct device *fresh(u32 id)
{
    struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);

    device->bus = &ours;
    device->id = id;
    device->release = count_release;
    CHECK(device_register(device) == 0);
    return device;
}

static void in_any_order(void)
{
    struct device *first = fresh(0), *second;

    CHECK(strcmp(dev_name(first), "unit0") == 0 && told(""));
    CHECK(driver_register(&unit) == 0 && told("p") && first->driver == &unit);
    second = fresh(1);
    CHECK(told("p") && second->driver == &unit);
    device_unregister(second);
    CHECK(told("r") && released == 1);
    driver_unregister(&unit);
    CHECK(told("r") && !first->driver && !dev_get_drvdata(first) && !unit.p);
    /* A driver that was unregistered may come back. */
    CHECK(driver_register(&unit) == 0 && told("p"));
    driver_unregister(&unit);
    device_unregister(first);
    CHECK(told("r") && released == 2);
}

static void refused(void)
{
    struct device_driver other = {.name = "uni", .bus = &ours, .probe = probe, .remove = leave};
    struct device_driver again = {.name = "unit", .bus = &ours};
    struct bus_type nowhere = {.name = "nowhere"};
    struct device_driver lost = {.name = "lost", .bus = &nowhere};
    struct device *device, stray = {.init_name = "stray", .bus = &nowhere, .release = count_release};

    CHECK(driver_register(&unit) == 0 && driver_register(&again) == -EBUSY && driver_register(&lost) == -EINVAL);
    CHECK(driver_find("unit", &ours) == &unit && !driver_find("lost", &ours));
    device_initialize(&stray);
    CHECK(device_add(&stray) == -EINVAL && !exists("/sys/devices/stray"));
    kfree(stray.kobj.name);
    CHECK(bus_for_each_dev(&nowhere, NULL, NULL, NULL) == -EINVAL);

    /* Where the first fails, the second may try, and a failure leaves nothing. */
    refuse = -EIO;
    CHECK(driver_register(&other) == 0);
    device = fresh(3);
    CHECK(told("ff") && !device->driver && !dev_get_drvdata(device) && list_empty(&device->devres_head));
    refuse = 0;
    CHECK(bus_rescan_devices(&ours) == 0 && told("p") && device->driver == &unit);
    CHECK(device_driver_attach(&other, device) == -EBUSY);
    device_release_driver(device);
    device_release_driver(device);
    CHECK(told("r") && device_driver_attach(&other, device) == 0 && told("p") && device->driver == &other);
    driver_unregister(&other);
    CHECK(told("r") && device_reprobe(device) == 0 && device->driver == &unit);
    device_unregister(device);
    CHECK(told("pr"));
    driver_unregister(&unit);
}

static void files(void)
{
    struct device *device = fresh(7);

    CHECK(strcmp(text_of("/sys/bus/ours/version"), "ours 1\n") == 0);
    CHECK(strcmp(text_of("/sys/bus/ours/devices/unit7/where"), "unit7\n") == 0);
    CHECK(exists("/sys/devices/unit7/subsystem/drivers") && !exists("/sys/devices/unit7/driver"));
    CHECK(driver_register(&unit) == 0 && driver_create_file(&unit, &driver_attr_motto) == 0);
    CHECK(strcmp(text_of("/sys/devices/unit7/driver/motto"), "unit\n") == 0);
    CHECK(strcmp(text_of("/sys/bus/ours/drivers/unit/unit7/bound"), "unit\n") == 0);
    driver_remove_file(&unit, &driver_attr_motto);
    CHECK(told("p") && strcmp(text_of("/sys/bus/ours/drivers/unit/motto"), "none") == 0);

    CHECK(put_text("/sys/bus/ours/drivers/unit/unbind", "unit8") == -ENODEV);
    CHECK(put_text("/sys/bus/ours/drivers/unit/bind", "unit7\n") == -EBUSY);
    CHECK(put_text("/sys/bus/ours/drivers/unit/unbind", "unit7\n") == 6 && told("r"));
    CHECK(put_text("/sys/bus/ours/drivers/unit/unbind", "unit7") == -ENODEV);
    CHECK(strcmp(text_of("/sys/devices/unit7/bound"), "none") == 0 && !exists("/sys/bus/ours/drivers/unit/unit7"));
    CHECK(put_text("/sys/bus/ours/drivers/unit/bind", "unit7") == 5 && told("p"));
    refuse = -EPROBE_DEFER;
    CHECK(put_text("/sys/bus/ours/drivers/unit/unbind", "unit7") == 5);
    CHECK(put_text("/sys/bus/ours/drivers/unit/bind", "unit7") == -EAGAIN);
    refuse = 0;
    CHECK(told("rf") && put_text("/sys/bus/ours/drivers_probe", "unit9") == -ENODEV);
    CHECK(put_text("/sys/bus/ours/drivers_probe", "unit7") == 5 && told("p"));
    device_unregister(device);

    /* Nobody is probed who does not ask. */
    CHECK(put_text("/sys/bus/ours/drivers_autoprobe", "0") == 1);
    CHECK(strcmp(text_of("/sys/bus/ours/drivers_autoprobe"), "0\n") == 0);
    device = fresh(7);
    CHECK(told("r") && !device->driver);
    CHECK(put_text("/sys/bus/ours/drivers_autoprobe", "1") == 1);
    driver_unregister(&unit);
    CHECK(!exists("/sys/bus/ours/drivers/unit"));
    unit.suppress_bind_attrs = true;
    CHECK(driver_register(&unit) == 0 && put_text("/sys/bus/ours/drivers/unit/unbind", "unit7") == -ENOENT);
    driver_unregister(&unit);
    unit.suppress_bind_attrs = false;
    device_unregister(device);
    CHECK(told("pr"));
}

static int heard(struct notifier_block *block, unsigned long event, void *data)
{
    struct device *device = data;

    (void)block;
    CHECK(device->bus == &ours);
    tell((char)('0' + event));
    return 0;
}
static void notified(void)
{
    struct notifier_block block = {.notifier_call = heard};
    struct device *device;

    CHECK(bus_register_notifier(&ours, &block) == 0 && driver_register(&unit) == 0);
    device = fresh(1);
    CHECK(told("14p5"));
    device_unregister(device);
    CHECK(told("26r73"));
    refuse = -ENODEV;
    device = fresh(2);
    refuse = 0;
    device_unregister(device);
    CHECK(told("14f823"));
    CHECK(bus_unregister_notifier(&ours, &block) == 0);
    driver_unregister(&unit);
}

/* ---- walking --------------------------------------------------------------------------------- */

static int gone_while_seen;
static int remove_seen(struct device *device, void *data)
{
    ++*(int *)data;
    device_unregister(device);
    gone_while_seen = released;
    return 0;
}
static int is_second(struct device *device, void *unused)
{
    (void)unused;
    return device->id == 2;
}
static void walking(void)
{
    struct device *parent = fresh(1), *child, *found;
    int seen = 0, before;

    child = kzalloc(sizeof(*child), GFP_KERNEL);
    *child = (struct device){.parent = parent, .bus = &ours, .id = 2, .release = count_release};
    CHECK(device_register(child) == 0 && exists("/sys/devices/unit1/unit2"));
    found = device_find_child(parent, NULL, is_second);
    CHECK(found == child && device_find_child_by_name(parent, "unit2") == child &&
          !device_find_child(child, NULL, is_second));
    put_device(found);
    put_device(found);
    found = bus_find_device_by_name(&ours, NULL, "unit2");
    CHECK(found == child && bus_find_next_device(&ours, found) == NULL);
    put_device(found);
    found = bus_find_next_device(&ours, parent);
    CHECK(found == child);
    device_unregister(child);
    before = released;
    put_device(found);
    CHECK(released == before + 1);
    fresh(3);
    fresh(4);
    /* What a walk stands on may go, and stays memory until the walk has passed. */
    before = released;
    CHECK(bus_for_each_dev(&ours, NULL, &seen, remove_seen) == 0 && seen == 3);
    CHECK(gone_while_seen == before + 2 && released == before + 3);
}

/* ---- waiting for another --------------------------------------------------------------------- */

static bool supplied;
static int supply(struct platform_device *device)
{
    (void)device;
    WRITE_ONCE(supplied, true);
    return 0;
}
static int stop_supply(struct platform_device *device)
{
    (void)device;
    WRITE_ONCE(supplied, false);
    return 0;
}
static int consume(struct platform_device *device)
{
    (void)device;
    return READ_ONCE(supplied) ? 0 : -EPROBE_DEFER;
}
static struct platform_driver supplier = {.probe = supply, .remove = stop_supply, .driver = {.name = "supplier"}};
static struct platform_driver consumer = {.probe = consume, .driver = {.name = "consumer"}};

static void deferred(void)
{
    struct platform_device *waits = platform_device_register_simple("consumer", PLATFORM_DEVID_NONE, NULL, 0);
    struct platform_device *also = platform_device_register_simple("consumer", 1, NULL, 0), *source;

    CHECK(platform_driver_register(&consumer) == 0 && platform_driver_register(&supplier) == 0);
    CHECK(!waits->dev.driver && exists("/sys/devices/platform/consumer") &&
          exists("/sys/bus/platform/devices/consumer.1"));
    platform_device_unregister(also); /* while it waits */
    source = platform_device_register_simple("supplier", PLATFORM_DEVID_AUTO, NULL, 0);
    wait_for_device_probe();
    CHECK(waits->dev.driver == &consumer.driver);
    CHECK(put_text("/sys/bus/platform/drivers/consumer/unbind", "consumer") == 8 && !waits->dev.driver);
    platform_device_unregister(source);
    platform_device_unregister(waits);
    platform_driver_unregister(&supplier);
    consumer.prevent_deferred_probe = true;
    waits = platform_device_register_simple("consumer", PLATFORM_DEVID_NONE, NULL, 0);
    CHECK(!waits->dev.driver && list_empty(&waits->dev.ashlar_deferred));
    platform_device_unregister(waits);
    platform_driver_unregister(&consumer);
    CHECK(!exists("/sys/bus/platform")); /* it is there while somebody uses it */
}

/* ---- without memory -------------------------------------------------------------------------- */

/* Whichever allocation fails, all goes back, and what succeeded works. */
static void out_of_memory(void)
{
    static struct bus_type tight = {.name = "tight", .dev_name = "unit", .match = match, .dev_groups = where_groups};
    static struct device_driver driver = {.name = "unit", .bus = &tight, .dev_groups = bound_groups};
    size_t live = ashlar_live_objects(0);
    int failures = 0;

    for (unsigned int n = 1; n < 60; n++) {
        struct device *device = kzalloc(sizeof(*device), GFP_KERNEL);
        int bus_error, device_error = -1, driver_error = -1;

        *device = (struct device){.bus = &tight, .id = n, .release = count_release};
        ashlar_inject("failslab", n, 100, 1, NULL, NULL);
        bus_error = bus_register(&tight);
        device_initialize(device);
        if (!bus_error) device_error = device_add(device);
        if (!bus_error) driver_error = driver_register(&driver);
        ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
        failures += bus_error || device_error || driver_error;
        CHECK(!bus_error || (bus_error == -ENOMEM && !tight.p));
        CHECK(driver_error || driver_find("unit", &tight) == &driver);
        CHECK(driver_error == 0 || driver_error == -1 || driver_error == -ENOMEM);
        if (!device_error && !driver_error && device->driver) CHECK(exists("/sys/bus/tight/drivers/unit"));
        if (!driver_error) driver_unregister(&driver);
        CHECK(!device->driver);
        if (!device_error) device_del(device);
        put_device(device);
        if (!bus_error) bus_unregister(&tight);
        CHECK(!exists("/sys/bus/tight") && !tight.p);
    }
    CHECK(failures > 15 && failures < 59);
    CHECK(ashlar_live_objects(1) == live);
}

/* ---- all at once ----------------------------------------------------------------------------- */

static atomic_t have, most, probes;
static int take(struct device *device)
{
    (void)device;
    atomic_inc(&probes);
    if (atomic_inc_return(&have) > atomic_read(&most)) atomic_set(&most, atomic_read(&have));
    return 0;
}
static int give(struct device *device)
{
    (void)device;
    atomic_dec(&have);
    return 0;
}
static struct device_driver many = {.name = "unit", .bus = &ours, .probe = take, .remove = give};

static int come_and_go(void *data)
{
    u32 id = (u32)(unsigned long)data;
    int rounds = 0;

    while (!kthread_should_stop()) {
        struct device *device = fresh(100 + id);

        if (++rounds % 3 == 0) device_release_driver(device);
        device_unregister(device);
    }
    return rounds;
}
static int count_unit(struct device *device, void *data)
{
    CHECK(strncmp(dev_name(device), "unit", 4) == 0 && device->bus == &ours);
    ++*(int *)data;
    return 0;
}
static void together(void)
{
    struct task_struct *thread[3];
    int seen = 0;

    for (unsigned long i = 0; i < ARRAY_SIZE(thread); i++) thread[i] = kthread_run(come_and_go, (void *)i, "hotplug");
    for (int i = 0; i < 150; i++) {
        CHECK(driver_register(&many) == 0);
        bus_for_each_dev(&ours, NULL, &seen, count_unit);
        if (i % 4 == 0) put_text("/sys/bus/ours/drivers/unit/unbind", "unit101");
        if (i % 8 == 0) msleep(1);
        driver_unregister(&many);
        CHECK(atomic_read(&have) == 0);
    }
    for (unsigned long i = 0; i < ARRAY_SIZE(thread); i++) CHECK(kthread_stop(thread[i]) != 0);
    CHECK(atomic_read(&have) == 0 && atomic_read(&most) <= (int)ARRAY_SIZE(thread) && atomic_read(&probes) > 0);
}

int main(void)
{
    size_t live;

    CHECK(bus_register(&ours) == 0);
    live = ashlar_live_objects(0);
    in_any_order();
    refused();
    files();
    notified();
    walking();
    deferred();
    out_of_memory();
    together();
    /* A thread's last memory goes after it was stopped. */
    for (int i = 0; i < 2000 && ashlar_live_objects(0) != live; i++) msleep(1);
    CHECK(ashlar_live_objects(1) == live);
    bus_unregister(&ours);
    CHECK(!exists("/sys/bus/ours") && !ours.p);
    return check_result("bus");
}
