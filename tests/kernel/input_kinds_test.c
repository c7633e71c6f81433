// Input devices of more kinds than keyboards, handlers beside the files, and all of it at once.

#include "input_support.h"

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

    axes(); /* once before counting: folders that stay */
    live = ashlar_live_objects(0);
    contacts();
    axes();
    handlers();
    managed();
    out_of_memory();
    together();
    for (int i = 0; i < 2000 && ashlar_live_objects(0) != live; i++) msleep(1);
    CHECK(ashlar_live_objects(1) == live);
    return check_result("input_kinds");
}
