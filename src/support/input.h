/*
 * What the files of the input core share: input.c passes events, input_device.c has the lists, evdev.c
 * is the handler that makes files. Of this folder only.
 *
 * Locks, outer first: the lists' mutex, a device's mutex, its event_lock, a client's buffer_lock.
 */
#pragma once
#include <linux/device.h>
#include <linux/input.h>

/* With the device's event_lock. */
void ashlar_input_handle(struct input_dev *device, unsigned int type, unsigned int code, int value);
void ashlar_input_disconnect(struct input_dev *device);
/* The bits of a type's codes, of all types for 0, and how many there may be; NULL for no such type. */
unsigned long *ashlar_input_codes(struct input_dev *device, unsigned int type, unsigned int *count);
void ashlar_input_start_poller(struct input_dev_poller *poller);
void ashlar_input_stop_poller(struct input_dev_poller *poller);

/* Of class "input", and below /dev/input. */
extern struct class ashlar_input_class;
#define EVDEV_FIRST_MINOR 64
#define EVDEV_MINORS 32
extern struct input_handler ashlar_evdev_handler;
int ashlar_evdev_start(void);
void ashlar_evdev_stop(void);
