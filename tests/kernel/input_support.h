/* What the tests of input devices share: reading, and a keyboard. */
#pragma once
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
static inline struct file *open_node(int flags) { return filp_open(NODE, O_RDWR | flags, 0); }

static ssize_t take(struct file *file, struct input_event *events, size_t count)
{
    loff_t pos = 0;
    ssize_t size = kernel_read(file, events, count * sizeof(*events), &pos);

    return size < 0 ? size : size / (ssize_t)sizeof(*events);
}
static inline int is(const struct input_event *event, unsigned int type, unsigned int code, int value)
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
