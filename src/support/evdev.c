// Input devices as files: /dev/input/eventN. Every open file has a queue of its own; one
// that is not read in time loses what is in it and is told so by SYN_DROPPED.

#include "evdev.h"
#include "input.h"

#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/major.h>
#include <linux/poll.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define PACKETS 8 /* that a queue holds at least, as in Linux */
#define LEAST_EVENTS 64

static DEFINE_MUTEX(table_lock);
static struct evdev *table[EVDEV_MINORS];

/* ---- queues ---------------------------------------------------------------------------------- */

static struct input_event event_of(struct evdev_client *client, unsigned int type, unsigned int code, int value)
{
    ktime_t time = input_get_timestamp(client->evdev->handle.dev)[client->clock];

    return (struct input_event){.input_event_sec = (unsigned long)time / NSEC_PER_SEC,
                                .input_event_usec = (unsigned long)time % NSEC_PER_SEC / NSEC_PER_USEC,
                                .type = (__u16)type,
                                .code = (__u16)code,
                                .value = value};
}

/* With the buffer's lock, as what follows. */
static void queue(struct evdev_client *client, const struct input_event *event)
{
    client->buffer[client->head++] = *event;
    client->head &= client->size - 1;
    if (client->head == client->tail) {
        /* Full: what stays is that it was, and the newest. */
        client->tail = (client->head - 2) & (client->size - 1);
        client->buffer[client->tail] = *event;
        client->buffer[client->tail].type = EV_SYN;
        client->buffer[client->tail].code = SYN_DROPPED;
        client->buffer[client->tail].value = 0;
        client->packet_head = client->tail;
    }
    if (event->type == EV_SYN && event->code == SYN_REPORT) client->packet_head = client->head;
}

void ashlar_evdev_say_dropped(struct evdev_client *client)
{
    struct input_event event = event_of(client, EV_SYN, SYN_DROPPED, 0);

    client->buffer[client->head++] = event;
    client->head &= client->size - 1;
    if (client->head == client->tail) {
        client->tail = (client->head - 1) & (client->size - 1);
        client->packet_head = client->tail;
    }
}

static void pass(struct evdev_client *client, const struct input_value *values, unsigned int count)
{
    bool whole = false;

    if (client->revoked) return;
    spin_lock(&client->buffer_lock);
    for (unsigned int i = 0; i < count; i++) {
        struct input_event event = event_of(client, values[i].type, values[i].code, values[i].value);

        if (event.type == EV_SYN && event.code == SYN_REPORT) {
            if (client->packet_head == client->head) continue; /* an empty packet */
            whole = true;
        }
        queue(client, &event);
    }
    spin_unlock(&client->buffer_lock);
    if (!whole) return;
    kill_fasync(&client->fasync, SIGIO, 1);
    wake_up_interruptible(&client->wait);
}

static void take_events(struct input_handle *handle, const struct input_value *values, unsigned int count)
{
    struct evdev *evdev = handle->private;
    struct evdev_client *client;

    rcu_read_lock();
    client = rcu_dereference(evdev->grab);
    if (client)
        pass(client, values, count);
    else
        list_for_each_entry_rcu(client, &evdev->clients, node) pass(client, values, count);
    rcu_read_unlock();
}

/* ---- who gets them --------------------------------------------------------------------------- */

int ashlar_evdev_grab(struct evdev *evdev, struct evdev_client *client)
{
    int error = rcu_access_pointer(evdev->grab) ? -EBUSY : input_grab_device(&evdev->handle);

    if (!error) rcu_assign_pointer(evdev->grab, client);
    return error;
}

int ashlar_evdev_ungrab(struct evdev *evdev, struct evdev_client *client)
{
    if (rcu_access_pointer(evdev->grab) != client) return -EINVAL;
    rcu_assign_pointer(evdev->grab, NULL);
    synchronize_rcu();
    input_release_device(&evdev->handle);
    return 0;
}

static void list_client(struct evdev_client *client)
{
    spin_lock(&client->evdev->client_lock);
    list_add_tail_rcu(&client->node, &client->evdev->clients);
    spin_unlock(&client->evdev->client_lock);
}
static void unlist_client(struct evdev_client *client)
{
    spin_lock(&client->evdev->client_lock);
    list_del_rcu(&client->node);
    spin_unlock(&client->evdev->client_lock);
    synchronize_rcu();
}

/* ---- files ----------------------------------------------------------------------------------- */

static struct evdev *evdev_of(struct inode *inode)
{
    unsigned int number = iminor(inode) - EVDEV_FIRST_MINOR;
    struct evdev *evdev;

