// Input devices: what a driver reports, and what who has the file open reads of it.

#include <ashlar/machine.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/input.h>
#include <linux/input/mt.h>
#include <linux/kthread.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/time.h>

#include "check.h"

/* ---- reading --------------------------------------------------------------------------------- */

#define NODE "/dev/input/event0"
static struct file *open_node(int flags) { return filp_open(NODE, O_RDWR | flags, 0); }

static ssize_t take(struct file *file, struct input_event *events, size_t count)
{
    loff_t pos = 0;
    ssize_t size = kernel_read(file, events, count * sizeof(*events), &pos);

    return size < 0 ? size : size / (ssize_t)sizeof(*events);
}
static int is(const struct input_event *event, unsigned int type, unsigned int code, int value)
{
    return event->type == type && event->code == code && event->value == value;
}
/* What waits, as "type:code:value " each. */
static const char *said(struct file *file)
{
    static char text[512];
    struct input_event events[64];
    ssize_t count = take(file, events, ARRAY_SIZE(events));
    size_t length = 0;

    text[0] = 0;
    if (count < 0) scnprintf(text, sizeof(text), "error %zd", count);
    for (ssize_t i = 0; i < count; i++)
        length += (size_t)scnprintf(text + length, sizeof(text) - length, "%x:%x:%d ", events[i].type, events[i].code,
                                    events[i].value);
    return text;
}
#define SAYS(file, wanted)                                         \
    do {                                                           \
        const char *heard = said(file);                            \
        CHECK(strcmp(heard, wanted) == 0);                         \
        if (strcmp(heard, wanted)) pr_err("  said '%s'\n", heard); \
    } while (0)
#define NOTHING "error -11"

/* ---- a device -------------------------------------------------------------------------------- */

static int opened, closed, lamp = -1, refuse;
static int start(struct input_dev *device)
{
    (void)device;
    opened++;
    return refuse;
}
static void stop(struct input_dev *device)
{
    (void)device;
    closed++;
}
static int lit(struct input_dev *device, unsigned int type, unsigned int code, int value)
{
    (void)device;
    if (type == EV_LED && code == LED_CAPSL) lamp = value;
    return 0;
}
static struct input_dev *keyboard(void)
{
    struct input_dev *device = input_allocate_device();

    device->name = "keys";
    device->phys = "test/input0";
    device->id = (struct input_id){BUS_VIRTUAL, 1, 2, 3};
    device->open = start;
    device->close = stop;
    device->event = lit;
    input_set_capability(device, EV_KEY, KEY_A);
    input_set_capability(device, EV_KEY, KEY_B);
    input_set_capability(device, EV_LED, LED_CAPSL);
    input_set_capability(device, EV_REL, REL_X);
    __set_bit(ABS_X, device->absbit); /* without EV_ABS it is none */
    return device;
}

static void keys(void)
{
    struct input_dev *device = keyboard();
    struct file *file, *other;

    opened = closed = 0;
    CHECK(input_register_device(device) == 0 && opened == 0);
    input_report_key(device, KEY_B, 1); /* while nobody listens */
    input_sync(device);
    file = open_node(O_NONBLOCK);
    other = open_node(O_NONBLOCK);
    CHECK(!IS_ERR(file) && !IS_ERR(other) && opened == 1);
    SAYS(file, NOTHING);
    CHECK((vfs_poll(file, NULL) & EPOLLIN) == 0 && (vfs_poll(file, NULL) & EPOLLOUT));

    input_report_key(device, KEY_A, 7);
    SAYS(file, NOTHING); /* before its packet is whole */
    input_sync(device);
    CHECK(vfs_poll(file, NULL) & EPOLLIN);
    SAYS(file, "1:1e:1 0:0:0 ");
    SAYS(file, NOTHING);
    /* No change, no event; what it has not is no event either; nor is an empty packet. */
    input_report_key(device, KEY_A, 1);
    input_report_key(device, KEY_C, 1);
    input_report_key(device, KEY_MAX + 100, 1);
    input_report_rel(device, REL_X, 0);
    input_event(device, EV_ABS, ABS_X, 5);
    input_event(device, 0x1f + 7, 1, 5);
    input_sync(device);
    SAYS(file, NOTHING);
    input_report_rel(device, REL_X, -3);
    input_report_key(device, KEY_A, 0);
    input_report_key(device, KEY_B, 0);
    input_sync(device);
    SAYS(file, "2:0:-3 1:1e:0 1:30:0 0:0:0 ");
    SAYS(other, "1:1e:1 0:0:0 2:0:-3 1:1e:0 1:30:0 0:0:0 ");
    filp_close(other, NULL);
    CHECK(closed == 0);
    filp_close(file, NULL);
    CHECK(closed == 1);
    refuse = -EBUSY;
    CHECK(PTR_ERR(open_node(0)) == -EBUSY && closed == 1);
    refuse = 0;
    input_unregister_device(device);
    CHECK(PTR_ERR(open_node(0)) == -ENOENT);
}

