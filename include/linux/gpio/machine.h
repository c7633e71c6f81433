/* SPDX-License-Identifier: MIT */
/* Which line is which function of which device. */
#pragma once
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/types.h>
enum gpio_lookup_flags {
    GPIO_ACTIVE_HIGH = 0,
    GPIO_ACTIVE_LOW = 1 << 0,
    GPIO_OPEN_DRAIN = 1 << 1,
    GPIO_OPEN_SOURCE = 1 << 2,
    GPIO_PERSISTENT = 0,
    GPIO_TRANSITORY = 1 << 3,
    GPIO_LOOKUP_FLAGS_DEFAULT = GPIO_ACTIVE_HIGH | GPIO_PERSISTENT,
};
struct gpiod_lookup {
    const char *key; /* a chip's label, or a line's name when chip_hwnum is U16_MAX; NULL ends a table */
    u16 chip_hwnum;
    const char *con_id; /* the function; NULL: any */
    unsigned int idx;
    unsigned long flags;
};
struct gpiod_lookup_table {
    struct list_head list;
    const char *dev_id; /* a device's name; NULL: of those who name no device */
    struct gpiod_lookup table[];
};
#define GPIO_LOOKUP_IDX(_key, _number, _function, _index, _flags) \
    (struct gpiod_lookup) { .key = _key, .chip_hwnum = _number, .con_id = _function, .idx = _index, .flags = _flags }
#define GPIO_LOOKUP(_key, _number, _function, _flags) GPIO_LOOKUP_IDX(_key, _number, _function, 0, _flags)
ASHLAR_BEGIN_C
void gpiod_add_lookup_table(struct gpiod_lookup_table *table);
void gpiod_add_lookup_tables(struct gpiod_lookup_table **tables, size_t count);
void gpiod_remove_lookup_table(struct gpiod_lookup_table *table);
ASHLAR_END_C
