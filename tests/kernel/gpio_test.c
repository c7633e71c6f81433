// Lines of a chip that is memory: who has them, which way they go, what is active.

#include <ashlar/machine.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/gpio.h>
#include <linux/gpio/machine.h>
#include <linux/interrupt.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "check.h"

enum { LINES = 8, BLOCK = 64 * 1024 };
static struct {
    bool out[LINES], level[LINES], requested[LINES];
} wires;

static int chip_request(struct gpio_chip *chip, unsigned int offset)
{
    CHECK(gpiochip_get_data(chip) == &wires && !wires.requested[offset]);
    wires.requested[offset] = true;
    return offset == 7 ? -EPERM : 0;
}
static void chip_free(struct gpio_chip *chip, unsigned int offset)
{
    (void)chip;
    CHECK(wires.requested[offset]);
    wires.requested[offset] = false;
}
static int get_direction(struct gpio_chip *chip, unsigned int offset)
{
    (void)chip;
    return wires.out[offset] ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}
static int direction_input(struct gpio_chip *chip, unsigned int offset)
{
    (void)chip;
    wires.out[offset] = false;
    return 0;
}
static void set(struct gpio_chip *chip, unsigned int offset, int level)
{
    (void)chip;
    wires.level[offset] = level;
}
static int direction_output(struct gpio_chip *chip, unsigned int offset, int level)
{
    wires.out[offset] = true;
    set(chip, offset, level);
    return 0;
}
static int get(struct gpio_chip *chip, unsigned int offset)
{
    (void)chip;
    return wires.level[offset];
}
static int to_irq(struct gpio_chip *chip, unsigned int offset)
{
    (void)chip;
    return offset == 3 ? 0 : 40 + (int)offset;
}
static const char *const names[LINES] = {[5] = "the fifth"};
static struct gpio_chip wires_chip = {.label = "wires",
                                      .owner = THIS_MODULE,
                                      .request = chip_request,
                                      .free = chip_free,
                                      .get_direction = get_direction,
                                      .direction_input = direction_input,
                                      .direction_output = direction_output,
                                      .get = get,
                                      .set = set,
                                      .to_irq = to_irq,
                                      .names = names,
                                      .base = -1,
                                      .ngpio = LINES};
static struct gpio_chip bare_chip = {.label = "bare", .base = 100, .ngpio = 2};
static struct gpiod_lookup_table table = {.dev_id = "board.1",
                                          .table = {GPIO_LOOKUP("wires", 0, "led", GPIO_ACTIVE_HIGH),
                                                    GPIO_LOOKUP_IDX("wires", 1, "led", 1, GPIO_ACTIVE_LOW),
                                                    GPIO_LOOKUP("wires", 2, "bus", GPIO_OPEN_DRAIN),
                                                    GPIO_LOOKUP("the fifth", U16_MAX, "named", GPIO_ACTIVE_HIGH),
                                                    GPIO_LOOKUP("wires", 9, "beyond", GPIO_ACTIVE_HIGH),
                                                    GPIO_LOOKUP("other", 0, "later", GPIO_ACTIVE_HIGH),
                                                    {}}};

static int same_label(struct gpio_chip *chip, void *label) { return !strcmp(chip->label, label); }

static void numbers(void)
{
    const struct gpio pair[] = {{(unsigned int)wires_chip.base, GPIOF_OUT_INIT_HIGH, "one"},
                                {(unsigned int)wires_chip.base + 1, GPIOF_IN, "two"}},
                      refused[] = {pair[0], {(unsigned int)wires_chip.base + 7, GPIOF_IN, "no"}};
    unsigned int first = pair[0].gpio;

    CHECK(gpio_request(first, "a") == 0 && gpio_request(first, "b") == -EBUSY);
    CHECK(!strcmp(gpiochip_is_requested(&wires_chip, 0), "a") && !gpiochip_is_requested(&wires_chip, 1));
    CHECK(gpio_direction_output(first, 1) == 0 && wires.level[0] && gpio_get_value(first) == 1);
    gpio_set_value(first, 0);
    CHECK(!wires.level[0] && gpio_get_value(first) == 0 && gpiod_get_direction(gpio_to_desc(first)) == 0);
    CHECK(gpio_direction_input(first) == 0 && gpiod_get_direction(gpio_to_desc(first)) == 1);
    CHECK(gpio_to_irq(first) == 40 && gpio_to_irq(first + 3) == -ENXIO);
    gpio_free(first);
    CHECK(!wires.requested[0]);
    CHECK_REPORT("", gpio_free(first)); /* nobody's any more */
    CHECK(gpio_request(5, "x") == -EPROBE_DEFER && gpio_request(ARCH_NR_GPIOS, "x") == -EINVAL);
    CHECK(gpio_request_array(pair, 2) == 0 && wires.level[0] && wires.out[0] && !wires.out[1]);
    gpio_free_array(pair, 2);
    CHECK(gpio_request_array(refused, 2) == -EPERM && !gpiochip_is_requested(&wires_chip, 0));
    wires.requested[7] = false;
}