    mutex_lock(&table_lock);
    evdev = number < EVDEV_MINORS ? table[number] : NULL;
    if (evdev) get_device(&evdev->dev);
    mutex_unlock(&table_lock);
    return evdev;
}

static int open_evdev(struct inode *inode, struct file *file)
{
    struct evdev *evdev = evdev_of(inode);
    struct evdev_client *client;
    unsigned int size;
    int error;

    if (!evdev) return -ENODEV;
    size = max_t(unsigned int, evdev->handle.dev->hint_events_per_packet *PACKETS, LEAST_EVENTS);
    size = (unsigned int)roundup_pow_of_two(size);
    client = kvzalloc(struct_size(client, buffer, size), GFP_KERNEL);
    if (!client) {
        put_device(&evdev->dev);
        return -ENOMEM;
    }
    client->evdev = evdev;
    client->size = size;
    spin_lock_init(&client->buffer_lock);
    init_waitqueue_head(&client->wait);
    list_client(client);
    mutex_lock(&evdev->mutex);
    error = evdev->exist ? 0 : -ENODEV;
    if (!error && !evdev->open++) {
        error = input_open_device(&evdev->handle);
        if (error) evdev->open--;
    }
    mutex_unlock(&evdev->mutex);
    if (!error) {
        file->private_data = client;
        return stream_open(inode, file);
    }
    unlist_client(client);
    kvfree(client);
    put_device(&evdev->dev);
    return error;
}

static int release_evdev(struct inode *inode, struct file *file)
{
    struct evdev_client *client = file->private_data;
    struct evdev *evdev = client->evdev;

    (void)inode;
    fasync_helper(-1, file, 0, &client->fasync);
    mutex_lock(&evdev->mutex);
    if (evdev->exist && !client->revoked) input_flush_device(&evdev->handle, file);
    ashlar_evdev_ungrab(evdev, client);
    mutex_unlock(&evdev->mutex);
    unlist_client(client);
    mutex_lock(&evdev->mutex);
    if (evdev->exist && !--evdev->open) input_close_device(&evdev->handle);
    mutex_unlock(&evdev->mutex);
    kvfree(client);
    put_device(&evdev->dev);
    return 0;
}

static bool next_event(struct evdev_client *client, struct input_event *event)
{
    bool any;

    spin_lock_irq(&client->buffer_lock);
    any = client->packet_head != client->tail;
    if (any) {
        *event = client->buffer[client->tail++];
        client->tail &= client->size - 1;
    }
    spin_unlock_irq(&client->buffer_lock);
    return any;
}

static bool is_gone(struct evdev_client *client) { return !READ_ONCE(client->evdev->exist) || client->revoked; }
static bool has_packet(struct evdev_client *client)
{
    return READ_ONCE(client->packet_head) != READ_ONCE(client->tail);
}

static ssize_t read_evdev(struct file *file, char __user *to, size_t count, loff_t *pos)
{
    struct evdev_client *client = file->private_data;
    struct input_event event;
    size_t done = 0;

    (void)pos;
    if (count && count < sizeof(event)) return -EINVAL;
    for (;;) {
        if (is_gone(client)) return -ENODEV;
        if (!has_packet(client) && (file->f_flags & O_NONBLOCK)) return -EAGAIN;
        if (!count) return 0; /* only to see whether one would fail */
        while (done + sizeof(event) <= count && next_event(client, &event)) {
            if (copy_to_user(to + done, &event, sizeof(event))) return -EFAULT;
            done += sizeof(event);
        }
        if (done) return (ssize_t)done;
        if (wait_event_interruptible(client->wait, has_packet(client) || is_gone(client))) return -ERESTARTSYS;
    }
}

static ssize_t write_evdev(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
    struct evdev_client *client = file->private_data;
    struct evdev *evdev = client->evdev;
    struct input_event event;
    ssize_t done = 0;

    (void)pos;
    if (count && count < sizeof(event)) return -EINVAL;
    mutex_lock(&evdev->mutex);
    if (is_gone(client)) done = -ENODEV;
    for (; done >= 0 && (size_t)done + sizeof(event) <= count; done += (ssize_t)sizeof(event)) {
        if (copy_from_user(&event, from + done, sizeof(event))) {
            done = -EFAULT;
            break;
        }
        input_inject_event(&evdev->handle, event.type, event.code, event.value);
    }
    mutex_unlock(&evdev->mutex);
    return done;
}

static __poll_t poll_evdev(struct file *file, poll_table *table)
{
    struct evdev_client *client = file->private_data;
    __poll_t ready;

    poll_wait(file, &client->wait, table);
    ready = is_gone(client) ? EPOLLHUP | EPOLLERR : EPOLLOUT | EPOLLWRNORM;
    return has_packet(client) ? ready | EPOLLIN | EPOLLRDNORM : ready;
}

