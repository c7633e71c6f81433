/* SPDX-License-Identifier: MIT */
/* Leaks are told by the machine's own report at exit, which counts every object; no scanning. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define kmemleak_alloc(pointer, size, count, flags) ((void)(pointer))
#define kmemleak_free(pointer) ((void)(pointer))
#define kmemleak_not_leak(pointer) ((void)(pointer))
#define kmemleak_ignore(pointer) ((void)(pointer))
#define kmemleak_update_trace(pointer) ((void)(pointer))
#define kmemleak_no_scan(pointer) ((void)(pointer))
#define kmemleak_erase(pointer) ((void)(pointer))
#define kmemleak_transient_leak(pointer) ((void)(pointer))
