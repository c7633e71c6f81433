// What a reader of events may ask and say besides: who the device is, what it can, how its
// keys and axes are now; by which clock to tell times; to have it alone.
//
// Who asks for the state of keys gets it as of now; so events of that kind that wait in his
// queue, which the answer has in it already, are taken out.

#include "evdev.h"
#include "input.h"

#include <linux/err.h>
#include <linux/input/mt.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/uaccess.h>

static long give(void __user *to, const void *from, size_t has, size_t wanted)
{
    size_t size = min(has, wanted);

    return copy_to_user(to, from, size) ? -EFAULT : (long)size;
}
static long give_text(void __user *to, const char *text, size_t wanted)
{
    return text ? give(to, text, strlen(text) + 1, wanted) : -ENOENT;
}
static size_t bytes_of(unsigned int bits) { return BITS_TO_LONGS(bits) * sizeof(long); }

/* With the buffer's lock. A report that ended only what is taken out goes with it. */
static void take_out(struct evdev_client *client, unsigned int type)
{
    unsigned int mask = client->size - 1, to = client->tail, in_packet = 1;

    client->packet_head = client->tail;
    for (unsigned int from = client->tail; from != client->head; from = (from + 1) & mask) {
        struct input_event event = client->buffer[from];
        bool ends = event.type == EV_SYN && event.code == SYN_REPORT;

        if (event.type == type || (ends && !in_packet)) continue;
        client->buffer[to] = event;
        to = (to + 1) & mask;
        in_packet = ends ? 0 : in_packet + 1;
        if (ends) client->packet_head = to;
    }
    client->head = to;
}

static long give_state(struct evdev_client *client, unsigned int type, const unsigned long *bits, unsigned int count,
                       void __user *to, size_t wanted)
{
    struct input_dev *device = client->evdev->handle.dev;
    unsigned long now[BITS_TO_LONGS(KEY_CNT)];
    long result;

    spin_lock_irq(&device->event_lock);
    spin_lock(&client->buffer_lock);
    bitmap_copy(now, bits, count);
    take_out(client, type);
    spin_unlock(&client->buffer_lock);
    spin_unlock_irq(&device->event_lock);
    result = give(to, now, bytes_of(count), wanted);
    if (result >= 0) return result;
    spin_lock_irq(&device->event_lock);
    spin_lock(&client->buffer_lock);
    ashlar_evdev_say_dropped(client);
    spin_unlock(&client->buffer_lock);
    spin_unlock_irq(&device->event_lock);
    return result;
}

static long set_clock(struct evdev_client *client, int clock)
{
    struct input_dev *device = client->evdev->handle.dev;
    enum input_clock_type type = clock == CLOCK_REALTIME    ? INPUT_CLK_REAL
                                 : clock == CLOCK_MONOTONIC ? INPUT_CLK_MONO
                                                            : INPUT_CLK_BOOT;

    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME) return -EINVAL;
    spin_lock_irq(&device->event_lock);
    spin_lock(&client->buffer_lock);
    if (client->clock != type) {
        bool any = client->head != client->tail;

        client->clock = type;
        client->packet_head = client->head = client->tail;
        /* Times of two clocks must not be in one queue. */
        if (any) ashlar_evdev_say_dropped(client);
    }
    spin_unlock(&client->buffer_lock);
    spin_unlock_irq(&device->event_lock);
    return 0;
}

static long give_slots(struct input_dev *device, void __user *to, size_t size)
{
    const struct input_mt *mt = device->mt;
    __s32 __user *values = (__s32 __user *)to + 1;
    __u32 code;

    if (size < sizeof(code)) return -EINVAL;
    if (get_user(code, (__u32 __user *)to)) return -EFAULT;
    if (!mt || !input_is_mt_value((int)code)) return -EINVAL;
    for (size_t i = 0; i < (size - sizeof(code)) / sizeof(*values) && i < (size_t)mt->num_slots; i++)
        if (put_user(input_mt_get_value(&mt->slots[i], code), values + i)) return -EFAULT;
    return 0;
}

static long give_axis(struct input_dev *device, unsigned int axis, void __user *to, size_t size)
{
    struct input_absinfo info;

    if (!device->absinfo) return -EINVAL;
    info = device->absinfo[axis];
    return give(to, &info, sizeof(info), size) < 0 ? -EFAULT : 0;
}

