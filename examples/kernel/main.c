/*
 * A small kernel over Ashlar's library and its port x86_64. What it does is a word of the command
 * line: run=tests, stress, console (the default), boot (starts and ends), or fault=NAME.
 */
#include "kernel.h"

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>
#include <ashlar/x86_64.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

static void greet(void) {
    size_t size;

    ashlar_x86_boot_module(&size);
    pr_info("Ashlar on x86_64: %u CPUs, %lu KiB of memory, up after %lld ms\n", num_online_cpus(),
            totalram_pages() << (PAGE_SHIFT - 10), ktime_to_ms(ktime_get()));
    if (size) pr_info("boot module of %zu bytes\n", size);
}

int ashlar_kernel_main(const char* command_line) {
    char word[32] = "console";

    strscpy(current->comm, "main", sizeof(current->comm));
    greet();
    if (ashlar_port_setting("fault", word, sizeof(word))) return run_fault(word);
    ashlar_port_setting("run", word, sizeof(word));
    if (!strcmp(word, "tests")) return run_tests();
    if (!strcmp(word, "stress")) return run_stress();
    if (!strcmp(word, "console")) return run_console();
    if (!strcmp(word, "boot")) return !ashlar_check_invariants();
    pr_err("run=%s: it can be tests, stress, console or boot; the command line was '%s'\n", word,
           command_line);
    return 1;
}