static void sizes_and_times(void)
{
    struct input_dev *device = keyboard();
    struct input_event events[4];
    struct file *file;
    ktime_t before, time;
    loff_t pos = 0;
    int clock = CLOCK_MONOTONIC;

    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    CHECK(kernel_read(file, events, sizeof(*events) - 1, &pos) == -EINVAL);
    before = ktime_get_real();
    input_report_key(device, KEY_A, 1);
    input_sync(device);
    CHECK(kernel_read(file, events, 0, &pos) == 0);
    CHECK(kernel_read(file, events, 2 * sizeof(*events) - 1, &pos) == sizeof(*events));
    CHECK(is(events, EV_KEY, KEY_A, 1));
    time = (ktime_t)(events->input_event_sec * NSEC_PER_SEC + events->input_event_usec * NSEC_PER_USEC);
    CHECK(time >= before - NSEC_PER_USEC && time <= ktime_get_real());
    CHECK(take(file, events, 4) == 1 && is(events, EV_SYN, SYN_REPORT, 0));

    /* What waits is of the other clock: it goes, and the reader is told. */
    input_report_key(device, KEY_A, 0);
    input_sync(device);
    CHECK(vfs_ioctl(file, EVIOCSCLOCKID, (unsigned long)&clock) == 0);
    input_set_timestamp(device, 5 * NSEC_PER_SEC + 7000);
    input_report_key(device, KEY_A, 1);
    input_sync(device);
    CHECK(take(file, events, 4) == 3 && is(&events[0], EV_SYN, SYN_DROPPED, 0) &&
          is(&events[2], EV_SYN, SYN_REPORT, 0));
    CHECK(events[1].input_event_sec == 5 && events[1].input_event_usec == 7);
    clock = 12345;
    CHECK(vfs_ioctl(file, EVIOCSCLOCKID, (unsigned long)&clock) == -EINVAL);
    filp_close(file, NULL);
    input_unregister_device(device);
}

/* A queue holds 64 events at least; who does not read loses them, and learns of it. */
static void overrun(void)
{
    struct input_dev *device = keyboard();
    struct input_event events[64];
    struct file *file;

    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    for (int i = 1; i <= 200; i++) {
        input_report_rel(device, REL_X, i);
        input_sync(device);
    }
    CHECK(take(file, events, 2) == 2 && is(&events[0], EV_SYN, SYN_DROPPED, 0));
    while (take(file, events, 1) == 1 && !is(events, EV_REL, REL_X, 200)) continue;
    CHECK(take(file, events, 4) == 1 && is(events, EV_SYN, SYN_REPORT, 0));
    /* A packet that is longer than the device said is passed on in parts. */
    for (int i = 1; i <= 30; i++) input_report_rel(device, REL_X, i);
    input_sync(device);
    for (int i = 1; i <= 30; i++) {
        do CHECK(take(file, events, 1) == 1);
        while (events->type == EV_SYN);
        CHECK(is(events, EV_REL, REL_X, i));
    }
    filp_close(file, NULL);
    input_unregister_device(device);
}

