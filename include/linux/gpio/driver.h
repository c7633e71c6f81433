/* SPDX-License-Identifier: MIT */
/* Chips of lines. There is no hardware: a driver, or a test, registers one of its own. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/gpio/consumer.h>
#include <linux/types.h>
struct device;
struct module;
struct gpio_device;
struct seq_file;
#define GPIO_LINE_DIRECTION_IN 1
#define GPIO_LINE_DIRECTION_OUT 0
struct gpio_chip {
    const char *label;
    struct gpio_device *gpiodev;
    struct device *parent;
    struct module *owner;
    int (*request)(struct gpio_chip *chip, unsigned int offset);
    void (*free)(struct gpio_chip *chip, unsigned int offset);
    int (*get_direction)(struct gpio_chip *chip, unsigned int offset);
    int (*direction_input)(struct gpio_chip *chip, unsigned int offset);
    int (*direction_output)(struct gpio_chip *chip, unsigned int offset, int level);
    int (*get)(struct gpio_chip *chip, unsigned int offset);
    void (*set)(struct gpio_chip *chip, unsigned int offset, int level);
    int (*set_config)(struct gpio_chip *chip, unsigned int offset, unsigned long config);
    int (*to_irq)(struct gpio_chip *chip, unsigned int offset);
    void (*dbg_show)(struct seq_file *seq, struct gpio_chip *chip);
    int base; /* below 0: any */
    u16 ngpio;
    const char *const *names;
    bool can_sleep;
};
ASHLAR_BEGIN_C
int gpiochip_add_data(struct gpio_chip *chip, void *data);
void gpiochip_remove(struct gpio_chip *chip);
int devm_gpiochip_add_data(struct device *device, struct gpio_chip *chip, void *data);
void *gpiochip_get_data(struct gpio_chip *chip);
struct gpio_chip *gpiochip_find(void *data, int (*match)(struct gpio_chip *chip, void *data));
struct gpio_chip *gpiod_to_chip(const struct gpio_desc *line);
/* Whose the line is; NULL when nobody's. */
const char *gpiochip_is_requested(struct gpio_chip *chip, unsigned int offset);
ASHLAR_END_C
#define gpiochip_add(chip) gpiochip_add_data(chip, NULL)
