/* SPDX-License-Identifier: MIT */
/* There is no tracer: tracepoints are empty functions, and a header that defines its own with these
 * macros gets such functions. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>

#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...) __VA_ARGS__
#define TP_STRUCT__entry(...)
#define TP_fast_assign(...)
#define TP_printk(...)
#define TP_CONDITION(...)
#define tracepoint_string(text) text
#define DECLARE_TRACE(name, proto, args)      \
    static inline void trace_##name(proto) {} \
    static inline bool trace_##name##_enabled(void) { return false; }
#define TRACE_EVENT(name, proto, args, ...) DECLARE_TRACE(name, TP_PROTO(proto), TP_ARGS(args))
#define TRACE_EVENT_CONDITION(name, proto, args, ...) DECLARE_TRACE(name, TP_PROTO(proto), TP_ARGS(args))
#define DECLARE_EVENT_CLASS(name, ...)
#define DEFINE_EVENT(template_name, name, proto, args) DECLARE_TRACE(name, TP_PROTO(proto), TP_ARGS(args))
#define DEFINE_EVENT_PRINT(template_name, name, proto, args, print) DECLARE_TRACE(name, TP_PROTO(proto), TP_ARGS(args))
#define EXPORT_TRACEPOINT_SYMBOL(name)
#define EXPORT_TRACEPOINT_SYMBOL_GPL(name)
