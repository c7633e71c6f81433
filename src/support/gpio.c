// Lines of chips. A chip that is registered has numbers for its lines; who requests a
// line has it alone, and reaches the chip's functions through it.
//
// The memory of the lines stays until their chip and the last who has one of them are
// gone; a line whose chip is gone answers -ENODEV. The lock guards chips, numbers and who has what;
// a chip's functions are called without.

#include "gpio.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gpio.h>
#include <linux/gpio/driver.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static DEFINE_SPINLOCK(lock);
static LIST_HEAD(chips);

static unsigned int offset_of(const struct gpio_desc *line) { return (unsigned int)(line - line->home->lines); }

/* ---- chips ----------------------------------------------------------------------------------- */

/* With the lock held: where `count` numbers are free, the highest of all; -ENOSPC. */
static int find_base(unsigned int count)
{
    int base = ARCH_NR_GPIOS - (int)count;
    struct gpio_device *home;

    list_for_each_entry_reverse(home, &chips, list)
    {
        if (home->base + (int)home->count <= base) break;
        base = home->base - (int)count;
    }
    return base < 0 ? -ENOSPC : base;
}

/* With the lock held. */
static int enter(struct gpio_device *home)
{
    struct list_head *before = &chips;
    struct gpio_device *other;

    if (home->base < 0) home->base = find_base(home->count);
    if (home->base < 0) return home->base;
    list_for_each_entry(other, &chips, list)
    {
        if (other->base < home->base + (int)home->count && home->base < other->base + (int)other->count) return -EBUSY;
        if (other->base < home->base) before = &other->list;
    }
    list_add(&home->list, before);
    return 0;
}

int gpiochip_add_data(struct gpio_chip *chip, void *data)
{
    struct gpio_device *home = NULL;
    unsigned long flags;
    int error;

    if (!chip->ngpio) return -EINVAL;
    home = kzalloc(struct_size(home, lines, chip->ngpio), GFP_KERNEL);
    if (!home) return -ENOMEM;
    home->chip = chip;
    home->data = data;
    home->base = chip->base;
    home->count = chip->ngpio;
    home->users = 1;
    for (unsigned int i = 0; i < home->count; i++) {
        home->lines[i].home = home;
        home->lines[i].name = chip->names ? chip->names[i] : NULL;
        if (chip->get_direction ? chip->get_direction(chip, i) == GPIO_LINE_DIRECTION_OUT : !chip->direction_input)
            home->lines[i].flags = BIT(IS_OUT);
    }
    spin_lock_irqsave(&lock, flags);
    error = enter(home);
    spin_unlock_irqrestore(&lock, flags);
    if (error) {
        pr_err("gpiochip_add_data: GPIOs %d..%d (%s) failed to register, %d\n", chip->base,
               chip->base + chip->ngpio - 1, chip->label ? chip->label : "generic", error);
        kfree(home);
        return error;
    }
    chip->base = home->base;
    chip->gpiodev = home;
    return 0;
}

static void put(struct gpio_device *home)
{
    unsigned long flags;
    bool last;

    spin_lock_irqsave(&lock, flags);
    last = --home->users == 0;
    spin_unlock_irqrestore(&lock, flags);
    if (last) kfree(home);
}

void gpiochip_remove(struct gpio_chip *chip)
{
    struct gpio_device *home = chip->gpiodev;
    bool requested = false;
    unsigned long flags;

    spin_lock_irqsave(&lock, flags);
    list_del(&home->list);
    WRITE_ONCE(home->chip, NULL);
    for (unsigned int i = 0; i < home->count; i++) requested |= test_bit(REQUESTED, &home->lines[i].flags);
    spin_unlock_irqrestore(&lock, flags);
    if (requested) pr_crit("%s: REMOVING GPIOCHIP WITH GPIOS STILL REQUESTED\n", chip->label ? chip->label : "gpio");
    chip->gpiodev = NULL;
    put(home);
}

static void remove_chip(void *chip) { gpiochip_remove(chip); }
int devm_gpiochip_add_data(struct device *device, struct gpio_chip *chip, void *data)
{
    int error = gpiochip_add_data(chip, data);

    return error ? error : devm_add_action_or_reset(device, remove_chip, chip);
}

void *gpiochip_get_data(struct gpio_chip *chip) { return chip->gpiodev->data; }

struct gpio_chip *gpiochip_find(void *data, int (*match)(struct gpio_chip *chip, void *data))
{
    struct gpio_chip *found = NULL;
    struct gpio_device *home;
    unsigned long flags;

    spin_lock_irqsave(&lock, flags);
    list_for_each_entry(home, &chips, list)
    {
        if (match(home->chip, data)) {
            found = home->chip;
            break;
        }
    }
    spin_unlock_irqrestore(&lock, flags);
    return found;
}

