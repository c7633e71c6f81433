// Which line: by the function that a table gives it for a device, or by number.

#include "gpio.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gpio.h>
#include <linux/gpio/machine.h>
#include <linux/mutex.h>
#include <linux/string.h>

static DEFINE_MUTEX(lock);
static LIST_HEAD(tables);

void gpiod_add_lookup_tables(struct gpiod_lookup_table **list, size_t count)
{
    mutex_lock(&lock);
    for (size_t i = 0; i < count; i++) list_add_tail(&list[i]->list, &tables);
    mutex_unlock(&lock);
}
void gpiod_add_lookup_table(struct gpiod_lookup_table *table) { gpiod_add_lookup_tables(&table, 1); }
void gpiod_remove_lookup_table(struct gpiod_lookup_table *table)
{
    mutex_lock(&lock);
    list_del(&table->list);
    mutex_unlock(&lock);
}

/* With the lock held: the table of a device, which must name it. */
static struct gpiod_lookup_table *table_of(struct device *device)
{
    const char *name = device ? dev_name(device) : NULL;
    struct gpiod_lookup_table *table;

    list_for_each_entry(table, &tables, list) if (name && table->dev_id ? !strcmp(table->dev_id, name)
                                                                        : !name && !table->dev_id) return table;
    return NULL;
}

static bool is_function(const struct gpiod_lookup *entry, const char *function)
{
    return !entry->con_id || (function && !strcmp(entry->con_id, function));
}

static struct gpio_desc *look_up(struct device *device, const char *function, unsigned int index, unsigned long *flags)
{
    struct gpio_desc *found = ERR_PTR(-ENOENT);
    const struct gpiod_lookup *entry;
    struct gpiod_lookup_table *table;

    mutex_lock(&lock);
    table = table_of(device);
    for (entry = table ? table->table : NULL; entry && entry->key; entry++) {
        if (entry->idx != index || !is_function(entry, function)) continue;
        found = gpio_line_named(entry->key, entry->chip_hwnum);
        *flags = entry->flags;
        break;
    }
    mutex_unlock(&lock);
    return found;
}

int gpiod_count(struct device *device, const char *function)
{
    const struct gpiod_lookup *entry;
    struct gpiod_lookup_table *table;
    int count = 0;

    mutex_lock(&lock);
    table = table_of(device);
    for (entry = table ? table->table : NULL; entry && entry->key; entry++) count += is_function(entry, function);
    mutex_unlock(&lock);
    return count ? count : -ENOENT;
}

static int configure(struct gpio_desc *line, unsigned long looked_up, enum gpiod_flags flags)
{
    if (looked_up & GPIO_ACTIVE_LOW) set_bit(ACTIVE_LOW, &line->flags);
    if (looked_up & GPIO_OPEN_DRAIN || flags & ASHLAR_GPIOD_OPEN_DRAIN) set_bit(OPEN_DRAIN, &line->flags);
    if (looked_up & GPIO_OPEN_SOURCE) set_bit(OPEN_SOURCE, &line->flags);
    if (!(flags & ASHLAR_GPIOD_DIR_SET)) return 0;
    return flags & ASHLAR_GPIOD_DIR_OUT ? gpiod_direction_output(line, !!(flags & ASHLAR_GPIOD_DIR_VALUE))
                                        : gpiod_direction_input(line);
}

struct gpio_desc *gpiod_get_index(struct device *device, const char *function, unsigned int index,
                                  enum gpiod_flags flags)
{
    unsigned long looked_up = 0;
    struct gpio_desc *line = look_up(device, function, index, &looked_up);
    int error;

    if (IS_ERR(line)) return line;
    error = gpio_line_request(line, function ? function : device ? dev_name(device) : "?");
    if (error) return ERR_PTR(error);
    error = configure(line, looked_up, flags);
    if (!error) return line;
    gpio_line_release(line);
    return ERR_PTR(error);
}

void gpiod_put(struct gpio_desc *line)
{
    if (line) gpio_line_release(line);
}

static void put_line(void *line) { gpiod_put(line); }
struct gpio_desc *devm_gpiod_get_index(struct device *device, const char *function, unsigned int index,
                                       enum gpiod_flags flags)
{
    struct gpio_desc *line = gpiod_get_index(device, function, index, flags);
    int error = IS_ERR(line) ? 0 : devm_add_action_or_reset(device, put_line, line);

    return error ? ERR_PTR(error) : line;
}
void devm_gpiod_put(struct device *device, struct gpio_desc *line) { devm_release_action(device, put_line, line); }

/* ---- by number ------------------------------------------------------------------------------- */

int gpio_request(unsigned int gpio, const char *label)
{
    struct gpio_desc *line = gpio_to_desc(gpio);

    return line ? gpio_line_request(line, label) : gpio_is_valid((int)gpio) ? -EPROBE_DEFER : -EINVAL;
}

void gpio_free(unsigned int gpio)
{
    struct gpio_desc *line = gpio_to_desc(gpio);

    if (!WARN_ON(!line)) gpio_line_release(line);
}

int gpio_request_one(unsigned int gpio, unsigned long flags, const char *label)
{
    struct gpio_desc *line = gpio_to_desc(gpio);
    int error = gpio_request(gpio, label);

    if (error) return error;
    if (flags & GPIOF_OPEN_DRAIN) set_bit(OPEN_DRAIN, &line->flags);
    if (flags & GPIOF_OPEN_SOURCE) set_bit(OPEN_SOURCE, &line->flags);
    if (flags & GPIOF_ACTIVE_LOW) set_bit(ACTIVE_LOW, &line->flags);
    error = flags & GPIOF_DIR_IN ? gpiod_direction_input(line)
                                 : gpiod_direction_output_raw(line, !!(flags & GPIOF_INIT_HIGH));
    if (error) gpio_line_release(line);
    return error;
}

int gpio_request_array(const struct gpio *array, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int error = gpio_request_one(array[i].gpio, array[i].flags, array[i].label);
        if (!error) continue;
        gpio_free_array(array, i);
        return error;
    }
    return 0;
}

void gpio_free_array(const struct gpio *array, size_t count)
{
    while (count--) gpio_free(array[count].gpio);
}

static void free_number(void *gpio) { gpio_free((unsigned int)(unsigned long)gpio); }
static void *as_pointer(unsigned int gpio) { return (void *)(unsigned long)gpio; }
int devm_gpio_request(struct device *device, unsigned int gpio, const char *label)
{
    int error = gpio_request(gpio, label);

    return error ? error : devm_add_action_or_reset(device, free_number, as_pointer(gpio));
}
int devm_gpio_request_one(struct device *device, unsigned int gpio, unsigned long flags, const char *label)
{
    int error = gpio_request_one(gpio, flags, label);

    return error ? error : devm_add_action_or_reset(device, free_number, as_pointer(gpio));
}
void devm_gpio_free(struct device *device, unsigned int gpio)
{
    devm_release_action(device, free_number, as_pointer(gpio));
}