static void asked(void)
{
    struct input_dev *device = keyboard();
    struct file *file, *other;
    struct input_id id;
    struct input_absinfo info;
    unsigned long bits[BITS_TO_LONGS(KEY_CNT)];
    unsigned int rep[2] = {100, 20};
    int version;
    char text[16];

    input_set_abs_params(device, ABS_Y, -10, 10, 0, 1);
    __set_bit(EV_REP, device->evbit);
    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    other = open_node(O_NONBLOCK);
    CHECK(vfs_ioctl(file, EVIOCGVERSION, (unsigned long)&version) == 0 && version == 0x010001);
    CHECK(vfs_ioctl(file, EVIOCGID, (unsigned long)&id) == 0 && id.bustype == BUS_VIRTUAL && id.version == 3);
    CHECK(vfs_ioctl(file, EVIOCGNAME(sizeof(text)), (unsigned long)text) == 5 && !strcmp(text, "keys"));
    CHECK(vfs_ioctl(file, EVIOCGNAME(2), (unsigned long)text) == 2);
    CHECK(vfs_ioctl(file, EVIOCGPHYS(sizeof(text)), (unsigned long)text) == 12 && !strcmp(text, "test/input0"));
    CHECK(vfs_ioctl(file, EVIOCGUNIQ(sizeof(text)), (unsigned long)text) == -ENOENT);
    CHECK(vfs_ioctl(file, EVIOCGBIT(0, sizeof(bits[0])), (unsigned long)bits) == 8);
    CHECK(bits[0] == (BIT(EV_SYN) | BIT(EV_KEY) | BIT(EV_REL) | BIT(EV_ABS) | BIT(EV_LED) | BIT(EV_REP)));
    CHECK(vfs_ioctl(file, EVIOCGBIT(EV_KEY, sizeof(bits)), (unsigned long)bits) == sizeof(bits));
    CHECK(bits[0] == (BIT(KEY_A) | BIT(KEY_B)) && !bits[1]);
    CHECK(vfs_ioctl(file, EVIOCGBIT(EV_REP, sizeof(bits)), (unsigned long)bits) == -EINVAL);
    CHECK(vfs_ioctl(file, EVIOCGABS(ABS_Y), (unsigned long)&info) == 0 && info.minimum == -10 && info.flat == 1);
    info.maximum = 5;
    CHECK(vfs_ioctl(file, EVIOCSABS(ABS_Y), (unsigned long)&info) == 0 && input_abs_get_max(device, ABS_Y) == 5);
    CHECK(vfs_ioctl(file, EVIOCSREP, (unsigned long)rep) == 0 && device->rep[REP_DELAY] == 100);
    CHECK(vfs_ioctl(file, EVIOCGREP, (unsigned long)rep) == 0 && rep[1] == 20);
    CHECK(vfs_ioctl(file, EVIOCGMTSLOTS(8), (unsigned long)bits) == -EINVAL);
    CHECK(vfs_ioctl(file, _IO('X', 1), 0) == -EINVAL);
    SAYS(file, NOTHING); /* the new repetition makes no whole packet */

    /* The state includes the keys that wait, so they wait no longer; the movement does. */
    input_report_key(device, KEY_A, 1);
    input_sync(device);
    input_report_rel(device, REL_X, 2);
    input_sync(device);
    CHECK(vfs_ioctl(file, EVIOCGKEY(sizeof(bits)), (unsigned long)bits) == sizeof(bits) && bits[0] == BIT(KEY_A));
    SAYS(file, "14:0:100 14:1:20 0:0:0 2:0:2 0:0:0 ");
    CHECK(vfs_ioctl(file, EVIOCGKEY(8), 8) == -EFAULT);

    /* One may have it alone; a lamp is lit by writing. */
    CHECK(vfs_ioctl(other, EVIOCGRAB, 1) == 0 && vfs_ioctl(file, EVIOCGRAB, 1) == -EBUSY);
    CHECK(vfs_ioctl(file, EVIOCGRAB, 0) == -EINVAL);
    said(other);
    input_report_key(device, KEY_A, 0);
    input_sync(device);
    SAYS(file, NOTHING);
    SAYS(other, "1:1e:0 0:0:0 ");
    CHECK(vfs_ioctl(other, EVIOCGRAB, 0) == 0);
    {
        struct input_event events[2] = {{.type = EV_LED, .code = LED_CAPSL, .value = 1}, {.type = EV_SYN}};
        loff_t pos = 0;

        CHECK(kernel_write(file, events, sizeof(events), &pos) == sizeof(events) && lamp == 1);
        CHECK(kernel_write(file, events, 1, &pos) == -EINVAL);
        SAYS(other, "11:1:1 0:0:0 ");
    }
    CHECK(vfs_ioctl(file, EVIOCREVOKE, 0) == 0 && vfs_ioctl(file, EVIOCGVERSION, (unsigned long)&version) == -ENODEV);
    SAYS(file, "error -19");
    filp_close(file, NULL);
    filp_close(other, NULL);
    input_unregister_device(device);
}

