/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU data. A static variable is an array with one element of cache lines a CPU; an allocation
 * is the same, cut from units that lie ASHLAR_PERCPU_STRIDE apart. One pointer arithmetic serves
 * both: element = base + cpu * stride, and for static variables the stride is their padded size.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/types.h>

/* 64 KiB of each CPU's own behind each other: what one chunk of alloc_percpu gives a CPU. Static
 * variables use the same stride, in a section of which every CPU has a copy. */
#define ASHLAR_PERCPU_STRIDE (1UL << 16)
#define PCPU_MIN_ALLOC_SIZE 4
#define PCPU_MIN_UNIT_SIZE 32768

ASHLAR_BEGIN_C
/* Where CPU `cpu` has its copy of a per-CPU address. */
void *ashlar_per_cpu(const volatile void *base, unsigned int cpu);
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t flags) __alloc_size(1);
void __percpu *__alloc_percpu(size_t size, size_t align) __alloc_size(1);
void free_percpu(void __percpu *base);
void ashlar_register_percpu(char *start, char *stop);
/* Of what lies between two addresses, because it goes. */
void ashlar_unregister_percpu(const char *from, const char *to);
phys_addr_t per_cpu_ptr_to_phys(void *address);
ASHLAR_END_C

#define ASHLAR_PERCPU_SECTION __attribute__((__section__("ashlar_percpu"), __aligned__(8)))
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name) ASHLAR_PERCPU_SECTION __typeof__(type) name
#define DECLARE_PER_CPU_SECTION(type, name, section) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SECTION(type, name, section) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name) ____cacheline_aligned
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU_ALIGNED(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_PAGE_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name) DEFINE_PER_CPU(type, name) __aligned(PAGE_SIZE)
#define EXPORT_PER_CPU_SYMBOL(name)
#define EXPORT_PER_CPU_SYMBOL_GPL(name)

/* Each program and library that has per-CPU variables tells where they are, while they are still as
 * initialised. */
ASHLAR_BEGIN_C
extern char __start_ashlar_percpu[] __attribute__((__weak__, __visibility__("hidden")));
extern char __stop_ashlar_percpu[] __attribute__((__weak__, __visibility__("hidden")));
ASHLAR_END_C
__attribute__((__constructor__, __used__)) static void ashlar_percpu_constructor(void)
{
    if (&__start_ashlar_percpu[0] != &__stop_ashlar_percpu[0])
        ashlar_register_percpu(__start_ashlar_percpu, __stop_ashlar_percpu);
}

#define per_cpu_ptr(pointer, cpu) ((__typeof__(pointer))ashlar_per_cpu((pointer), (unsigned)(cpu)))
#define per_cpu(variable, cpu) (*per_cpu_ptr(&(variable), cpu))
#define raw_cpu_ptr(pointer) per_cpu_ptr(pointer, raw_smp_processor_id())
#define this_cpu_ptr(pointer) raw_cpu_ptr(pointer)
#define get_cpu_var(variable)      \
    (*({                           \
        preempt_disable();         \
        this_cpu_ptr(&(variable)); \
    }))
#define put_cpu_var(variable) ((void)&(variable), preempt_enable())
#define get_cpu_ptr(pointer)   \
    ({                         \
        preempt_disable();     \
        this_cpu_ptr(pointer); \
    })
#define put_cpu_ptr(pointer) ((void)(pointer), preempt_enable())
#define alloc_percpu(type) ((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, flags) \
    ((__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), flags))

/* One operation that neither migration nor an interrupt can split. */
#define ASHLAR_THIS_CPU(statement, variable)                          \
    ({                                                                \
        unsigned long ashlar_irq = ashlar_irq_save();                 \
        __typeof__(variable) *ashlar_slot = raw_cpu_ptr(&(variable)); \
        __typeof__(variable) ashlar_value = (statement);              \
        ashlar_irq_restore(ashlar_irq);                               \
        ashlar_value;                                                 \
    })
