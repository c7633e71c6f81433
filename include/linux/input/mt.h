/* SPDX-License-Identifier: MIT */
/* Several contacts on one surface: each has a slot, which remembers its axes. */
#pragma once
#include <linux/kconfig.h>
#include <linux/input.h>
#define TRKID_MAX 0xffff
#define INPUT_MT_POINTER 0x0001
#define INPUT_MT_DIRECT 0x0002
#define INPUT_MT_DROP_UNUSED 0x0004
#define INPUT_MT_SEMI_MT 0x0010
struct input_mt_slot {
    int abs[ABS_MT_LAST - ABS_MT_FIRST + 1];
    unsigned int frame;
    unsigned int key;
};
struct input_mt {
    int trkid; /* of the next contact */
    int num_slots;
    int slot; /* that what is reported is for */
    unsigned int flags;
    unsigned int frame;
    struct input_mt_slot slots[];
};
static inline void input_mt_set_value(struct input_mt_slot *slot, unsigned int code, int value)
{
    slot->abs[code - ABS_MT_FIRST] = value;
}
static inline int input_mt_get_value(const struct input_mt_slot *slot, unsigned int code)
{
    return slot->abs[code - ABS_MT_FIRST];
}
static inline bool input_mt_is_active(const struct input_mt_slot *slot)
{
    return input_mt_get_value(slot, ABS_MT_TRACKING_ID) >= 0;
}
static inline bool input_mt_is_used(const struct input_mt *mt, const struct input_mt_slot *slot)
{
    return slot->frame == mt->frame;
}
static inline int input_mt_new_trkid(struct input_mt *mt) { return mt->trkid++ & TRKID_MAX; }
static inline void input_mt_slot(struct input_dev *device, int slot) { input_event(device, EV_ABS, ABS_MT_SLOT, slot); }
static inline bool input_is_mt_value(int axis) { return axis >= ABS_MT_FIRST && axis <= ABS_MT_LAST; }
static inline bool input_is_mt_axis(int axis) { return axis == ABS_MT_SLOT || input_is_mt_value(axis); }
ASHLAR_BEGIN_C
/* -EINVAL when it has another number of slots already. */
int input_mt_init_slots(struct input_dev *device, unsigned int slots, unsigned int flags);
void input_mt_destroy_slots(struct input_dev *device);
/* Of the current slot: a contact, or none; answers whether there is one. */
bool input_mt_report_slot_state(struct input_dev *device, unsigned int tool, bool active);
void input_mt_report_slot_inactive(struct input_dev *device);
void input_mt_report_finger_count(struct input_dev *device, int count);
/* What a device with one pointer would tell of them. */
void input_mt_report_pointer_emulation(struct input_dev *device, bool use_count);
void input_mt_drop_unused(struct input_dev *device);
/* Ends a frame, before input_sync(). */
void input_mt_sync_frame(struct input_dev *device);
int input_mt_get_slot_by_key(struct input_dev *device, int key);
ASHLAR_END_C
