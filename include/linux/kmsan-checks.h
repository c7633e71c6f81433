/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define kmsan_poison_memory(address, size, flags) ((void)(address))
#define kmsan_unpoison_memory(address, size) ((void)(address))
#define kmsan_check_memory(address, size) ((void)(address))
#define kmsan_copy_to_user(to, from, count, left) ((void)(to))
