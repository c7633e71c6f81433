/*
 * Lines of chips, between gpio.c, which has them, and gpio_lookup.c, which finds them. Of this folder
 * only.
 */
#pragma once
#include <linux/gpio/driver.h>
#include <linux/list.h>

enum { REQUESTED, IS_OUT, ACTIVE_LOW, OPEN_DRAIN, OPEN_SOURCE };
struct gpio_desc {
    struct gpio_device *home;
    unsigned long flags; /* bits of the enum above */
    const char *label, *name;
};
struct gpio_device {
    struct list_head list;  /* by number */
    struct gpio_chip *chip; /* NULL: gone */
    void *data;
    int base;
    unsigned int count, users; /* the chip, and who has a line */
    struct gpio_desc lines[];
};

/* The line of a chip by the chip's label, or by its own name when `offset` is U16_MAX. -EPROBE_DEFER:
 * there is none yet. */
struct gpio_desc *gpio_line_named(const char *key, unsigned int offset);
/* Has it alone: -EBUSY, -ENODEV, or what the chip says. */
int gpio_line_request(struct gpio_desc *line, const char *label);
void gpio_line_release(struct gpio_desc *line);
