/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/types.h>

#define NR_CPUS CONFIG_NR_CPUS
struct cpumask;
typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);
ASHLAR_BEGIN_C
int raw_smp_processor_id(void);
/* The same with a report when the caller could migrate and the answer is worth nothing. */
int debug_smp_processor_id(void);
/* On the caller's own CPU with interrupts off, on others as an interrupt. -ENXIO: no such CPU. */
int smp_call_function_single(int cpu, smp_call_func_t function, void *info, int wait);
/* On the caller's CPU if it is in the mask, else on one of the mask. */
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t function, void *info, int wait);
/* On all CPUs of the mask but the caller's, at once. */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t function, void *info, bool wait);
/* On all CPUs of the mask for which `wanted` is true; without `wanted` on all. */
void on_each_cpu_cond_mask(smp_cond_func_t wanted, smp_call_func_t function, void *info, bool wait,
                           const struct cpumask *mask);
/* As interrupts, one after the other. For functions that leave nothing for later: no vfree, call_rcu or work. */
void ashlar_on_each_cpu(smp_call_func_t function, void *info);
void smp_call_function(smp_call_func_t function, void *info, int wait);
ASHLAR_END_C
#define smp_processor_id() raw_smp_processor_id()
#define on_each_cpu(function, info, wait) on_each_cpu_cond_mask(NULL, (function), (info), (wait), cpu_online_mask)
#define on_each_cpu_mask(mask, function, info, wait) on_each_cpu_cond_mask(NULL, (function), (info), (wait), (mask))
#define on_each_cpu_cond(wanted, function, info, wait) \
    on_each_cpu_cond_mask((wanted), (function), (info), (wait), cpu_online_mask)
#define get_cpu()               \
    ({                          \
        preempt_disable();      \
        raw_smp_processor_id(); \
    })
#define put_cpu() preempt_enable()
#include <linux/cpumask.h>
