// Contacts on a surface, each in a slot, told as by Linux's protocol B: a slot, then what
// changed of it; a contact that comes or goes has a tracking id from then on, or -1.

#include <linux/input/mt.h>

#include <linux/err.h>
#include <linux/slab.h>

int input_mt_init_slots(struct input_dev *device, unsigned int slots, unsigned int flags)
{
    struct input_mt *mt = device->mt;

    if (!slots) return 0;
    if (mt) return mt->num_slots == (int)slots ? 0 : -EINVAL;
    mt = kzalloc(struct_size(mt, slots, slots), GFP_KERNEL);
    if (!mt) return -ENOMEM;
    mt->num_slots = (int)slots;
    mt->flags = flags;
    input_set_abs_params(device, ABS_MT_SLOT, 0, (int)slots - 1, 0, 0);
    input_set_abs_params(device, ABS_MT_TRACKING_ID, 0, TRKID_MAX, 0, 0);
    if (flags & (INPUT_MT_POINTER | INPUT_MT_DIRECT)) {
        static const unsigned int tools[] = {BTN_TOOL_FINGER, BTN_TOOL_DOUBLETAP, BTN_TOOL_TRIPLETAP, BTN_TOOL_QUADTAP,
                                             BTN_TOOL_QUINTTAP};

        __set_bit(EV_KEY, device->evbit);
        __set_bit(BTN_TOUCH, device->keybit);
        for (unsigned int axis = ABS_X; axis <= ABS_Y; axis++) {
            unsigned int of_contact = axis - ABS_X + ABS_MT_POSITION_X;

            if (!device->absinfo || !test_bit(of_contact, device->absbit)) continue;
            __set_bit(axis, device->absbit);
            device->absinfo[axis] = device->absinfo[of_contact];
            device->absinfo[axis].resolution = device->absinfo[of_contact].resolution;
        }
        if (flags & INPUT_MT_POINTER) {
            __set_bit(INPUT_PROP_POINTER, device->propbit);
            for (unsigned int i = 0; i < min_t(unsigned int, slots, ARRAY_SIZE(tools)); i++)
                __set_bit(tools[i], device->keybit);
        } else {
            __set_bit(INPUT_PROP_DIRECT, device->propbit);
        }
    }
    if (flags & INPUT_MT_SEMI_MT) __set_bit(INPUT_PROP_SEMI_MT, device->propbit);
    for (unsigned int i = 0; i < slots; i++) input_mt_set_value(&mt->slots[i], ABS_MT_TRACKING_ID, -1);
    mt->frame = 1; /* so that no slot is used */
    device->mt = mt;
    return 0;
}

void input_mt_destroy_slots(struct input_dev *device)
{
    kfree(device->mt);
    device->mt = NULL;
}

bool input_mt_report_slot_state(struct input_dev *device, unsigned int tool, bool active)
{
    struct input_mt *mt = device->mt;
    struct input_mt_slot *slot;
    int id;

    if (!mt) return false;
    slot = &mt->slots[mt->slot];
    slot->frame = mt->frame;
    if (!active) {
        input_event(device, EV_ABS, ABS_MT_TRACKING_ID, -1);
        return false;
    }
    id = input_mt_get_value(slot, ABS_MT_TRACKING_ID);
    if (id < 0) id = input_mt_new_trkid(mt);
    input_event(device, EV_ABS, ABS_MT_TRACKING_ID, id);
    input_event(device, EV_ABS, ABS_MT_TOOL_TYPE, (int)tool);
    return true;
}

void input_mt_report_slot_inactive(struct input_dev *device) { input_mt_report_slot_state(device, 0, false); }

void input_mt_report_finger_count(struct input_dev *device, int count)
{
    input_event(device, EV_KEY, BTN_TOOL_FINGER, count == 1);
    input_event(device, EV_KEY, BTN_TOOL_DOUBLETAP, count == 2);
    input_event(device, EV_KEY, BTN_TOOL_TRIPLETAP, count == 3);
    input_event(device, EV_KEY, BTN_TOOL_QUADTAP, count == 4);
    input_event(device, EV_KEY, BTN_TOOL_QUINTTAP, count == 5);
}

/* The oldest contact is the pointer. */
void input_mt_report_pointer_emulation(struct input_dev *device, bool use_count)
{
    struct input_mt *mt = device->mt;
    const struct input_mt_slot *oldest = NULL;
    int oldest_id = 0, count = 0;

    if (!mt) return;
    for (int i = 0; i < mt->num_slots; i++) {
        int id = input_mt_get_value(&mt->slots[i], ABS_MT_TRACKING_ID);

        if (id < 0) continue;
        /* Ids go round, so their distance tells which is older. */
        if (!oldest || ((id - oldest_id) & ((TRKID_MAX + 1) >> 1))) {
            oldest = &mt->slots[i];
            oldest_id = id;
        }
        count++;
    }
    input_event(device, EV_KEY, BTN_TOUCH, count > 0);
    if (use_count) input_mt_report_finger_count(device, count);
    if (oldest) {
        input_event(device, EV_ABS, ABS_X, input_mt_get_value(oldest, ABS_MT_POSITION_X));
        input_event(device, EV_ABS, ABS_Y, input_mt_get_value(oldest, ABS_MT_POSITION_Y));
        if (test_bit(ABS_MT_PRESSURE, device->absbit))
            input_event(device, EV_ABS, ABS_PRESSURE, input_mt_get_value(oldest, ABS_MT_PRESSURE));
    } else if (test_bit(ABS_MT_PRESSURE, device->absbit)) {
        input_event(device, EV_ABS, ABS_PRESSURE, 0);
    }
}

void input_mt_drop_unused(struct input_dev *device)
{
    struct input_mt *mt = device->mt;

    if (!mt) return;
    for (int i = 0; i < mt->num_slots; i++) {
        if (!input_mt_is_active(&mt->slots[i]) || input_mt_is_used(mt, &mt->slots[i])) continue;
        input_mt_slot(device, i);
        input_event(device, EV_ABS, ABS_MT_TRACKING_ID, -1);
    }
}

void input_mt_sync_frame(struct input_dev *device)
{
    struct input_mt *mt = device->mt;

    if (!mt) return;
    if (mt->flags & INPUT_MT_DROP_UNUSED) input_mt_drop_unused(device);
    if (mt->flags & (INPUT_MT_POINTER | INPUT_MT_DIRECT))
        input_mt_report_pointer_emulation(device, (mt->flags & INPUT_MT_POINTER) && !(mt->flags & INPUT_MT_SEMI_MT));
    mt->frame++;
}

int input_mt_get_slot_by_key(struct input_dev *device, int key)
{
    struct input_mt *mt = device->mt;
    struct input_mt_slot *slot;

    if (!mt) return -1;
    for (slot = mt->slots; slot < mt->slots + mt->num_slots; slot++)
        if (input_mt_is_active(slot) && slot->key == (unsigned int)key) return (int)(slot - mt->slots);
    for (slot = mt->slots; slot < mt->slots + mt->num_slots; slot++) {
        if (input_mt_is_active(slot)) continue;
        slot->key = (unsigned int)key;
        return (int)(slot - mt->slots);
    }
    return -1;
}
