// How a device gets its driver, and loses it.
//
//   no driver --probe() succeeds--> bound --remove()--> no driver
//       |  ^                          |
//       |  +--probe() fails           +-- any device that is bound lets those that wait
//       +-----EPROBE_DEFER-----> waiting --------------------> try again, from a work
//
// All under the device's own lock. device->driver is set before probe() runs, as drivers
// expect, so bound means: in the driver's list.

#include "driver_core.h"

#include <linux/err.h>
#include <linux/workqueue.h>

/* ---- devices that wait ----------------------------------------------------------------------- */

static DEFINE_MUTEX(deferred_lock);
static LIST_HEAD(waiting); /* for another device to be bound */
static LIST_HEAD(again);   /* to be tried by the work */
static atomic_t triggers = ATOMIC_INIT(0);

static void try_again(struct work_struct *work)
{
    (void)work;
    mutex_lock(&deferred_lock);
    while (!list_empty(&again)) {
        struct device *device = list_first_entry(&again, struct device, ashlar_deferred);

        list_del_init(&device->ashlar_deferred);
        get_device(device);
        mutex_unlock(&deferred_lock);
        ashlar_bus_probe_device(device);
        put_device(device);
        mutex_lock(&deferred_lock);
    }
    mutex_unlock(&deferred_lock);
}
static DECLARE_WORK(deferred_work, try_again);

static void trigger(void)
{
    bool any;

    atomic_inc(&triggers);
    mutex_lock(&deferred_lock);
    list_splice_tail_init(&waiting, &again);
    any = !list_empty(&again);
    mutex_unlock(&deferred_lock);
    if (any) schedule_work(&deferred_work);
}

static void defer(struct device *device)
{
    mutex_lock(&deferred_lock);
    if (list_empty(&device->ashlar_deferred)) list_add_tail(&device->ashlar_deferred, &waiting);
    mutex_unlock(&deferred_lock);
}

void ashlar_forget_deferred(struct device *device)
{
    mutex_lock(&deferred_lock);
    list_del_init(&device->ashlar_deferred);
    mutex_unlock(&deferred_lock);
}

void wait_for_device_probe(void) { flush_work(&deferred_work); }

/* ---- binding --------------------------------------------------------------------------------- */

static int link_both(struct device *device)
{
    struct kobject *driver = &device->driver->p->kobj;
    int error = sysfs_create_link(driver, &device->kobj, dev_name(device));

    if (error) return error;
    error = sysfs_create_link(&device->kobj, driver, "driver");
    if (error) sysfs_remove_link(driver, dev_name(device));
    return error;
}
static void unlink_both(struct device *device)
{
    sysfs_remove_link(&device->kobj, "driver");
    sysfs_remove_link(&device->driver->p->kobj, dev_name(device));
}

static void bound(struct device *device)
{
    klist_add_tail(&device->ashlar_in_driver, &device->driver->p->klist_devices);
    ashlar_forget_deferred(device);
    trigger();
    ashlar_bus_notify(device, BUS_NOTIFY_BOUND_DRIVER);
    kobject_uevent(&device->kobj, KOBJ_BIND);
}

static void forget_driver(struct device *device)
{
    devres_release_all(device);
    if (device->bus->dma_cleanup) device->bus->dma_cleanup(device);
    device->driver = NULL;
    dev_set_drvdata(device, NULL);
}

static void call_remove(struct device *device)
{
    if (device->bus->remove)
        device->bus->remove(device);
    else if (device->driver->remove)
        device->driver->remove(device);
}

static int call_probe(struct device *device)
{
    struct device_driver *driver = device->driver;
    int error = 0;

    if (device->bus->probe)
        error = device->bus->probe(device);
    else if (driver->probe)
        error = driver->probe(device);
    if (error && error != -ENODEV && error != -ENXIO && error != -EPROBE_DEFER)
        pr_warn("%s: probe of %s failed with error %d\n", driver->name, dev_name(device), error);
    return error;
}

