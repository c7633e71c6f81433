/* SPDX-License-Identifier: MIT */
/* Counters that only one CPU changes: atomic against interrupts on it. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/percpu.h>
typedef struct {
    atomic_long_t a;
} local_t;
#define LOCAL_INIT(value)       \
    {                           \
        ATOMIC_LONG_INIT(value) \
    }
#define local_read(l) atomic_long_read(&(l)->a)
#define local_set(l, value) atomic_long_set(&(l)->a, (value))
#define local_inc(l) atomic_long_inc(&(l)->a)
#define local_dec(l) atomic_long_dec(&(l)->a)
#define local_add(value, l) atomic_long_add((value), &(l)->a)
#define local_sub(value, l) atomic_long_sub((value), &(l)->a)
#define local_inc_return(l) atomic_long_inc_return(&(l)->a)
#define local_add_return(value, l) atomic_long_add_return((value), &(l)->a)
#define local_cmpxchg(l, old, fresh) atomic_long_cmpxchg(&(l)->a, (old), (fresh))
#define local_xchg(l, value) atomic_long_xchg(&(l)->a, (value))
