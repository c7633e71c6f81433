/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/preempt.h>

#define NR_CPUS CONFIG_NR_CPUS
typedef void (*smp_call_func_t)(void *info);
ASHLAR_BEGIN_C
int raw_smp_processor_id(void);
/* The same with a report when the caller could migrate and the answer is worth nothing. */
int debug_smp_processor_id(void);
int smp_call_function_single(int cpu, smp_call_func_t function, void *info, int wait);
void on_each_cpu(smp_call_func_t function, void *info, int wait);
/* For functions that leave nothing for later: no vfree, call_rcu or work. */
void ashlar_on_each_cpu(smp_call_func_t function, void *info);
void smp_call_function(smp_call_func_t function, void *info, int wait);
ASHLAR_END_C
#define smp_processor_id() raw_smp_processor_id()
#define get_cpu()               \
    ({                          \
        preempt_disable();      \
        raw_smp_processor_id(); \
    })
#define put_cpu() preempt_enable()
