/* A console on the serial line. */
#include "kernel.h"

#include <ashlar/machine.h>
#include <ashlar/module.h>
#include <ashlar/x86_64.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static void show(size_t (*text)(char* to, size_t size)) {
    size_t size = text(NULL, 0) + 256;
    char *buffer = kvmalloc(size, GFP_KERNEL), *at = buffer, *line;

    if (!buffer) return;
    text(buffer, size);
    /* printk has a limit for a message. */
    while ((line = strsep(&at, "\n")))
        if (*line) pr_info("%s\n", line);
    kvfree(buffer);
}

static void meminfo(void) {
    show(ashlar_meminfo);
}
static void buddyinfo(void) {
    show(ashlar_buddyinfo);
}
static void zoneinfo(void) {
    show(ashlar_zoneinfo);
}
static void slabinfo(void) {
    show(ashlar_slabinfo);
}
static void vmallocinfo(void) {
    show(ashlar_vmallocinfo);
}
static void test(void) {
    run_tests();
}

/* The boot module if there is one, else the embedded one; a second load unloads the first. */
static void load(void) {
    static struct mapped_module* loaded;
    size_t size;
    const void* object = ashlar_x86_boot_module(&size);

    if (loaded) {
        if (!module_unmap(loaded)) loaded = NULL;
        return;
    }
    if (!object) {
        object = embedded_module;
        size = (size_t)(embedded_module_end - embedded_module);
    }
    if (!module_map(object, size, "squares", NULL, &loaded))
        pr_info("loaded; load again to unload\n");
}

#define TIME(name, rounds, ...)                                                        \
    do {                                                                               \
        u64 start = ktime_get_ns();                                                    \
        for (int i = 0; i < (rounds); i++) {                                           \
            __VA_ARGS__;                                                               \
        }                                                                              \
        pr_info("%-24s %6llu ns a pair\n", name, (ktime_get_ns() - start) / (rounds)); \
    } while (0)

/* By the clock, so under an emulator only good for comparisons. */
static void bench(void) {
    static const int sizes[] = {8, 64, 256, 1024, 4096, 8192};
    char name[32];

    for (size_t n = 0; n < ARRAY_SIZE(sizes); n++) {
        snprintf(name, sizeof(name), "kmalloc %d", sizes[n]);
        TIME(name, 20000, kfree(kmalloc(sizes[n], GFP_KERNEL)));
    }
    TIME("alloc_page", 20000, __free_page(alloc_page(GFP_KERNEL)));
    TIME("alloc_pages order 3", 20000, __free_pages(alloc_pages(GFP_KERNEL, 3), 3));
    TIME("vmalloc 1 page", 2000, vfree(vmalloc(PAGE_SIZE)));
    TIME("vmalloc 64 pages", 500, vfree(vmalloc(64 * PAGE_SIZE)));
}

static void help(void);
static const struct {
    const char* name;
    void (*run)(void);
} commands[] = {
    {"meminfo", meminfo},
    {"buddyinfo", buddyinfo},
    {"zoneinfo", zoneinfo},
    {"slabinfo", slabinfo},
    {"vmallocinfo", vmallocinfo},
    {"test", test},
    {"load", load},
    {"bench", bench},
    {"help", help},
};

static void help(void) {
    pr_info("commands:");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) pr_cont(" %s", commands[i].name);
    pr_cont(" exit\n");
}

static void read_line(char* line, size_t size) {
    size_t length = 0;

    for (;;) {
        int c = ashlar_x86_console_read();
        if (c < 0) {
            msleep(5);
        } else if (c == '\r' || c == '\n') {
            break;
        } else if (c == 127 || c == 8) {
            if (length) {
                length--;
                pr_cont("\b \b");
            }
        } else if (c >= ' ' && length + 1 < size) {
            line[length++] = (char)c;
            pr_cont("%c", c);
        }
    }
    line[length] = 0;
    pr_cont("\n");
}

int run_console(void) {
    char line[64];

    help();
    for (;;) {
        size_t i = 0;
        pr_info("ashlar> ");
        read_line(line, sizeof(line));
        if (!strcmp(line, "exit")) return 0;
        while (i < ARRAY_SIZE(commands) && strcmp(commands[i].name, line) != 0) i++;
        if (i < ARRAY_SIZE(commands))
            commands[i].run();
        else if (line[0])
            help();
    }
}