struct gpio_chip *gpiod_to_chip(const struct gpio_desc *line) { return line ? line->home->chip : NULL; }

const char *gpiochip_is_requested(struct gpio_chip *chip, unsigned int offset)
{
    struct gpio_desc *line = offset < chip->ngpio ? &chip->gpiodev->lines[offset] : NULL;

    return line && test_bit(REQUESTED, &line->flags) ? (line->label ? line->label : "?") : NULL;
}

struct gpio_desc *gpio_to_desc(unsigned int gpio)
{
    struct gpio_desc *found = NULL;
    struct gpio_device *home;
    unsigned long flags;

    spin_lock_irqsave(&lock, flags);
    list_for_each_entry(home, &chips, list) if (gpio - (unsigned int)home->base < home->count) found =
        &home->lines[gpio - (unsigned int)home->base];
    spin_unlock_irqrestore(&lock, flags);
    return found;
}

int desc_to_gpio(const struct gpio_desc *line) { return line->home->base + (int)offset_of(line); }

struct gpio_desc *gpio_line_named(const char *key, unsigned int offset)
{
    struct gpio_desc *found = NULL;
    struct gpio_device *home;
    unsigned long flags;

    spin_lock_irqsave(&lock, flags);
    list_for_each_entry(home, &chips, list)
    {
        if (offset == U16_MAX) {
            for (unsigned int i = 0; i < home->count; i++)
                if (home->lines[i].name && !strcmp(home->lines[i].name, key)) found = &home->lines[i];
        } else if (home->chip->label && !strcmp(home->chip->label, key)) {
            found = offset < home->count ? &home->lines[offset] : ERR_PTR(-EINVAL);
        }
        if (found) break;
    }
    spin_unlock_irqrestore(&lock, flags);
    return found ? found : ERR_PTR(-EPROBE_DEFER);
}

/* ---- having a line --------------------------------------------------------------------------- */

int gpio_line_request(struct gpio_desc *line, const char *label)
{
    struct gpio_chip *chip;
    unsigned long flags;
    int error = 0;

    spin_lock_irqsave(&lock, flags);
    chip = line->home->chip;
    if (!chip)
        error = -ENODEV;
    else if (test_and_set_bit(REQUESTED, &line->flags))
        error = -EBUSY;
    if (!error) {
        line->label = label;
        line->home->users++;
    }
    spin_unlock_irqrestore(&lock, flags);
    if (error) return error;
    if (chip->request) error = chip->request(chip, offset_of(line));
    if (!error) {
        gpiod_get_direction(line);
        return 0;
    }
    clear_bit(REQUESTED, &line->flags);
    put(line->home);
    return error;
}

void gpio_line_release(struct gpio_desc *line)
{
    struct gpio_chip *chip = READ_ONCE(line->home->chip);

    if (WARN_ON(!test_bit(REQUESTED, &line->flags))) return;
    if (chip && chip->free) {
        might_sleep_if(chip->can_sleep);
        chip->free(chip, offset_of(line));
    }
    line->label = NULL;
    line->flags &= BIT(IS_OUT);
    put(line->home);
}

/* ---- using it -------------------------------------------------------------------------------- */

/* The chip of a line; NULL, with *error set, of none: 0 for an optional line that is not there. */
static struct gpio_chip *chip_of(const struct gpio_desc *line, int *error)
{
    struct gpio_chip *chip = IS_ERR_OR_NULL(line) ? NULL : READ_ONCE(line->home->chip);

    *error = IS_ERR(line) ? (int)PTR_ERR(line) : line && !chip ? -ENODEV : 0;
    if (*error) pr_warn("gpio: invalid GPIO (%s)\n", IS_ERR(line) ? "errorpointer" : "no device");
    return chip;
}
static bool has(const struct gpio_desc *line, int flag) { return test_bit(flag, &line->flags); }

int gpiod_get_direction(struct gpio_desc *line)
{
    int error, direction;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error ? error : -EINVAL;
    if (has(line, OPEN_DRAIN) && has(line, IS_OUT)) return 0;
    if (!chip->get_direction) return -ENOTSUPP;
    direction = chip->get_direction(chip, offset_of(line));
    if (direction < 0) return direction;
    assign_bit(IS_OUT, &line->flags, !direction);
    return direction > 0;
}

int gpiod_direction_input(struct gpio_desc *line)
{
    int error;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error;
    if (!chip->get && chip->direction_input) return -EIO;
    if (chip->direction_input)
        error = chip->direction_input(chip, offset_of(line));
    else if (chip->get_direction && chip->get_direction(chip, offset_of(line)) != GPIO_LINE_DIRECTION_IN)
        error = -EIO;
    if (!error) clear_bit(IS_OUT, &line->flags);
    return error;
}

