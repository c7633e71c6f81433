/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/bug.h>
#include <linux/types.h>
#define THREAD_SIZE_ORDER 2
#define THREAD_SIZE (PAGE_SIZE << THREAD_SIZE_ORDER)
#define THREAD_ALIGN THREAD_SIZE
#define TASK_SIZE 0x00007ffffffff000UL
#define TASK_SIZE_MAX TASK_SIZE
#define check_copy_size(address, bytes, is_source) true
#define copy_overflow(size, count) WARN(1, "Buffer overflow detected (%d < %lu)!\n", size, count)
