/* SPDX-License-Identifier: MIT */
/* Lines by number, as they were first; linux/gpio/consumer.h has them by function. */
#pragma once
#include <linux/kconfig.h>
#include <linux/errno.h>
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/types.h>
#define ARCH_NR_GPIOS 1024
#define GPIOF_DIR_OUT (0 << 0)
#define GPIOF_DIR_IN (1 << 0)
#define GPIOF_INIT_LOW (0 << 1)
#define GPIOF_INIT_HIGH (1 << 1)
#define GPIOF_IN GPIOF_DIR_IN
#define GPIOF_OUT_INIT_LOW (GPIOF_DIR_OUT | GPIOF_INIT_LOW)
#define GPIOF_OUT_INIT_HIGH (GPIOF_DIR_OUT | GPIOF_INIT_HIGH)
#define GPIOF_ACTIVE_LOW (1 << 2)
#define GPIOF_OPEN_DRAIN (1 << 3)
#define GPIOF_OPEN_SOURCE (1 << 4)
struct gpio {
    unsigned int gpio;
    unsigned long flags;
    const char *label;
};
static inline bool gpio_is_valid(int number) { return number >= 0 && number < ARCH_NR_GPIOS; }
ASHLAR_BEGIN_C
/* -EPROBE_DEFER: no chip has this number yet. */
int gpio_request(unsigned int gpio, const char *label);
int gpio_request_one(unsigned int gpio, unsigned long flags, const char *label);
int gpio_request_array(const struct gpio *array, size_t count);
void gpio_free(unsigned int gpio);
void gpio_free_array(const struct gpio *array, size_t count);
int devm_gpio_request(struct device *device, unsigned int gpio, const char *label);
int devm_gpio_request_one(struct device *device, unsigned int gpio, unsigned long flags, const char *label);
void devm_gpio_free(struct device *device, unsigned int gpio);
ASHLAR_END_C
/* Levels, whatever is active. */
static inline int gpio_direction_input(unsigned int gpio) { return gpiod_direction_input(gpio_to_desc(gpio)); }
static inline int gpio_direction_output(unsigned int gpio, int level)
{
    return gpiod_direction_output_raw(gpio_to_desc(gpio), level);
}
static inline int gpio_get_value(unsigned int gpio) { return gpiod_get_raw_value(gpio_to_desc(gpio)); }
static inline void gpio_set_value(unsigned int gpio, int level) { gpiod_set_raw_value(gpio_to_desc(gpio), level); }
static inline int gpio_get_value_cansleep(unsigned int gpio)
{
    return gpiod_get_raw_value_cansleep(gpio_to_desc(gpio));
}
static inline void gpio_set_value_cansleep(unsigned int gpio, int level)
{
    gpiod_set_raw_value_cansleep(gpio_to_desc(gpio), level);
}
static inline int gpio_cansleep(unsigned int gpio) { return gpiod_cansleep(gpio_to_desc(gpio)); }
static inline int gpio_to_irq(unsigned int gpio) { return gpiod_to_irq(gpio_to_desc(gpio)); }
static inline int gpio_set_debounce(unsigned int gpio, unsigned int debounce)
{
    return gpiod_set_debounce(gpio_to_desc(gpio), debounce);
}
/* What Linux answers without CONFIG_GPIO_SYSFS. */
static inline int gpio_export(unsigned int gpio, bool direction_may_change)
{
    (void)gpio;
    (void)direction_may_change;
    return -ENOSYS;
}
static inline void gpio_unexport(unsigned int gpio) { (void)gpio; }
