// Input devices: what a driver reports, and what who has the file open reads of it.

#include "input_support.h"

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
    time = (ktime_t)events->input_event_sec * NSEC_PER_SEC + (ktime_t)events->input_event_usec * NSEC_PER_USEC;
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
    for (int i = 0; i < 2000 && ashlar_live_objects(0) != live; i++) msleep(1);
    CHECK(ashlar_live_objects(1) == live);
    return check_result("input");
}