int gpiod_direction_output_raw(struct gpio_desc *line, int level)
{
    int error;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error;
    level = !!level;
    if (!chip->set && !chip->direction_output) return -EIO;
    if (chip->direction_output) {
        error = chip->direction_output(chip, offset_of(line), level);
    } else {
        if (chip->get_direction && chip->get_direction(chip, offset_of(line)) != GPIO_LINE_DIRECTION_OUT) return -EIO;
        chip->set(chip, offset_of(line), level);
    }
    if (!error) set_bit(IS_OUT, &line->flags);
    return error;
}

/* An open drain only pulls down, an open source only up; the other level is to let go. */
static bool lets_go(const struct gpio_desc *line, int level)
{
    return level ? has(line, OPEN_DRAIN) : has(line, OPEN_SOURCE);
}
static int let_go(struct gpio_desc *line)
{
    int error = gpiod_direction_input(line);

    if (!error) set_bit(IS_OUT, &line->flags); /* for who asks */
    return error;
}

int gpiod_direction_output(struct gpio_desc *line, int value)
{
    int error;

    if (!chip_of(line, &error)) return error;
    value = !!value ^ has(line, ACTIVE_LOW);
    return lets_go(line, value) ? let_go(line) : gpiod_direction_output_raw(line, value);
}

int gpiod_get_raw_value_cansleep(const struct gpio_desc *line)
{
    int error, level;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error;
    if (!chip->get) return -EIO;
    level = chip->get(chip, offset_of(line));
    return level < 0 ? level : !!level;
}

void gpiod_set_raw_value_cansleep(struct gpio_desc *line, int level)
{
    int error;
    struct gpio_chip *chip = chip_of(line, &error);

    if (chip && chip->set) chip->set(chip, offset_of(line), !!level);
}

int gpiod_get_value_cansleep(const struct gpio_desc *line)
{
    int level = gpiod_get_raw_value_cansleep(line);

    return line && level >= 0 && has(line, ACTIVE_LOW) ? !level : level;
}

void gpiod_set_value_cansleep(struct gpio_desc *line, int value)
{
    int error;

    if (!chip_of(line, &error)) return;
    value = !!value ^ has(line, ACTIVE_LOW);
    if (lets_go(line, value))
        let_go(line);
    else if (has(line, OPEN_DRAIN) || has(line, OPEN_SOURCE))
        gpiod_direction_output_raw(line, value);
    else
        gpiod_set_raw_value_cansleep(line, value);
}

int gpiod_cansleep(const struct gpio_desc *line)
{
    int error;
    struct gpio_chip *chip = chip_of(line, &error);

    return chip ? chip->can_sleep : error;
}
static void must_not_sleep(const struct gpio_desc *line) { WARN_ON(gpiod_cansleep(line) > 0); }
int gpiod_get_value(const struct gpio_desc *line)
{
    must_not_sleep(line);
    return gpiod_get_value_cansleep(line);
}
void gpiod_set_value(struct gpio_desc *line, int value)
{
    must_not_sleep(line);
    gpiod_set_value_cansleep(line, value);
}
int gpiod_get_raw_value(const struct gpio_desc *line)
{
    must_not_sleep(line);
    return gpiod_get_raw_value_cansleep(line);
}
void gpiod_set_raw_value(struct gpio_desc *line, int level)
{
    must_not_sleep(line);
    gpiod_set_raw_value_cansleep(line, level);
}

int gpiod_is_active_low(const struct gpio_desc *line) { return line ? has(line, ACTIVE_LOW) : 0; }
void gpiod_toggle_active_low(struct gpio_desc *line)
{
    if (line) change_bit(ACTIVE_LOW, &line->flags);
}

int gpiod_to_irq(const struct gpio_desc *line)
{
    int error, irq;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error ? error : -EINVAL;
    if (!chip->to_irq) return -ENXIO;
    irq = chip->to_irq(chip, offset_of(line));
    return irq ? irq : -ENXIO;
}

int gpiod_set_consumer_name(struct gpio_desc *line, const char *name)
{
    if (line) line->label = name;
    return 0;
}

/* As linux/pinctrl/pinconf-generic.h packs it: what, and how much. */
#define PIN_CONFIG_INPUT_DEBOUNCE 11
int gpiod_set_debounce(struct gpio_desc *line, unsigned int debounce)
{
    int error;
    struct gpio_chip *chip = chip_of(line, &error);

    if (!chip) return error;
    if (!chip->set_config) return -ENOTSUPP;
    return chip->set_config(chip, offset_of(line), PIN_CONFIG_INPUT_DEBOUNCE | (unsigned long)debounce << 8);
}
