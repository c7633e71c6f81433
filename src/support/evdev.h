/* What evdev.c and evdev_ioctl.c share. Of this folder only. */
#pragma once
#include <linux/device.h>
#include <linux/input.h>
#include <linux/wait.h>

/* A device as a file. */
struct evdev {
    struct input_handle handle;
    struct device dev;
    struct mutex mutex; /* of what follows */
    int open;
    bool exist;
    struct evdev_client __rcu *grab; /* the only one that gets events */
    spinlock_t client_lock;
    struct list_head clients;
};
/* An open file. Its queue is a ring: tail <= packet_head <= head, and readers see whole packets. */
struct evdev_client {
    struct evdev *evdev;
    struct list_head node;
    spinlock_t buffer_lock;
    unsigned int head, tail, packet_head;
    wait_queue_head_t wait;
    struct fasync_struct *fasync;
    enum input_clock_type clock;
    bool revoked;
    unsigned int size; /* a power of two */
    struct input_event buffer[];
};
long ashlar_evdev_ioctl(struct file *file, unsigned int command, unsigned long argument);
/* With the buffer's lock. Nothing of before is to be relied on: the reader has to ask for the state. */
void ashlar_evdev_say_dropped(struct evdev_client *client);
/* With the mutex. */
int ashlar_evdev_grab(struct evdev *evdev, struct evdev_client *client);
int ashlar_evdev_ungrab(struct evdev *evdev, struct evdev_client *client);
