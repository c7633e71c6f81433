// Events of input devices: what changes nothing is dropped, the rest is kept as the
// device's state and passed on, a packet at a time.
//
//   driver --input_event()--> state --> vals[] --SYN_REPORT--> handles that are open
//   handler --input_inject_event()--> state --> device->event()
//
// All of it under device->event_lock, with interrupts off; handles are found as a reader
// of RCU, so whoever closes one waits for a grace period.

#include "input.h"

#include <linux/input/mt.h>
#include <linux/jiffies.h>
#include <linux/rculist.h>
#include <linux/string.h>

/* Where a type's codes are listed that a device has; the count is of its codes. */
#define TYPES(row)                                                                              \
    row(EV_KEY, keybit, KEY_CNT) row(EV_REL, relbit, REL_CNT) row(EV_ABS, absbit, ABS_CNT) row( \
        EV_MSC, mscbit, MSC_CNT) row(EV_SW, swbit, SW_CNT) row(EV_LED, ledbit, LED_CNT) row(EV_SND, sndbit, SND_CNT)
unsigned long *ashlar_input_codes(struct input_dev *device, unsigned int type, unsigned int *count)
{
#define ROW(its_type, bits, number) \
    case its_type:                  \
        *count = number;            \
        return device->bits;
    switch (type) {
        case 0:
            *count = EV_CNT;
            return device->evbit;
            TYPES(ROW)
        default:
            return NULL;
    }
#undef ROW
}

static bool has(struct input_dev *device, unsigned int type, unsigned int code)
{
    unsigned int count = 0;
    const unsigned long *codes = ashlar_input_codes(device, type, &count);

    return codes && code < count && test_bit(code, codes);
}

/* ---- passing on ------------------------------------------------------------------------------ */

/* What is left for the others. */
static unsigned int to_handle(struct input_handle *handle, struct input_value *values, unsigned int count)
{
    struct input_handler *handler = handle->handler;
    unsigned int left = 0;

    if (handler->filter) {
        for (unsigned int i = 0; i < count; i++)
            if (!handler->filter(handle, values[i].type, values[i].code, values[i].value)) values[left++] = values[i];
        return left;
    }
    if (handler->events)
        handler->events(handle, values, count);
    else if (handler->event)
        for (unsigned int i = 0; i < count; i++)
            handler->event(handle, values[i].type, values[i].code, values[i].value);
    return count;
}

static void start_repeating(struct input_dev *device, unsigned int code)
{
    if (!device->rep[REP_PERIOD] || !device->rep[REP_DELAY] || !device->timer.function) return;
    device->repeat_key = code;
    mod_timer(&device->timer, jiffies + msecs_to_jiffies((unsigned int)device->rep[REP_DELAY]));
}

static void pass_packet(struct input_dev *device)
{
    struct input_value *values = device->vals;
    unsigned int count = device->num_vals, left = count;
    struct input_handle *handle;

    device->num_vals = 0;
    rcu_read_lock();
    handle = rcu_dereference(device->grab);
    if (handle)
        left = to_handle(handle, values, left);
    else
        list_for_each_entry_rcu(handle, &device->h_list, d_node)
        {
            if (READ_ONCE(handle->open) && left) left = to_handle(handle, values, left);
        }
    rcu_read_unlock();
    if (!test_bit(EV_REP, device->evbit) || !test_bit(EV_KEY, device->evbit)) return;
    for (unsigned int i = 0; i < left; i++) {
        if (values[i].type != EV_KEY || values[i].value == 2) continue;
        if (values[i].value)
            start_repeating(device, values[i].code);
        else
            del_timer(&device->timer);
    }
}

static void keep(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
    device->vals[device->num_vals++] = (struct input_value){.type = (__u16)type, .code = (__u16)code, .value = value};
}

/* ---- what an event changes ------------------------------------------------------------------- */

enum { IGNORED = 0, TO_HANDLERS = 1, TO_DEVICE = 2, TO_ALL = 3, NEW_SLOT = 4 };

static int flip(unsigned long *bits, unsigned int code, int value, int where)
{
    if (!test_bit(code, bits) == !value) return IGNORED;
    __change_bit(code, bits);
    return where;
}