/* ---- going away ------------------------------------------------------------------------------ */

static int read_on(void *data)
{
    struct file *file = data;
    struct input_event event;
    int count = 0;
    ssize_t result;

    while ((result = take(file, &event, 1)) == 1) count++;
    CHECK(result == -ENODEV);
    while (!kthread_should_stop()) msleep(1);
    return count;
}
static void unplugged(void)
{
    struct input_dev *device = keyboard();
    struct task_struct *reader;
    struct file *file, *other;

    closed = 0;
    CHECK(input_register_device(device) == 0);
    file = open_node(0);
    other = open_node(O_NONBLOCK);
    reader = kthread_run(read_on, file, "reader");
    input_report_key(device, KEY_A, 1);
    input_sync(device);
    while (vfs_poll(file, NULL) & EPOLLIN) msleep(1);
    input_get_device(device);
    input_unregister_device(device);
    CHECK(closed == 1);
    CHECK(kthread_stop(reader) >= 2); /* the key's release may have come too late for it */
    CHECK((vfs_poll(other, NULL) & (EPOLLHUP | EPOLLERR)) == (EPOLLHUP | EPOLLERR));
    SAYS(other, "error -19");
    input_report_key(device, KEY_B, 1); /* a driver that is late */
    input_sync(device);
    filp_close(file, NULL);
    filp_close(other, NULL);
    CHECK(closed == 1);
    input_put_device(device);
}

static void repeated(void)
{
    struct input_dev *device = keyboard();
    struct input_event event;
    struct file *file;
    int repeats = 0;

    __set_bit(EV_REP, device->evbit);
    input_enable_softrepeat(device, 20, 5);
    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    input_report_key(device, KEY_B, 1);
    input_sync(device);
    for (int i = 0; i < 3000 && repeats < 3; i++) {
        while (take(file, &event, 1) == 1) repeats += is(&event, EV_KEY, KEY_B, 2);
        msleep(1);
    }
    CHECK(repeats >= 3);
    input_report_key(device, KEY_B, 0);
    input_sync(device);
    while (take(file, &event, 1) == 1) continue;
    msleep(30);
    SAYS(file, NOTHING);
    input_report_key(device, KEY_B, 1); /* and is unplugged while it is held */
    input_sync(device);
    input_unregister_device(device);
    filp_close(file, NULL);
}

/* ---- contacts, axes -------------------------------------------------------------------------- */

static void contacts(void)
{
    struct input_dev *device = input_allocate_device();
    struct {
        __u32 code;
        __s32 values[2];
    } slots = {.code = ABS_MT_POSITION_X};
    struct file *file;

    input_set_abs_params(device, ABS_MT_POSITION_X, 0, 100, 0, 0);
    input_set_abs_params(device, ABS_MT_POSITION_Y, 0, 100, 0, 0);
    CHECK(input_mt_init_slots(device, 2, INPUT_MT_DIRECT | INPUT_MT_DROP_UNUSED) == 0);
    CHECK(input_mt_init_slots(device, 2, 0) == 0 && input_mt_init_slots(device, 3, 0) == -EINVAL);
    CHECK(test_bit(BTN_TOUCH, device->keybit) && test_bit(ABS_X, device->absbit));
    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    input_mt_slot(device, 1);
    CHECK(input_mt_report_slot_state(device, MT_TOOL_FINGER, true));
    input_report_abs(device, ABS_MT_POSITION_X, 30);
    input_mt_sync_frame(device);
    input_sync(device);
    SAYS(file, "3:2f:1 3:39:0 3:35:30 1:14a:1 3:0:30 0:0:0 ");
    input_mt_slot(device, 0);
    input_mt_report_slot_state(device, MT_TOOL_FINGER, true);
    input_report_abs(device, ABS_MT_POSITION_X, 10);
    input_mt_slot(device, 1);
    input_mt_report_slot_state(device, MT_TOOL_FINGER, true);
    input_mt_slot(device, 7); /* there is none */
    input_mt_sync_frame(device);
    input_sync(device);
    SAYS(file, "3:2f:0 3:39:1 3:35:10 0:0:0 "); /* the pointer stays with the older one */
    CHECK(vfs_ioctl(file, EVIOCGMTSLOTS(sizeof(slots)), (unsigned long)&slots) == 0);
    CHECK(slots.values[0] == 10 && slots.values[1] == 30);
    /* Of whom nothing was said, the frame's end says that he is gone. */
    input_mt_sync_frame(device);
    input_sync(device);
    SAYS(file, "3:39:-1 3:2f:1 3:39:-1 1:14a:0 0:0:0 ");
    filp_close(file, NULL);
    input_unregister_device(device);
}

