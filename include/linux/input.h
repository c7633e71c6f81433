/* SPDX-License-Identifier: MIT */
/*
 * Input devices: a driver reports what keys and axes do, handlers get it in packets. One handler is
 * there always: every device is a file /dev/input/eventN, whose reads are of struct input_event.
 */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/input.h>
#else
#ifndef ASHLAR_LINUX_INPUT_H
#define ASHLAR_LINUX_INPUT_H
#include <linux/kconfig.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/input-event-codes.h>
#include <linux/ioctl.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/timer.h>
#include <linux/types.h>

/* ---- what files of /dev/input speak ---------------------------------------------------------- */

struct input_event {
    unsigned long __sec, __usec;
    __u16 type, code;
    __s32 value;
};
#define input_event_sec __sec
#define input_event_usec __usec
#define EV_VERSION 0x010001
struct input_id {
    __u16 bustype, vendor, product, version;
};
struct input_absinfo {
    __s32 value, minimum, maximum, fuzz, flat, resolution;
};
#define EVIOCGVERSION _IOR('E', 0x01, int)
#define EVIOCGID _IOR('E', 0x02, struct input_id)
#define EVIOCGREP _IOR('E', 0x03, unsigned int[2])
#define EVIOCSREP _IOW('E', 0x03, unsigned int[2])
#define EVIOCGNAME(length) _IOC(_IOC_READ, 'E', 0x06, length)
#define EVIOCGPHYS(length) _IOC(_IOC_READ, 'E', 0x07, length)
#define EVIOCGUNIQ(length) _IOC(_IOC_READ, 'E', 0x08, length)
#define EVIOCGPROP(length) _IOC(_IOC_READ, 'E', 0x09, length)
#define EVIOCGMTSLOTS(length) _IOC(_IOC_READ, 'E', 0x0a, length)
#define EVIOCGKEY(length) _IOC(_IOC_READ, 'E', 0x18, length)
#define EVIOCGLED(length) _IOC(_IOC_READ, 'E', 0x19, length)
#define EVIOCGSND(length) _IOC(_IOC_READ, 'E', 0x1a, length)
#define EVIOCGSW(length) _IOC(_IOC_READ, 'E', 0x1b, length)
#define EVIOCGBIT(type, length) _IOC(_IOC_READ, 'E', 0x20 + (type), length)
#define EVIOCGABS(axis) _IOR('E', 0x40 + (axis), struct input_absinfo)
#define EVIOCSABS(axis) _IOW('E', 0xc0 + (axis), struct input_absinfo)
#define EVIOCGRAB _IOW('E', 0x90, int)
#define EVIOCREVOKE _IOW('E', 0x91, int)
#define EVIOCSCLOCKID _IOW('E', 0xa0, int)
#define ID_BUS 0
#define ID_VENDOR 1
#define ID_PRODUCT 2
#define ID_VERSION 3
#define BUS_PCI 0x01
#define BUS_ISAPNP 0x02
#define BUS_USB 0x03
#define BUS_HIL 0x04
#define BUS_BLUETOOTH 0x05
#define BUS_VIRTUAL 0x06
#define BUS_ISA 0x10
#define BUS_I8042 0x11
#define BUS_XTKBD 0x12
#define BUS_RS232 0x13
#define BUS_GAMEPORT 0x14
#define BUS_PARPORT 0x15
#define BUS_AMIGA 0x16
#define BUS_ADB 0x17
#define BUS_I2C 0x18
#define BUS_HOST 0x19
#define BUS_GSC 0x1a
#define BUS_ATARI 0x1b
#define BUS_SPI 0x1c
#define BUS_RMI 0x1d
#define ABS_MT_FIRST ABS_MT_TOUCH_MAJOR
#define ABS_MT_LAST ABS_MT_TOOL_Y
#define MT_TOOL_FINGER 0x00
#define MT_TOOL_PEN 0x01
#define MT_TOOL_PALM 0x02
#define MT_TOOL_DIAL 0x0a
#define MT_TOOL_MAX 0x0f

/* ---- devices --------------------------------------------------------------------------------- */