static long set_axis(struct input_dev *device, unsigned int axis, const void __user *from, size_t size)
{
    struct input_absinfo info = {};

    if (!device->absinfo) return -EINVAL;
    if (copy_from_user(&info, from, min(size, sizeof(info)))) return -EFAULT;
    /* The slot is the device's own affair. */
    if (axis == ABS_MT_SLOT) return -EINVAL;
    spin_lock_irq(&device->event_lock);
    device->absinfo[axis] = info;
    spin_unlock_irq(&device->event_lock);
    return 0;
}

static long repetition(struct evdev *evdev, bool set, int __user *user)
{
    struct input_dev *device = evdev->handle.dev;
    int rep[2];

    if (!test_bit(EV_REP, device->evbit)) return -ENOSYS;
    if (!set) {
        memcpy(rep, device->rep, sizeof(rep));
        return copy_to_user(user, rep, sizeof(rep)) ? -EFAULT : 0;
    }
    if (copy_from_user(rep, user, sizeof(rep))) return -EFAULT;
    input_inject_event(&evdev->handle, EV_REP, REP_DELAY, rep[0]);
    input_inject_event(&evdev->handle, EV_REP, REP_PERIOD, rep[1]);
    return 0;
}

/* Commands whose size the caller chooses. */
static long of_any_size(struct evdev_client *client, unsigned int command, void __user *user)
{
    struct input_dev *device = client->evdev->handle.dev;
    unsigned int number = _IOC_NR(command), count = 0;
    size_t size = _IOC_SIZE(command);
    const unsigned long *codes;

    if (_IOC_TYPE(command) != 'E') return -EINVAL;
    if (_IOC_DIR(command) == _IOC_WRITE)
        return number >= 0xc0 && number < 0xc0 + ABS_CNT ? set_axis(device, number - 0xc0, user, size) : -EINVAL;
    if (_IOC_DIR(command) != _IOC_READ) return -EINVAL;
    switch (number) {
        case _IOC_NR(EVIOCGNAME(0)):
            return give_text(user, device->name, size);
        case _IOC_NR(EVIOCGPHYS(0)):
            return give_text(user, device->phys, size);
        case _IOC_NR(EVIOCGUNIQ(0)):
            return give_text(user, device->uniq, size);
        case _IOC_NR(EVIOCGPROP(0)):
            return give(user, device->propbit, bytes_of(INPUT_PROP_CNT), size);
        case _IOC_NR(EVIOCGMTSLOTS(0)):
            return give_slots(device, user, size);
        case _IOC_NR(EVIOCGKEY(0)):
            return give_state(client, EV_KEY, device->key, KEY_CNT, user, size);
        case _IOC_NR(EVIOCGLED(0)):
            return give_state(client, EV_LED, device->led, LED_CNT, user, size);
        case _IOC_NR(EVIOCGSND(0)):
            return give_state(client, EV_SND, device->snd, SND_CNT, user, size);
        case _IOC_NR(EVIOCGSW(0)):
            return give_state(client, EV_SW, device->sw, SW_CNT, user, size);
    }
    if (number >= 0x40 && number < 0x40 + ABS_CNT) return give_axis(device, number - 0x40, user, size);
    if (number < 0x20 || number >= 0x20 + EV_CNT) return -EINVAL;
    codes = ashlar_input_codes(device, number - 0x20, &count);
    return codes ? give(user, codes, bytes_of(count), size) : -EINVAL;
}

static long command_of(struct evdev_client *client, unsigned int command, void __user *user)
{
    struct evdev *evdev = client->evdev;
    int number;

    switch (command) {
        case EVIOCGVERSION:
            return put_user(EV_VERSION, (int __user *)user);
        case EVIOCGID:
            return copy_to_user(user, &evdev->handle.dev->id, sizeof(struct input_id)) ? -EFAULT : 0;
        case EVIOCGREP:
        case EVIOCSREP:
            return repetition(evdev, command == EVIOCSREP, user);
        case EVIOCGRAB:
            return user ? ashlar_evdev_grab(evdev, client) : ashlar_evdev_ungrab(evdev, client);
        case EVIOCREVOKE:
            if (user) return -EINVAL;
            client->revoked = true;
            ashlar_evdev_ungrab(evdev, client);
            input_flush_device(&evdev->handle, NULL);
            wake_up_interruptible(&client->wait);
            return 0;
        case EVIOCSCLOCKID:
            if (get_user(number, (int __user *)user)) return -EFAULT;
            return set_clock(client, number);
        default:
            return of_any_size(client, command, user);
    }
}

long ashlar_evdev_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
    struct evdev_client *client = file->private_data;
    long result;

    mutex_lock(&client->evdev->mutex);
    result = !client->evdev->exist || client->revoked ? -ENODEV : command_of(client, command, (void __user *)argument);
    mutex_unlock(&client->evdev->mutex);
    return result;
}
