/* SPDX-License-Identifier: MIT */
/* Hashes of names: a running product, folded at the end; a word at a time where that is cheaper. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/types.h>
#define init_name_hash(salt) ((unsigned long)(salt))
static inline unsigned long partial_name_hash(unsigned long c, unsigned long hash)
{
    return (hash + (c << 4) + (c >> 4)) * 11;
}
static inline unsigned int end_name_hash(unsigned long hash) { return hash_long(hash, 32); }
ASHLAR_BEGIN_C
unsigned int __pure full_name_hash(const void *salt, const char *name, unsigned int length);
/* Length in the high half, hash in the low. */
u64 __pure hashlen_string(const void *salt, const char *name);
ASHLAR_END_C
#define hashlen_hash(hashlen) ((u32)(hashlen))
#define hashlen_len(hashlen) ((u32)((hashlen) >> 32))
#define hashlen_create(hash, length) (((u64)(length) << 32) | (u32)(hash))