static void functions(struct device *device)
{
    struct gpio_desc *led, *second, *bus;

    CHECK(PTR_ERR(gpiod_get(device, "led", GPIOD_IN)) == -ENOENT && !gpiod_get_optional(device, "led", GPIOD_IN));
    gpiod_add_lookup_table(&table);
    CHECK(gpiod_count(device, "led") == 2 && gpiod_count(device, "none") == -ENOENT);
    led = devm_gpiod_get(device, "led", GPIOD_OUT_HIGH);
    CHECK(!IS_ERR(led) && wires.level[0] && PTR_ERR(gpiod_get(device, "led", GPIOD_IN)) == -EBUSY);
    second = devm_gpiod_get_index(device, "led", 1, GPIOD_OUT_HIGH);
    CHECK(gpiod_is_active_low(second) && wires.out[1] && !wires.level[1]);
    CHECK(gpiod_get_value(second) == 1 && gpiod_get_raw_value(second) == 0);
    gpiod_set_value(second, 0);
    CHECK(wires.level[1] && gpiod_get_value(second) == 0);
    bus = gpiod_get(device, "bus", GPIOD_OUT_LOW);
    CHECK(wires.out[2] && !wires.level[2]);
    gpiod_set_value(bus, 1); /* lets go */
    CHECK(!wires.out[2] && gpiod_get_direction(bus) == 0);
    gpiod_set_value(bus, 0);
    CHECK(wires.out[2] && !wires.level[2]);
    gpiod_put(bus);
    bus = gpiod_get(device, "named", GPIOD_ASIS);
    CHECK(!IS_ERR(bus) && desc_to_gpio(bus) == wires_chip.base + 5);
    gpiod_put(bus);
    CHECK(PTR_ERR(gpiod_get(device, "beyond", GPIOD_IN)) == -EINVAL);
    CHECK(PTR_ERR(gpiod_get(device, "later", GPIOD_IN)) == -EPROBE_DEFER);
    devm_gpiod_put(device, second);
    CHECK(!wires.requested[1] && gpiod_get_value(NULL) == 0 && gpiod_direction_input(NULL) == 0);
}

/* Interrupts of a device's resources, and the one driver that it takes. */
static int irq_seen;
static int board_probe(struct platform_device *device)
{
    void *block, *other;
    dma_addr_t handle;

    irq_seen = platform_get_irq(device, 0);
    CHECK(platform_get_irq_byname(device, "second") == 18 && platform_irq_count(device) == 2);
    CHECK(platform_get_irq_optional(device, 2) == -ENXIO);
    functions(&device->dev);
    block = dmam_alloc_coherent(&device->dev, BLOCK, &handle, GFP_KERNEL);
    other = dmam_alloc_coherent(&device->dev, BLOCK, &handle, GFP_KERNEL);
    CHECK(block && other && handle == virt_to_phys(other) && !memchr_inv(block, 0, BLOCK));
    dmam_free_coherent(&device->dev, BLOCK, block, virt_to_phys(block));
    return 0; /* the other goes with the driver */
}
static int left;
static void board_remove(struct platform_device *device)
{
    CHECK(device->id == 1 && gpiochip_is_requested(&wires_chip, 0));
    left++;
}
static struct platform_driver board = {.probe = board_probe, .remove_new = board_remove, .driver = {.name = "board"}};
static struct platform_driver chosen = {.driver = {.name = "chosen"}};

int main(void)
{
    const struct resource lines[] = {{.start = 17, .end = 17, .flags = IORESOURCE_IRQ},
                                     {.start = 18, .end = 18, .flags = IORESOURCE_IRQ, .name = "second"}};
    struct platform_device *device, *other = platform_device_alloc("board", 2);
    struct gpio_chip twin = bare_chip;
    struct gpio_desc *orphan;
    unsigned long pages_before;

    CHECK(gpiochip_add_data(&wires_chip, &wires) == 0 && wires_chip.base == ARCH_NR_GPIOS - LINES);
    CHECK(gpiochip_add(&bare_chip) == 0 && gpiochip_add(&twin) == -EBUSY);
    CHECK(gpiochip_find("bare", same_label) == &bare_chip && !gpiochip_find("none", same_label));
    numbers();

    CHECK(platform_driver_register(&board) == 0 && platform_driver_register(&chosen) == 0);
    ashlar_drain();
    pages_before = ashlar_free_frames();
    device = platform_device_register_simple("board", 1, lines, 2);
    CHECK(!IS_ERR(device) && irq_seen == 17);
    other->driver_override = "chosen";
    CHECK(platform_device_add(other) == 0 && other->dev.driver == &chosen.driver);
    platform_device_unregister(other);
    platform_device_unregister(device);
    CHECK(left == 1 && !wires.requested[0]); /* devm_ gave it back */
    ashlar_drain();
    CHECK(ashlar_free_frames() >= pages_before - 2); /* slabs of what they are made of may stay */
    platform_driver_unregister(&board);
    platform_driver_unregister(&chosen);
    gpiod_remove_lookup_table(&table);

    orphan = gpio_to_desc(100);
    CHECK(gpio_request(100, "orphan") == 0 && gpiod_direction_input(orphan) == 0);
    CHECK(gpiod_get_value(orphan) == -EIO && gpiod_direction_output(orphan, 1) == -EIO);
    gpiochip_remove(&bare_chip);
    CHECK(gpiod_get_value(orphan) == -ENODEV && gpio_to_desc(100) == NULL);
    gpiod_put(orphan);
    gpiochip_remove(&wires_chip);
    return check_result("gpio");
}