static int want_signals(int fd, struct file *file, int on)
{
    struct evdev_client *client = file->private_data;

    return fasync_helper(fd, file, on, &client->fasync);
}

static const struct file_operations operations = {.owner = THIS_MODULE,
                                                  .open = open_evdev,
                                                  .release = release_evdev,
                                                  .read = read_evdev,
                                                  .write = write_evdev,
                                                  .poll = poll_evdev,
                                                  .fasync = want_signals,
                                                  .unlocked_ioctl = ashlar_evdev_ioctl,
                                                  .llseek = no_llseek};

/* ---- devices --------------------------------------------------------------------------------- */

static void release_device(struct device *device)
{
    struct evdev *evdev = container_of(device, struct evdev, dev);

    input_put_device(evdev->handle.dev);
    kfree(evdev);
}

/* Takes the lowest free number. */
static int claim_number(struct evdev *evdev)
{
    int number;

    mutex_lock(&table_lock);
    for (number = 0; number < EVDEV_MINORS && table[number]; number++) continue;
    if (number < EVDEV_MINORS) table[number] = evdev;
    mutex_unlock(&table_lock);
    return number < EVDEV_MINORS ? number : -ENOSPC;
}
static void give_number_back(struct evdev *evdev)
{
    mutex_lock(&table_lock);
    for (int i = 0; i < EVDEV_MINORS; i++)
        if (table[i] == evdev) table[i] = NULL;
    mutex_unlock(&table_lock);
}

static int connect(struct input_handler *handler, struct input_dev *device, const struct input_device_id *id)
{
    struct evdev *evdev = kzalloc(sizeof(*evdev), GFP_KERNEL);
    int number, error;

    (void)id;
    if (!evdev) return -ENOMEM;
    INIT_LIST_HEAD(&evdev->clients);
    spin_lock_init(&evdev->client_lock);
    mutex_init(&evdev->mutex);
    evdev->dev.class = &ashlar_input_class;
    evdev->dev.parent = &device->dev;
    evdev->dev.release = release_device;
    device_initialize(&evdev->dev);
    evdev->handle.dev = input_get_device(device);
    evdev->handle.handler = handler;
    evdev->handle.private = evdev;
    number = claim_number(evdev);
    error = number < 0 ? number : dev_set_name(&evdev->dev, "event%d", number);
    if (!error) {
        evdev->dev.devt = MKDEV(INPUT_MAJOR, EVDEV_FIRST_MINOR + (unsigned int)number);
        evdev->handle.name = dev_name(&evdev->dev);
        evdev->exist = true;
        error = input_register_handle(&evdev->handle);
        if (!error) {
            error = device_add(&evdev->dev);
            if (error) input_unregister_handle(&evdev->handle);
        }
    }
    if (!error) return 0;
    give_number_back(evdev);
    put_device(&evdev->dev);
    return error;
}

static void disconnect(struct input_handle *handle)
{
    struct evdev *evdev = handle->private;
    struct evdev_client *client;

    device_del(&evdev->dev);
    give_number_back(evdev);
    mutex_lock(&evdev->mutex);
    WRITE_ONCE(evdev->exist, false);
    mutex_unlock(&evdev->mutex);
    spin_lock(&evdev->client_lock);
    list_for_each_entry(client, &evdev->clients, node)
    {
        kill_fasync(&client->fasync, SIGIO, 6);
        wake_up_interruptible(&client->wait);
    }
    spin_unlock(&evdev->client_lock);
    if (evdev->open) input_close_device(handle);
    input_unregister_handle(handle);
    put_device(&evdev->dev);
}

static const struct input_device_id all[] = {{.driver_info = 1}, {}};
struct input_handler ashlar_evdev_handler = {
    .name = "evdev", .events = take_events, .connect = connect, .disconnect = disconnect, .id_table = all};

static struct cdev cdev;
int ashlar_evdev_start(void)
{
    dev_t first = MKDEV(INPUT_MAJOR, EVDEV_FIRST_MINOR);
    int error = register_chrdev_region(first, EVDEV_MINORS, "input");

    if (error) return error;
    cdev_init(&cdev, &operations);
    error = cdev_add(&cdev, first, EVDEV_MINORS);
    if (error) unregister_chrdev_region(first, EVDEV_MINORS);
    return error;
}
void ashlar_evdev_stop(void)
{
    cdev_del(&cdev);
    unregister_chrdev_region(MKDEV(INPUT_MAJOR, EVDEV_FIRST_MINOR), EVDEV_MINORS);
}
