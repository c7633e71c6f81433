// Input devices that have to be asked, and are, while somebody has them open.

#include "input.h"

#include <linux/slab.h>
#include <linux/workqueue.h>

#define INTERVAL 500 /* ms, as Linux has it for who says nothing */
struct input_dev_poller {
    void (*poll)(struct input_dev *device);
    struct input_dev *device;
    unsigned int interval, min, max;
    struct delayed_work work;
};

static void ask_later(struct input_dev_poller *poller)
{
    schedule_delayed_work(&poller->work, msecs_to_jiffies(poller->interval));
}

static void ask(struct work_struct *work)
{
    struct input_dev_poller *poller = container_of(work, struct input_dev_poller, work.work);

    poller->poll(poller->device);
    ask_later(poller);
}

int input_setup_polling(struct input_dev *device, void (*poll)(struct input_dev *device))
{
    struct input_dev_poller *poller = kzalloc(sizeof(*poller), GFP_KERNEL);

    if (!poller) return -ENOMEM;
    INIT_DELAYED_WORK(&poller->work, ask);
    poller->device = device;
    poller->poll = poll;
    device->poller = poller;
    return 0;
}

/* Of one that was set up, before it is registered. */
static bool usable(struct input_dev *device)
{
    return !WARN(!device->poller, "input: '%s' does not poll", device->name);
}
void input_set_poll_interval(struct input_dev *device, unsigned int interval)
{
    if (usable(device)) device->poller->interval = interval;
}
void input_set_min_poll_interval(struct input_dev *device, unsigned int interval)
{
    if (usable(device)) device->poller->min = interval;
}
void input_set_max_poll_interval(struct input_dev *device, unsigned int interval)
{
    if (usable(device)) device->poller->max = interval;
}
int input_get_poll_interval(struct input_dev *device)
{
    return device->poller ? (int)device->poller->interval : -EINVAL;
}

void ashlar_input_start_poller(struct input_dev_poller *poller)
{
    if (!poller->interval) poller->interval = INTERVAL;
    if (!poller->max) poller->max = poller->interval;
    poller->interval = clamp(poller->interval, poller->min, poller->max);
    poller->poll(poller->device);
    ask_later(poller);
}
void ashlar_input_stop_poller(struct input_dev_poller *poller) { cancel_delayed_work_sync(&poller->work); }
