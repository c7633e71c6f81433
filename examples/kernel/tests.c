/*
 * The tests of the kernel library that run in a process too, from the same sources, and those of
 * this kernel. The lines "test NAME: passed" and the last one are what the host's runner counts.
 */
#include "kernel.h"

#include <ashlar/kernel_port.h>
#include <ashlar/machine.h>
#include <ashlar/module.h>
#include <ashlar/x86_64.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

int contexts_test(void);
int affinity_test(void);
int cpu_work_test(void);
int cpu_calls_test(void);
int frames_test(void);
int kmalloc_test(void);
int vmalloc_test(void);
int user_copy_test(void);
int bus_test(void);
int input_test(void);
int i2c_test(void);
int tasks_test(void);
int stress_test(void);

static int where_ran[ASHLAR_MAX_CPUS];
static void note_cpu(void* unused) {
    (void)unused;
    where_ran[smp_processor_id()] = irqs_disabled() ? 1 : -1;
}
static int all_cpus(void) {
    unsigned int count = 0;

    on_each_cpu(note_cpu, NULL, 1);
    for (unsigned int cpu = 0; cpu < num_online_cpus(); cpu++) count += where_ran[cpu] == 1;
    return count != num_online_cpus();
}

#define KERNEL_BASE 0xffffffff80000000UL /* of physical address 0, where the image is linked */

/* Every rule of the page tables that a process cannot show. */
static int protection(void) {
    void (*code)(void) = (void*)run_tests;
    static const int constant = 7;
    static int data;
    char *area = vmalloc(PAGE_SIZE), *module = module_alloc(PAGE_SIZE);
    int wrong = 0;

    wrong += !ashlar_x86_touch((void*)code, 1) || ashlar_x86_touch((void*)code, 0);
    wrong += !ashlar_x86_touch(&constant, 1) || ashlar_x86_touch(&constant, 0);
    wrong += ashlar_x86_touch(&data, 1);
    /* Nor through the linear map, where the image is as well. */
    wrong += !ashlar_x86_touch(__va((unsigned long)code - KERNEL_BASE), 1);
    wrong += !ashlar_x86_touch(__va((unsigned long)&constant - KERNEL_BASE), 1);
    wrong += ashlar_x86_touch(__va((unsigned long)&data - KERNEL_BASE), 1);
    wrong += !ashlar_x86_touch(NULL, 0) || !ashlar_x86_touch((void*)0x1000, 0);
    wrong += ashlar_x86_touch(area, 1) || !ashlar_x86_touch(area + PAGE_SIZE, 0);
    wrong += ashlar_x86_touch(module, 1);
    set_memory_ro((unsigned long)module, 1);
    wrong += !ashlar_x86_touch(module, 1) || ashlar_x86_touch(module, 0);
    vfree(area);
    module_memfree(module);
    vm_unmap_aliases();
    wrong += !ashlar_x86_touch(area, 0) || !ashlar_x86_touch(module, 0);
    /* The linear map ends where memory does. */
    wrong += !ashlar_x86_touch(__va(ashlar_port_window()->bytes + (1UL << 30)), 0);
    return wrong;
}

/* As many tasks as CPUs compute without ever giving way; only the timer lets this one run. */
static u32 enough;
static DECLARE_COMPLETION(stopped);
static int compute(void* unused) {
    (void)unused;
    while (!READ_ONCE(enough)) barrier();
    complete(&stopped);
    return 0;
}
static int preemption(void) {
    struct ashlar_x86_counts before, after;

    WRITE_ONCE(enough, 0);
    ashlar_x86_count(&before);
    for (unsigned int i = 0; i < num_online_cpus(); i++)
        if (IS_ERR(kthread_run(compute, NULL, "compute/%u", i))) return 1;
    for (int i = 0; i < 5; i++) msleep(2);
    WRITE_ONCE(enough, 1);
    for (unsigned int i = 0; i < num_online_cpus(); i++) wait_for_completion(&stopped);
    ashlar_x86_count(&after);
    return after.switches - before.switches < 5;
}

/* A frame that one CPU sees through an area must not be seen by it once the area is gone. */
static char* shot;
static int still_seen;
static void look(void* unused) {
    (void)unused;
    if (!ashlar_x86_touch(shot, 0)) __atomic_fetch_add(&still_seen, 1, __ATOMIC_RELAXED);
}
static int shootdown(void) {
    struct ashlar_x86_counts before, after;
    int wrong = 0;

    ashlar_x86_count(&before);
    for (int round = 0; round < 20; round++) {
        shot = vmalloc(8 * PAGE_SIZE);
        still_seen = 0;
        on_each_cpu(look, NULL, 1);
        wrong += still_seen != (int)num_online_cpus();
        still_seen = 0;
        vfree(shot);
        vm_unmap_aliases();
        on_each_cpu(look, NULL, 1);
        wrong += still_seen != 0;
    }
    ashlar_x86_count(&after);
    wrong += after.shootdowns - before.shootdowns < 20;
    /* Many areas, one flush. */
    for (int i = 0; i < 8; i++) vfree(vmalloc(32 * PAGE_SIZE));
    ashlar_x86_count(&before);
    vm_unmap_aliases();
    ashlar_x86_count(&after);
    wrong += after.shootdowns - before.shootdowns != 1;
    return wrong;
}

static int module(void) {
    size_t size = (size_t)(embedded_module_end - embedded_module),
           free_before = ashlar_free_frames();
    struct mapped_module* loaded;
    int (*sum)(int count), wrong = 0;

    for (int round = 0; round < 3; round++) {
        if (module_map(embedded_module, size, "squares", round ? "count=100" : NULL, &loaded))
            return 1;
        sum = (int (*)(int))module_map_symbol(loaded, "squares_sum");
        if (!sum) return 1;
        wrong += sum(10) != 285;
        wrong += !is_vmalloc_or_module_addr((void*)sum) || !ashlar_x86_touch((void*)sum, 1);
        wrong += sum(1000) != (round ? 328350 : 332833500);
        wrong += module_unmap(loaded) != 0;
    }
    vm_unmap_aliases();
    wrong += !ashlar_x86_touch((void*)sum, 0);
    ashlar_drain();
    return wrong + (free_before > ashlar_free_frames() + 64);
}

static const struct {
    const char* name;
    int (*run)(void);
} tests[] = {
    {"all_cpus", all_cpus},
    {"preemption", preemption},
    {"protection", protection},
    {"shootdown", shootdown},
    {"module", module},
    {"devices", run_devices},
    {"frames", frames_test},
    {"kmalloc", kmalloc_test},
    {"vmalloc", vmalloc_test},
    {"user_copies", user_copy_test},
    {"contexts", contexts_test},
    {"buses", bus_test},
    {"input", input_test},
    {"i2c", i2c_test},
    {"tasks", tasks_test},
    {"affinity", affinity_test},
    {"cpu_works", cpu_work_test},
    {"cpu_calls", cpu_calls_test},
    {"stress_tasks", stress_test},
    {"stress_cpus", run_stress},
};

int run_tests(void) {
    int failed = 0;

    for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
        ktime_t start = ktime_get();
        bool good = tests[i].run() == 0;

        if (!ashlar_check_invariants()) {
            pr_err("after test %s the allocators' sums are wrong\n", tests[i].name);
            good = false;
        }
        failed += !good;
        pr_info("test %s: %s (%lld ms)\n", tests[i].name, good ? "passed" : "failed",
                ktime_ms_delta(ktime_get(), start));
    }
    pr_info("%zu passed, %d failed\n", ARRAY_SIZE(tests) - (size_t)failed, failed);
    return failed;
}