/* A change within the fuzz is none, or half of one. */
static int without_fuzz(int value, int before, int fuzz)
{
    if (!fuzz) return value;
    if (value > before - fuzz / 2 && value < before + fuzz / 2) return before;
    if (value > before - fuzz && value < before + fuzz) return (before * 3 + value) / 4;
    if (value > before - fuzz * 2 && value < before + fuzz * 2) return (before + value) / 2;
    return value;
}

static int absolute(struct input_dev *device, unsigned int code, int *value)
{
    struct input_mt *mt = device->mt;
    bool of_contact = input_is_mt_value((int)code);
    int *before = NULL;

    if (code == ABS_MT_SLOT) {
        if (mt && *value >= 0 && *value < mt->num_slots) mt->slot = *value;
        return IGNORED; /* until something of it is reported */
    }
    if (!of_contact)
        before = &device->absinfo[code].value;
    else if (mt)
        before = &mt->slots[mt->slot].abs[code - ABS_MT_FIRST];
    if (before) {
        *value = without_fuzz(*value, *before, device->absinfo[code].fuzz);
        if (*before == *value) return IGNORED;
        *before = *value;
    }
    if (!of_contact || !mt || mt->slot == input_abs_get_val(device, ABS_MT_SLOT)) return TO_HANDLERS;
    input_abs_set_val(device, ABS_MT_SLOT, mt->slot);
    return TO_HANDLERS | NEW_SLOT;
}

static int change(struct input_dev *device, unsigned int type, unsigned int code, int *value)
{
    if (type == EV_SYN) return code == SYN_CONFIG ? TO_ALL : code <= SYN_MT_REPORT ? TO_HANDLERS : IGNORED;
    if (type == EV_REP) {
        if (code > REP_MAX || *value < 0 || device->rep[code] == *value) return IGNORED;
        device->rep[code] = *value;
        return TO_ALL;
    }
    if (type == EV_PWR) return TO_ALL;
    if (!has(device, type, code)) return IGNORED;
    switch (type) {
        case EV_KEY:
            return *value == 2 ? TO_HANDLERS : flip(device->key, code, *value, TO_HANDLERS);
        case EV_SW:
            return flip(device->sw, code, *value, TO_HANDLERS);
        case EV_LED:
            return flip(device->led, code, *value, TO_ALL);
        case EV_SND:
            return flip(device->snd, code, *value, TO_ALL);
        case EV_REL:
            return *value ? TO_HANDLERS : IGNORED;
        case EV_ABS:
            return absolute(device, code, value);
        default:
            return TO_ALL;
    }
}

void ashlar_input_handle(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
    int where = change(device, type, code, &value);

    if ((where & TO_DEVICE) && device->event) device->event(device, type, code, value);
    if (!(where & TO_HANDLERS) || !device->vals) return;
    if (where & NEW_SLOT) keep(device, EV_ABS, ABS_MT_SLOT, device->mt->slot);
    keep(device, type, code, value);
    if (type == EV_SYN && code == SYN_REPORT) {
        if (device->num_vals >= 2) pass_packet(device);
        device->num_vals = 0;
        device->timestamp[INPUT_CLK_MONO] = 0;
    } else if (device->num_vals + 2 >= device->max_vals) {
        /* No room for another, its slot and the end. */
        keep(device, EV_SYN, SYN_REPORT, 1);
        pass_packet(device);
    }
}

void input_event(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
    unsigned long flags;

    if (type >= EV_CNT || !test_bit(type, device->evbit)) return;
    spin_lock_irqsave(&device->event_lock, flags);
    ashlar_input_handle(device, type, code, value);
    spin_unlock_irqrestore(&device->event_lock, flags);
}

void input_inject_event(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
    struct input_dev *device = handle->dev;
    struct input_handle *grab;
    unsigned long flags;

    if (type >= EV_CNT || !test_bit(type, device->evbit)) return;
    spin_lock_irqsave(&device->event_lock, flags);
    rcu_read_lock();
    grab = rcu_dereference(device->grab);
    if (!grab || grab == handle) ashlar_input_handle(device, type, code, value);
    rcu_read_unlock();
    spin_unlock_irqrestore(&device->event_lock, flags);
}

void input_set_timestamp(struct input_dev *device, ktime_t time)
{
    device->timestamp[INPUT_CLK_MONO] = device->timestamp[INPUT_CLK_BOOT] = time;
    device->timestamp[INPUT_CLK_REAL] = time + ktime_get_real() - ktime_get();
}

