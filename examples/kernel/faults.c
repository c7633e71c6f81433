/*
 * Mistakes that kernels make, one a boot: fault=NAME. The report is what matters; the host's test
 * reads it from the log. What returns from here did not end the machine.
 */
#include "kernel.h"

#include <ashlar/machine.h>
#include <ashlar/module.h>
#include <ashlar/x86_64.h>
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static noinline char* frame_buffer(void) {
    return vmalloc(3 * PAGE_SIZE);
}

static noinline void vmalloc_overrun(void) {
    char* buffer = frame_buffer();

    pr_info("frame buffer at %px\n", buffer);
    for (size_t i = 0; i <= 3 * PAGE_SIZE; i++) WRITE_ONCE(buffer[i], 1);
}

static noinline void use_after_vfree(void) {
    char* buffer = frame_buffer();

    vfree(buffer);
    vm_unmap_aliases();
    WRITE_ONCE(buffer[8], 1);
}

static noinline void module_text(void) {
    struct mapped_module* module;
    int error = module_map(embedded_module, (size_t)(embedded_module_end - embedded_module),
                           "squares", NULL, &module);
    char* code = error ? NULL : module_map_symbol(module, "squares_sum");

    if (code) WRITE_ONCE(*code, 0x90);
}

static noinline void kernel_text(void) {
    WRITE_ONCE(*(char*)run_tests, 0x90);
}

static noinline void run_data(void) {
    char* page = (char*)__get_free_page(GFP_KERNEL);

    *page = (char)0xc3; /* ret */
    ((void (*)(void))page)();
}

static noinline void double_free(void) {
    char* p = kmalloc(100, GFP_KERNEL);

    kfree(p);
    kfree(p);
}

static void allocate_sleepily(void* unused) {
    (void)unused;
    kfree(kmalloc(64, GFP_KERNEL));
}
static noinline void sleep_in_interrupt(void) {
    ashlar_run_as_interrupt(allocate_sleepily, NULL);
}

static DEFINE_SPINLOCK(held);
static noinline void sleep_in_spinlock(void) {
    spin_lock(&held);
    msleep(1);
    spin_unlock(&held);
}

static noinline void vfree_kmalloc(void) {
    vfree(kmalloc(PAGE_SIZE, GFP_KERNEL));
}

/* Everything is taken, page by page; then it is given back and all must be as before. */
static noinline void exhausted(void) {
    size_t before = ashlar_free_frames(), count = 0;
    struct page *list = NULL, *page;

    while ((page = alloc_page(GFP_KERNEL))) {
        set_page_private(page, (unsigned long)list);
        list = page;
        count++;
    }
    pr_info("exhausted: %zu frames taken, %zu left to those who must not fail\n", count,
            ashlar_free_frames());
    page = alloc_page(GFP_ATOMIC);
    pr_info("exhausted: GFP_ATOMIC %s\n", page ? "still works" : "fails, too");
    if (page) __free_page(page);
    while ((page = list)) {
        list = (struct page*)page_private(page);
        __free_page(page);
    }
    ashlar_drain();
    pr_info("exhausted: %s\n", ashlar_free_frames() == before && ashlar_check_invariants()
                                   ? "all is back"
                                   : "frames are missing");
}

/* The volatile variable keeps the compiler from making a loop of it. */
static noinline int deeper(int depth) {
    volatile char room[256];

    room[0] = (char)depth;
    if (depth < 0) return 0;
    return deeper(depth + 1) + room[0];
}
static noinline void stack_overflow(void) {
    pr_info("%d\n", deeper(0));
}

static noinline void null_pointer(void) {
    struct page* volatile page = NULL;

    page->flags = 1;  // NOLINT(clang-analyzer-core.NullDereference): the mistake
}

static const struct {
    const char* name;
    void (*make)(void);
} faults[] = {
    {"vmalloc_overrun", vmalloc_overrun},
    {"use_after_vfree", use_after_vfree},
    {"module_text", module_text},
    {"kernel_text", kernel_text},
    {"run_data", run_data},
    {"double_free", double_free},
    {"sleep_in_interrupt", sleep_in_interrupt},
    {"sleep_in_spinlock", sleep_in_spinlock},
    {"vfree_kmalloc", vfree_kmalloc},
    {"exhausted", exhausted},
    {"stack_overflow", stack_overflow},
    {"null_pointer", null_pointer},
};

int run_fault(const char* name) {
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
        if (strcmp(faults[i].name, name) != 0) continue;
        faults[i].make();
        pr_info("fault %s: the machine goes on\n", name);
        return 0;
    }
    pr_err("fault=%s: it can be", name);
    for (size_t i = 0; i < ARRAY_SIZE(faults); i++) pr_cont(" %s", faults[i].name);
    pr_cont("\n");
    return 1;
}
