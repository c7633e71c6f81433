/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/maple_tree.h>
#include <linux/tracepoint.h>

static inline void trace_ma_op(const char *function, struct ma_state *mas)
{
    (void)function;
    (void)mas;
}
static inline void trace_ma_read(const char *function, struct ma_state *mas) { trace_ma_op(function, mas); }
static inline void trace_ma_write(const char *function, struct ma_state *mas, unsigned long pivot, void *value)
{
    trace_ma_op(function, mas);
    (void)pivot;
    (void)value;
}