struct input_dev_poller;
struct input_handle;
struct input_mt;
struct input_value {
    __u16 type, code;
    __s32 value;
};
enum input_clock_type { INPUT_CLK_REAL = 0, INPUT_CLK_MONO, INPUT_CLK_BOOT, INPUT_CLK_MAX };
struct input_dev {
    const char *name, *phys, *uniq;
    struct input_id id;
    unsigned long propbit[BITS_TO_LONGS(INPUT_PROP_CNT)];
    unsigned long evbit[BITS_TO_LONGS(EV_CNT)];
    unsigned long keybit[BITS_TO_LONGS(KEY_CNT)];
    unsigned long relbit[BITS_TO_LONGS(REL_CNT)];
    unsigned long absbit[BITS_TO_LONGS(ABS_CNT)];
    unsigned long mscbit[BITS_TO_LONGS(MSC_CNT)];
    unsigned long ledbit[BITS_TO_LONGS(LED_CNT)];
    unsigned long sndbit[BITS_TO_LONGS(SND_CNT)];
    unsigned long swbit[BITS_TO_LONGS(SW_CNT)];
    unsigned int hint_events_per_packet;
    unsigned int keycodemax, keycodesize; /* of a driver's own table */
    void *keycode;
    unsigned int repeat_key;
    struct timer_list timer; /* of the repetition of that key */
    int rep[REP_CNT];        /* in ms */
    struct input_dev_poller *poller;
    struct input_mt *mt;
    struct input_absinfo *absinfo;
    /* How they are now. */
    unsigned long key[BITS_TO_LONGS(KEY_CNT)];
    unsigned long led[BITS_TO_LONGS(LED_CNT)];
    unsigned long snd[BITS_TO_LONGS(SND_CNT)];
    unsigned long sw[BITS_TO_LONGS(SW_CNT)];
    /* With the first user, and after the last; under `mutex`. */
    int (*open)(struct input_dev *device);
    void (*close)(struct input_dev *device);
    int (*flush)(struct input_dev *device, struct file *file);
    /* What handlers send: under event_lock. */
    int (*event)(struct input_dev *device, unsigned int type, unsigned int code, int value);
    struct input_handle __rcu *grab; /* the only one that gets events */
    spinlock_t event_lock;           /* of the state, and of every event */
    struct mutex mutex;
    unsigned int users;
    bool going_away;
    struct device dev;
    struct list_head h_list; /* its handles */
    struct list_head node;
    unsigned int num_vals, max_vals;
    struct input_value *vals; /* the packet so far */
    bool devres_managed;
    ktime_t timestamp[INPUT_CLK_MAX];
};
#define to_input_dev(device) container_of(device, struct input_dev, dev)

struct input_handler {
    void *ASHLAR_PRIVATE_FIELD;
    /* One of them: an event, a packet, or whether to keep an event from all others. Under the
     * device's event_lock, with interrupts off. */
    void (*event)(struct input_handle *handle, unsigned int type, unsigned int code, int value);
    void (*events)(struct input_handle *handle, const struct input_value *values, unsigned int count);
    bool (*filter)(struct input_handle *handle, unsigned int type, unsigned int code, int value);
    bool (*match)(struct input_handler *handler, struct input_dev *device);
    int (*connect)(struct input_handler *handler, struct input_dev *device, const struct input_device_id *id);
    void (*disconnect)(struct input_handle *handle);
    void (*start)(struct input_handle *handle);
    bool legacy_minors;
    int minor;
    const char *name;
    const struct input_device_id *id_table;
    struct list_head h_list;
    struct list_head node;
};
/* A handler's hold on a device. */
struct input_handle {
    void *ASHLAR_PRIVATE_FIELD;
    int open;
    const char *name;
    struct input_dev *dev;
    struct input_handler *handler;
    struct list_head d_node, h_node;
};
ASHLAR_BEGIN_C
struct input_dev __must_check *input_allocate_device(void);
struct input_dev __must_check *devm_input_allocate_device(struct device *parent);
/* Of one that was not registered, or whose registration failed. */
void input_free_device(struct input_dev *device);
int __must_check input_register_device(struct input_dev *device);
/* And frees it with its last user. */
void input_unregister_device(struct input_dev *device);
void input_event(struct input_dev *device, unsigned int type, unsigned int code, int value);
void input_set_capability(struct input_dev *device, unsigned int type, unsigned int code);
void input_alloc_absinfo(struct input_dev *device);
void input_set_abs_params(struct input_dev *device, unsigned int axis, int minimum, int maximum, int fuzz, int flat);
void input_enable_softrepeat(struct input_dev *device, int delay, int period);
void input_set_timestamp(struct input_dev *device, ktime_t time);
ktime_t *input_get_timestamp(struct input_dev *device);
/* Calls `poll` again and again while somebody has it open; the intervals are in ms. */
int input_setup_polling(struct input_dev *device, void (*poll)(struct input_dev *device));
void input_set_poll_interval(struct input_dev *device, unsigned int interval);
void input_set_min_poll_interval(struct input_dev *device, unsigned int interval);
void input_set_max_poll_interval(struct input_dev *device, unsigned int interval);
int input_get_poll_interval(struct input_dev *device);

