/* SPDX-License-Identifier: MIT */
/* Lines of a device, by the function that a lookup table (linux/gpio/machine.h) gives them. A value
 * is logical: of a line that is active low, 1 is the low level. */
#pragma once
#include <linux/kconfig.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/types.h>
struct device;
struct gpio_desc;
#define ASHLAR_GPIOD_DIR_SET BIT(0)
#define ASHLAR_GPIOD_DIR_OUT BIT(1)
#define ASHLAR_GPIOD_DIR_VALUE BIT(2)
#define ASHLAR_GPIOD_OPEN_DRAIN BIT(3)
enum gpiod_flags {
    GPIOD_ASIS = 0,
    GPIOD_IN = ASHLAR_GPIOD_DIR_SET,
    GPIOD_OUT_LOW = ASHLAR_GPIOD_DIR_SET | ASHLAR_GPIOD_DIR_OUT,
    GPIOD_OUT_HIGH = GPIOD_OUT_LOW | ASHLAR_GPIOD_DIR_VALUE,
    GPIOD_OUT_LOW_OPEN_DRAIN = GPIOD_OUT_LOW | ASHLAR_GPIOD_OPEN_DRAIN,
    GPIOD_OUT_HIGH_OPEN_DRAIN = GPIOD_OUT_HIGH | ASHLAR_GPIOD_OPEN_DRAIN,
};
ASHLAR_BEGIN_C
/* -ENOENT: no such function; -EPROBE_DEFER: its chip is not there yet; -EBUSY: somebody has the line. */
struct gpio_desc *__must_check gpiod_get_index(struct device *device, const char *function, unsigned int index,
                                               enum gpiod_flags flags);
void gpiod_put(struct gpio_desc *line);
int gpiod_count(struct device *device, const char *function);
struct gpio_desc *__must_check devm_gpiod_get_index(struct device *device, const char *function, unsigned int index,
                                                    enum gpiod_flags flags);
void devm_gpiod_put(struct device *device, struct gpio_desc *line);
/* 1: input, 0: output. */
int gpiod_get_direction(struct gpio_desc *line);
int gpiod_direction_input(struct gpio_desc *line);
int gpiod_direction_output(struct gpio_desc *line, int value);
int gpiod_direction_output_raw(struct gpio_desc *line, int level);
int gpiod_get_value_cansleep(const struct gpio_desc *line);
void gpiod_set_value_cansleep(struct gpio_desc *line, int value);
int gpiod_get_raw_value_cansleep(const struct gpio_desc *line);
void gpiod_set_raw_value_cansleep(struct gpio_desc *line, int level);
/* For chips that do not sleep. */
int gpiod_get_value(const struct gpio_desc *line);
void gpiod_set_value(struct gpio_desc *line, int value);
int gpiod_get_raw_value(const struct gpio_desc *line);
void gpiod_set_raw_value(struct gpio_desc *line, int level);
int gpiod_is_active_low(const struct gpio_desc *line);
void gpiod_toggle_active_low(struct gpio_desc *line);
int gpiod_cansleep(const struct gpio_desc *line);
int gpiod_to_irq(const struct gpio_desc *line);
int gpiod_set_consumer_name(struct gpio_desc *line, const char *name);
int gpiod_set_debounce(struct gpio_desc *line, unsigned int debounce);
struct gpio_desc *gpio_to_desc(unsigned int gpio);
int desc_to_gpio(const struct gpio_desc *line);
ASHLAR_END_C
/* NULL when there is no such function; every call above takes it, and does nothing. */
static inline struct gpio_desc *ashlar_gpiod_optional(struct gpio_desc *line)
{
    return IS_ERR(line) && PTR_ERR(line) == -ENOENT ? NULL : line;
}
#define gpiod_get(device, function, flags) gpiod_get_index(device, function, 0, flags)
#define gpiod_get_optional(device, function, flags) ashlar_gpiod_optional(gpiod_get(device, function, flags))
#define gpiod_get_index_optional(device, function, index, flags) \
    ashlar_gpiod_optional(gpiod_get_index(device, function, index, flags))
#define devm_gpiod_get(device, function, flags) devm_gpiod_get_index(device, function, 0, flags)
#define devm_gpiod_get_optional(device, function, flags) ashlar_gpiod_optional(devm_gpiod_get(device, function, flags))
#define devm_gpiod_get_index_optional(device, function, index, flags) \
    ashlar_gpiod_optional(devm_gpiod_get_index(device, function, index, flags))