#define this_cpu_read(variable) ASHLAR_THIS_CPU(*ashlar_slot, variable)
#define this_cpu_write(variable, value) ((void)ASHLAR_THIS_CPU(*ashlar_slot = (value), variable))
#define this_cpu_add_return(variable, value) ASHLAR_THIS_CPU(*ashlar_slot += (value), variable)
#define this_cpu_sub_return(variable, value) ASHLAR_THIS_CPU(*ashlar_slot -= (value), variable)
#define this_cpu_inc_return(variable) this_cpu_add_return(variable, 1)
#define this_cpu_dec_return(variable) this_cpu_sub_return(variable, 1)
#define this_cpu_add(variable, value) ((void)this_cpu_add_return(variable, value))
#define this_cpu_sub(variable, value) ((void)this_cpu_sub_return(variable, value))
#define this_cpu_inc(variable) this_cpu_add(variable, 1)
#define this_cpu_dec(variable) this_cpu_sub(variable, 1)
#define this_cpu_and(variable, value) ((void)ASHLAR_THIS_CPU(*ashlar_slot &= (value), variable))
#define this_cpu_or(variable, value) ((void)ASHLAR_THIS_CPU(*ashlar_slot |= (value), variable))
#define this_cpu_xchg(variable, value)                                                        \
    ({                                                                                        \
        __typeof__(variable) ashlar_was;                                                      \
        (void)ASHLAR_THIS_CPU((ashlar_was = *ashlar_slot, *ashlar_slot = (value)), variable); \
        ashlar_was;                                                                           \
    })
#define this_cpu_cmpxchg(variable, old, fresh)                                                                   \
    ({                                                                                                           \
        __typeof__(variable) ashlar_was;                                                                         \
        (void)ASHLAR_THIS_CPU(                                                                                   \
            (ashlar_was = *ashlar_slot, ashlar_was == (old) ? (*ashlar_slot = (fresh)) : ashlar_was), variable); \
        ashlar_was;                                                                                              \
    })
#define raw_cpu_read(variable) (*raw_cpu_ptr(&(variable)))
#define raw_cpu_write(variable, value) (*raw_cpu_ptr(&(variable)) = (value))
#define raw_cpu_add(variable, value) (*raw_cpu_ptr(&(variable)) += (value))
#define raw_cpu_add_return(variable, value) (*raw_cpu_ptr(&(variable)) += (value))
#define raw_cpu_inc(variable) raw_cpu_add(variable, 1)
#define raw_cpu_dec(variable) (*raw_cpu_ptr(&(variable)) -= 1)
#define __this_cpu_read(variable) raw_cpu_read(variable)
#define __this_cpu_write(variable, value) raw_cpu_write(variable, value)
#define __this_cpu_add(variable, value) raw_cpu_add(variable, value)
#define __this_cpu_sub(variable, value) (*raw_cpu_ptr(&(variable)) -= (value))
#define __this_cpu_inc(variable) raw_cpu_inc(variable)
#define __this_cpu_dec(variable) raw_cpu_dec(variable)
#define __this_cpu_add_return(variable, value) raw_cpu_add_return(variable, value)
#define __this_cpu_inc_return(variable) raw_cpu_add_return(variable, 1)
#define __this_cpu_xchg(variable, value) this_cpu_xchg(variable, value)
#define __this_cpu_sub_return(variable, value) (*raw_cpu_ptr(&(variable)) -= (value))
#define __this_cpu_dec_return(variable) __this_cpu_sub_return(variable, 1)
#define __this_cpu_and(variable, value) (*raw_cpu_ptr(&(variable)) &= (value))
#define __this_cpu_or(variable, value) (*raw_cpu_ptr(&(variable)) |= (value))
#define __this_cpu_cmpxchg(variable, old, fresh) this_cpu_cmpxchg(variable, old, fresh)
#define raw_cpu_sub(variable, value) (*raw_cpu_ptr(&(variable)) -= (value))