ktime_t *input_get_timestamp(struct input_dev *device)
{
    if (!device->timestamp[INPUT_CLK_MONO]) input_set_timestamp(device, ktime_get());
    return device->timestamp;
}

/* ---- repetition ------------------------------------------------------------------------------ */

static void repeat(struct timer_list *timer)
{
    struct input_dev *device = from_timer(device, timer, timer);
    unsigned long flags;

    spin_lock_irqsave(&device->event_lock, flags);
    if (test_bit(device->repeat_key, device->key) && has(device, EV_KEY, device->repeat_key)) {
        input_set_timestamp(device, ktime_get());
        ashlar_input_handle(device, EV_KEY, device->repeat_key, 2);
        ashlar_input_handle(device, EV_SYN, SYN_REPORT, 1);
        if (device->rep[REP_PERIOD])
            mod_timer(&device->timer, jiffies + msecs_to_jiffies((unsigned int)device->rep[REP_PERIOD]));
    }
    spin_unlock_irqrestore(&device->event_lock, flags);
}

void input_enable_softrepeat(struct input_dev *device, int delay, int period)
{
    device->timer.function = repeat;
    device->rep[REP_DELAY] = delay;
    device->rep[REP_PERIOD] = period;
}

/* ---- handles --------------------------------------------------------------------------------- */

/* With the device's mutex. */
static void ungrab(struct input_handle *handle)
{
    struct input_dev *device = handle->dev;

    if (rcu_access_pointer(device->grab) != handle) return;
    rcu_assign_pointer(device->grab, NULL);
    synchronize_rcu();
    list_for_each_entry(handle, &device->h_list, d_node)
    {
        if (handle->open && handle->handler->start) handle->handler->start(handle);
    }
}

int input_grab_device(struct input_handle *handle)
{
    struct input_dev *device = handle->dev;
    int error = 0;

    mutex_lock(&device->mutex);
    if (rcu_access_pointer(device->grab))
        error = -EBUSY;
    else
        rcu_assign_pointer(device->grab, handle);
    mutex_unlock(&device->mutex);
    return error;
}

void input_release_device(struct input_handle *handle)
{
    mutex_lock(&handle->dev->mutex);
    ungrab(handle);
    mutex_unlock(&handle->dev->mutex);
}

int input_open_device(struct input_handle *handle)
{
    struct input_dev *device = handle->dev;
    int error = 0;

    mutex_lock(&device->mutex);
    if (device->going_away) {
        error = -ENODEV;
    } else {
        handle->open++;
        if (!device->users++) {
            error = device->open ? device->open(device) : 0;
            if (!error && device->poller) ashlar_input_start_poller(device->poller);
        }
        if (error) {
            device->users--;
            handle->open--;
            synchronize_rcu(); /* nobody passes it events any more */
        }
    }
    mutex_unlock(&device->mutex);
    return error;
}

void input_close_device(struct input_handle *handle)
{
    struct input_dev *device = handle->dev;

    mutex_lock(&device->mutex);
    ungrab(handle);
    if (!--device->users) {
        if (device->poller) ashlar_input_stop_poller(device->poller);
        if (device->close) device->close(device);
    }
    if (handle->open && !--handle->open) synchronize_rcu();
    mutex_unlock(&device->mutex);
}

int input_flush_device(struct input_handle *handle, struct file *file)
{
    struct input_dev *device = handle->dev;
    int error;

    mutex_lock(&device->mutex);
    error = device->flush ? device->flush(device, file) : 0;
    mutex_unlock(&device->mutex);
    return error;
}

/* Nobody may open it any more, nor gets events; what is pressed is released first. */
void ashlar_input_disconnect(struct input_dev *device)
{
    struct input_handle *handle;
    unsigned int code;
    bool any = false;

    mutex_lock(&device->mutex);
    device->going_away = true;
    mutex_unlock(&device->mutex);
    spin_lock_irq(&device->event_lock);
    for_each_set_bit(code, device->key, KEY_CNT)
    {
        ashlar_input_handle(device, EV_KEY, code, 0);
        any = true;
    }
    if (any) ashlar_input_handle(device, EV_SYN, SYN_REPORT, 1);
    list_for_each_entry(handle, &device->h_list, d_node) handle->open = 0;
    spin_unlock_irq(&device->event_lock);
}