static void axes(void)
{
    struct input_dev *device = input_allocate_device();
    struct file *file;

    input_set_abs_params(device, ABS_X, 0, 1000, 10, 0);
    CHECK(input_register_device(device) == 0);
    file = open_node(O_NONBLOCK);
    input_report_abs(device, ABS_X, 500);
    input_sync(device);
    input_report_abs(device, ABS_X, 504); /* within half of the fuzz: no change */
    input_sync(device);
    input_report_abs(device, ABS_X, 508); /* within it: a quarter of the way */
    input_sync(device);
    SAYS(file, "3:0:500 0:0:0 3:0:502 0:0:0 ");
    filp_close(file, NULL);
    input_unregister_device(device);

    device = input_allocate_device();
    __set_bit(EV_ABS, device->evbit);
    CHECK(input_register_device(device) == -EINVAL);
    input_free_device(device);
}

/* ---- handlers and managed devices ------------------------------------------------------------ */

static int heard, filtered;
static bool swallow(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
    (void)handle;
    (void)value;
    filtered += type == EV_KEY && code == KEY_B;
    return type == EV_KEY && code == KEY_B;
}
static void hear(struct input_handle *handle, unsigned int type, unsigned int code, int value)
{
    (void)handle;
    heard += type == EV_KEY && code == KEY_A && value == 1;
}
static int connect(struct input_handler *handler, struct input_dev *device, const struct input_device_id *id)
{
    struct input_handle *handle = kzalloc(sizeof(*handle), GFP_KERNEL);

    CHECK(id == handler->id_table);
    handle->dev = device;
    handle->handler = handler;
    handle->name = handler->name;
    CHECK(input_register_handle(handle) == 0 && input_open_device(handle) == 0);
    return 0;
}
static void disconnect(struct input_handle *handle)
{
    input_close_device(handle);
    input_unregister_handle(handle);
    kfree(handle);
}
static void handlers(void)
{
    static const struct input_device_id with_keys[] = {
        {.flags = INPUT_DEVICE_ID_MATCH_EVBIT | INPUT_DEVICE_ID_MATCH_VENDOR, .vendor = 1, .evbit = {BIT_MASK(EV_KEY)}},
        {}};
    struct input_handler filter = {
        .name = "filter", .filter = swallow, .connect = connect, .disconnect = disconnect, .id_table = with_keys};
    struct input_handler listener = {
        .name = "listener", .event = hear, .connect = connect, .disconnect = disconnect, .id_table = with_keys};
    struct input_dev *device = keyboard(), *other = input_allocate_device();
    struct file *file;

    opened = closed = 0;
    CHECK(input_register_handler(&listener) == 0 && input_register_device(device) == 0 && opened == 1);
    CHECK(input_register_handler(&filter) == 0 && input_register_device(other) == 0 && opened == 1);
    file = open_node(O_NONBLOCK);
    input_report_key(device, KEY_B, 1);
    input_report_key(device, KEY_A, 1);
    input_sync(device);
    CHECK(heard == 1 && filtered == 1);
    SAYS(file, "1:1e:1 0:0:0 ");
    filp_close(file, NULL);
    input_unregister_device(other);
    input_unregister_handler(&filter);
    CHECK(closed == 0);
    input_unregister_device(device);
    CHECK(closed == 1 && list_empty(&listener.h_list));
    input_unregister_handler(&listener);
}