/* With the device's lock. 0, or why the driver does not take it. */
static int probe(struct device_driver *driver, struct device *device)
{
    struct bus_type *bus = device->bus;
    int seen = atomic_read(&triggers), error;

    if (device->ashlar_dead || !device_is_registered(device)) return -ENODEV;
    if (device->driver) return -EBUSY;
    device->driver = driver;
    error = bus->dma_configure ? bus->dma_configure(device) : 0;
    ashlar_bus_notify(device, BUS_NOTIFY_BIND_DRIVER);
    if (!error) error = link_both(device);
    if (!error) {
        error = call_probe(device);
        if (!error) {
            error = device_add_groups(device, driver->dev_groups);
            if (error) call_remove(device);
        }
        if (error) unlink_both(device);
    }
    if (!error) {
        bound(device);
        return 0;
    }
    forget_driver(device);
    ashlar_bus_notify(device, BUS_NOTIFY_DRIVER_NOT_BOUND);
    if (error == -EPROBE_DEFER) {
        defer(device);
        /* What it waits for may have come while it looked. */
        if (seen != atomic_read(&triggers)) trigger();
    }
    return error;
}

static int matches(struct device_driver *driver, struct device *device)
{
    return driver->bus->match ? driver->bus->match(device, driver) : 1;
}

/* 1: bound; 0: the next driver may try; below: none may. */
static int offer(struct device_driver *driver, void *data)
{
    struct device *device = data;
    int fits = matches(driver, device);

    if (fits == -EPROBE_DEFER) defer(device);
    if (fits <= 0) return fits;
    return probe(driver, device) == 0;
}

int device_attach(struct device *device)
{
    int result = 0;

    device_lock(device);
    if (device->ashlar_dead) {
        result = 0;
    } else if (!device->driver) {
        result = bus_for_each_drv(device->bus, NULL, device, offer);
    } else if (klist_node_attached(&device->ashlar_in_driver)) {
        result = 1;
    } else {
        result = device_bind_driver(device) == 0;
        if (!result) device->driver = NULL;
    }
    device_unlock(device);
    return result;
}

int device_bind_driver(struct device *device)
{
    int error = link_both(device);

    if (!error)
        bound(device);
    else
        ashlar_bus_notify(device, BUS_NOTIFY_DRIVER_NOT_BOUND);
    return error;
}

static void lock_for(struct device *device, struct device *parent)
{
    if (parent && device->bus->need_parent_lock) device_lock(parent);
    device_lock(device);
}
static void unlock_for(struct device *device, struct device *parent)
{
    device_unlock(device);
    if (parent && device->bus->need_parent_lock) device_unlock(parent);
}

int device_driver_attach(struct device_driver *driver, struct device *device)
{
    int error;

    lock_for(device, device->parent);
    error = probe(driver, device);
    unlock_for(device, device->parent);
    return error == -EPROBE_DEFER ? -EAGAIN : error;
}

static int attach(struct device *device, void *data)
{
    struct device_driver *driver = data;
    int fits = matches(driver, device);

    if (fits == -EPROBE_DEFER) defer(device);
    if (fits <= 0) return fits == -EPROBE_DEFER ? 0 : fits;
    lock_for(device, device->parent);
    probe(driver, device);
    unlock_for(device, device->parent);
    return 0;
}

int driver_attach(struct device_driver *driver) { return bus_for_each_dev(driver->bus, NULL, driver, attach); }

/* ---- letting go ------------------------------------------------------------------------------ */

/* With the device's lock. */
static void release(struct device *device)
{
    struct device_driver *driver = device->driver;

    if (!driver || !klist_node_attached(&device->ashlar_in_driver)) return;
    unlink_both(device);
    ashlar_bus_notify(device, BUS_NOTIFY_UNBIND_DRIVER);
    device_remove_groups(device, driver->dev_groups);
    call_remove(device);
    klist_remove(&device->ashlar_in_driver);
    forget_driver(device);
    ashlar_bus_notify(device, BUS_NOTIFY_UNBOUND_DRIVER);
    kobject_uevent(&device->kobj, KOBJ_UNBIND);
}

void device_release_driver(struct device *device)
{
    lock_for(device, device->parent);
    release(device);
    unlock_for(device, device->parent);
}

int device_reprobe(struct device *device)
{
    int result;

    if (device->driver) device_release_driver(device);
    result = device_attach(device);
    return result < 0 ? result : 0;
}

/* No device gets it any more: it is in no bus's list. */
void ashlar_driver_detach(struct device_driver *driver)
{
    struct klist *list = &driver->p->klist_devices;
    struct klist_iter iter;

    for (;;) {
        struct klist_node *last;
        struct device *device;

        klist_iter_init(list, &iter);
        last = klist_prev(&iter);
        if (!last) break;
        device = get_device(container_of(last, struct device, ashlar_in_driver));
        klist_iter_exit(&iter);
        lock_for(device, device->parent);
        if (device->driver == driver) release(device);
        unlock_for(device, device->parent);
        put_device(device);
    }
}