int __must_check input_register_handler(struct input_handler *handler);
void input_unregister_handler(struct input_handler *handler);
int input_handler_for_each_handle(struct input_handler *handler, void *data,
                                  int (*call)(struct input_handle *handle, void *data));
int __must_check input_register_handle(struct input_handle *handle);
void input_unregister_handle(struct input_handle *handle);
int __must_check input_open_device(struct input_handle *handle);
void input_close_device(struct input_handle *handle);
int __must_check input_grab_device(struct input_handle *handle);
void input_release_device(struct input_handle *handle);
int input_flush_device(struct input_handle *handle, struct file *file);
/* An event to the device, such as to light its lamp; nothing while somebody else has grabbed it. */
void input_inject_event(struct input_handle *handle, unsigned int type, unsigned int code, int value);
bool input_match_device_id(const struct input_dev *device, const struct input_device_id *id);
ASHLAR_END_C
static inline struct input_dev *input_get_device(struct input_dev *device)
{
    return device ? to_input_dev(get_device(&device->dev)) : NULL;
}
static inline void input_put_device(struct input_dev *device)
{
    if (device) put_device(&device->dev);
}
static inline void *input_get_drvdata(struct input_dev *device) { return dev_get_drvdata(&device->dev); }
static inline void input_set_drvdata(struct input_dev *device, void *data) { dev_set_drvdata(&device->dev, data); }
static inline void input_report_key(struct input_dev *device, unsigned int code, int value)
{
    input_event(device, EV_KEY, code, !!value);
}
static inline void input_report_rel(struct input_dev *device, unsigned int code, int value)
{
    input_event(device, EV_REL, code, value);
}
static inline void input_report_abs(struct input_dev *device, unsigned int code, int value)
{
    input_event(device, EV_ABS, code, value);
}
static inline void input_report_switch(struct input_dev *device, unsigned int code, int value)
{
    input_event(device, EV_SW, code, !!value);
}
static inline void input_sync(struct input_dev *device) { input_event(device, EV_SYN, SYN_REPORT, 0); }
static inline void input_mt_sync(struct input_dev *device) { input_event(device, EV_SYN, SYN_MT_REPORT, 0); }
static inline void input_set_events_per_packet(struct input_dev *device, int events)
{
    device->hint_events_per_packet = (unsigned int)events;
}
#define ASHLAR_INPUT_ABS(field, member)                                                              \
    static inline int input_abs_get_##field(struct input_dev *device, unsigned int axis)             \
    {                                                                                                \
        return device->absinfo ? device->absinfo[axis].member : 0;                                   \
    }                                                                                                \
    static inline void input_abs_set_##field(struct input_dev *device, unsigned int axis, int value) \
    {                                                                                                \
        input_alloc_absinfo(device);                                                                 \
        if (device->absinfo) device->absinfo[axis].member = value;                                   \
    }
ASHLAR_INPUT_ABS(val, value)
ASHLAR_INPUT_ABS(min, minimum)
ASHLAR_INPUT_ABS(max, maximum)
ASHLAR_INPUT_ABS(fuzz, fuzz)
ASHLAR_INPUT_ABS(flat, flat)
ASHLAR_INPUT_ABS(res, resolution)
#endif
#endif