static int polls;
static void poll(struct input_dev *device)
{
    input_report_rel(device, REL_X, 1);
    input_sync(device);
    polls++;
}
static int probe(struct platform_device *platform)
{
    struct input_dev *device = devm_input_allocate_device(&platform->dev);

    input_set_capability(device, EV_REL, REL_X);
    CHECK(input_setup_polling(device, poll) == 0);
    input_set_poll_interval(device, 2);
    CHECK(input_get_poll_interval(device) == 2);
    CHECK(!!devm_input_allocate_device(&platform->dev)); /* never registered */
    return input_register_device(device);
}
static struct platform_driver driver = {.probe = probe, .driver = {.name = "polled"}};
static void managed(void)
{
    struct platform_device *platform = platform_device_register_simple("polled", 0, NULL, 0);
    struct file *file;

    CHECK(platform_driver_register(&driver) == 0 && platform->dev.driver);
    file = open_node(O_NONBLOCK);
    for (int i = 0; i < 3000 && READ_ONCE(polls) < 3; i++) msleep(1);
    CHECK(polls >= 3 && strncmp(said(file), "2:0:1 0:0:0 2:0:1 0:0:0 ", 24) == 0);
    filp_close(file, NULL);
    polls = 0;
    msleep(10);
    CHECK(polls == 0);
    file = open_node(O_NONBLOCK);
    platform_driver_unregister(&driver);
    SAYS(file, "error -19");
    filp_close(file, NULL);
    platform_device_unregister(platform);
}

static void out_of_memory(void)
{
    size_t live = ashlar_live_objects(0);
    int failures = 0, opens = 0;

    for (unsigned int n = 1; n < 60; n++) {
        struct input_dev *device;
        struct file *file;
        int error;

        ashlar_inject("failslab", n, 100, 1, NULL, NULL);
        device = input_allocate_device();
        if (device) {
            input_set_abs_params(device, ABS_X, 0, 1, 0, 0);
            error = input_register_device(device);
            file = error ? NULL : open_node(0);
            ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
            if (!IS_ERR_OR_NULL(file)) {
                opens++;
                filp_close(file, NULL);
            }
            if (error)
                input_free_device(device);
            else
                input_unregister_device(device);
            failures += error != 0;
        }
        ashlar_inject("failslab", 0, 0, 0, NULL, NULL);
    }
    CHECK(failures > 5 && opens > 10);
    CHECK(ashlar_live_objects(1) == live);
}

/* ---- many at once ---------------------------------------------------------------------------- */

static struct input_dev *shared;
static int report(void *data)
{
    unsigned int key = (unsigned long)data ? KEY_A : KEY_B;
    int count = 0;

    while (!kthread_should_stop()) {
        input_report_key(shared, key, ++count & 1);
        input_sync(shared);
    }
    return count;
}
static int open_and_close(void *data)
{
    int count = 0;

    (void)data;
    while (!kthread_should_stop()) {
        struct file *file = open_node(O_NONBLOCK);
        struct input_event event;

        if (IS_ERR(file)) continue;
        while (take(file, &event, 1) == 1) count++;
        if (count % 8 == 0 && vfs_ioctl(file, EVIOCGRAB, 1) == 0) vfs_ioctl(file, EVIOCGRAB, 0);
        filp_close(file, NULL);
    }
    return count;
}
static void together(void)
{
    struct task_struct *threads[4];

    shared = keyboard();
    input_get_device(shared);
    CHECK(input_register_device(shared) == 0);
    for (unsigned long i = 0; i < 4; i++) threads[i] = kthread_run(i < 2 ? report : open_and_close, (void *)i, "busy");
    msleep(100);
    input_unregister_device(shared);
    msleep(5);
    for (int i = 0; i < 4; i++) CHECK(kthread_stop(threads[i]) != -EINTR);
    input_put_device(shared);
}

int main(void)
{
    size_t live;

    keys(); /* once before counting: folders that stay */
    live = ashlar_live_objects(0);
    keys();
    sizes_and_times();
    overrun();
    asked();
    unplugged();
    repeated();
    contacts();
    axes();
    handlers();
    managed();
    out_of_memory();
    together();
    for (int i = 0; i < 2000 && ashlar_live_objects(0) != live; i++) msleep(1);
    CHECK(ashlar_live_objects(1) == live);
    return check_result("input");
}
