/* SPDX-License-Identifier: MIT */
/*
 * Bit operations on unsigned long arrays. Names without underscores are atomic; those that return
 * the old bit are full barriers, the others are relaxed, as Linux defines them.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/bits.h>
#include <linux/compiler.h>

#define BITS_PER_TYPE(type) (sizeof(type) * BITS_PER_BYTE)
#define BITS_TO_U64(n) (((n) + 63) / 64)
#define BITS_TO_U32(n) (((n) + 31) / 32)
#define BITS_TO_BYTES(n) (((n) + 7) / 8)

static __always_inline unsigned long __ffs(unsigned long x) { return (unsigned long)__builtin_ctzl(x); }
static __always_inline unsigned long __fls(unsigned long x) { return 63UL - (unsigned long)__builtin_clzl(x); }
static __always_inline unsigned long ffz(unsigned long x) { return __ffs(~x); }
static __always_inline int fls(unsigned int x) { return x ? 32 - __builtin_clz(x) : 0; }
static __always_inline int fls64(u64 x) { return x ? 64 - __builtin_clzll(x) : 0; }
static __always_inline unsigned int fls_long(unsigned long x) { return (unsigned int)fls64(x); }
static __always_inline unsigned long __ffs64(u64 x) { return (unsigned long)__builtin_ctzll(x); }
#define ffs(x) __builtin_ffs(x)
/* The place of the n-th set bit, from 0; BITS_PER_LONG when there are fewer. */
static inline unsigned long fns(unsigned long word, unsigned int n)
{
    for (; word; word &= word - 1)
        if (n-- == 0) return __ffs(word);
    return BITS_PER_LONG;
}

static __always_inline unsigned int hweight8(unsigned int x) { return (unsigned int)__builtin_popcount(x & 0xff); }
static __always_inline unsigned int hweight16(unsigned int x) { return (unsigned int)__builtin_popcount(x & 0xffff); }
static __always_inline unsigned int hweight32(unsigned int x) { return (unsigned int)__builtin_popcount(x); }
static __always_inline unsigned long hweight64(u64 x) { return (unsigned long)__builtin_popcountll(x); }
static __always_inline unsigned long hweight_long(unsigned long x) { return hweight64(x); }
#define HWEIGHT8(x) hweight8(x)
#define HWEIGHT16(x) hweight16(x)
#define HWEIGHT32(x) hweight32(x)
#define HWEIGHT64(x) hweight64(x)

#define ASHLAR_ROTATE(bits)                                                     \
    static __always_inline u##bits rol##bits(u##bits x, unsigned int n)         \
    {                                                                           \
        return (u##bits)((x << (n & (bits - 1))) | (x >> ((-n) & (bits - 1)))); \
    }                                                                           \
    static __always_inline u##bits ror##bits(u##bits x, unsigned int n)         \
    {                                                                           \
        return (u##bits)((x >> (n & (bits - 1))) | (x << ((-n) & (bits - 1)))); \
    }
ASHLAR_ROTATE(8)
ASHLAR_ROTATE(16)
ASHLAR_ROTATE(32)
ASHLAR_ROTATE(64)
#undef ASHLAR_ROTATE

static __always_inline s32 sign_extend32(u32 value, int index)
{
    u8 shift = (u8)(31 - index);
    return (s32)(value << shift) >> shift;
}
static __always_inline s64 sign_extend64(u64 value, int index)
{
    u8 shift = (u8)(63 - index);
    return (s64)(value << shift) >> shift;
}
static __always_inline int get_count_order(unsigned int count) { return count == 0 ? -1 : fls(count - 1); }
static __always_inline int get_count_order_long(unsigned long count) { return count == 0 ? -1 : fls64(count - 1); }

#define ASHLAR_WORD(address, nr) ((unsigned long *)(address) + BIT_WORD((unsigned long)(nr)))
static __always_inline void set_bit(long nr, volatile unsigned long *address)
{
    __atomic_fetch_or(address + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}
static __always_inline void clear_bit(long nr, volatile unsigned long *address)
{
    __atomic_fetch_and(address + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}
static __always_inline void change_bit(long nr, volatile unsigned long *address)
{
    __atomic_fetch_xor(address + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}
static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *address)
{
    return (__atomic_fetch_or(address + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}
static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *address)
{
    return (__atomic_fetch_and(address + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}
static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *address)
{
    return (__atomic_fetch_xor(address + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}
static __always_inline bool test_and_set_bit_lock(long nr, volatile unsigned long *address)
{
    return (__atomic_fetch_or(address + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_ACQUIRE) & BIT_MASK(nr)) != 0;
}
static __always_inline void clear_bit_unlock(long nr, volatile unsigned long *address)
{
    __atomic_fetch_and(address + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}
#define __clear_bit_unlock(nr, address) clear_bit_unlock(nr, address)

/* Plain words, so that what the compiler knows of them stays known. */
static __always_inline void __set_bit(unsigned long nr, volatile unsigned long *address)
{
    ((unsigned long *)address)[BIT_WORD(nr)] |= BIT_MASK(nr);
}
static __always_inline void __clear_bit(unsigned long nr, volatile unsigned long *address)
{
    ((unsigned long *)address)[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}
static __always_inline void __change_bit(unsigned long nr, volatile unsigned long *address)
{
    ((unsigned long *)address)[BIT_WORD(nr)] ^= BIT_MASK(nr);
}
static __always_inline bool __test_and_set_bit(unsigned long nr, volatile unsigned long *address)
{
    unsigned long *word = (unsigned long *)address + BIT_WORD(nr);
    bool old = (*word & BIT_MASK(nr)) != 0;
    *word |= BIT_MASK(nr);
    return old;
}
static __always_inline bool __test_and_clear_bit(unsigned long nr, volatile unsigned long *address)
{
    unsigned long *word = (unsigned long *)address + BIT_WORD(nr);
    bool old = (*word & BIT_MASK(nr)) != 0;
    *word &= ~BIT_MASK(nr);
    return old;
}
static __always_inline bool __test_and_change_bit(unsigned long nr, volatile unsigned long *address)
{
    unsigned long *word = (unsigned long *)address + BIT_WORD(nr);
    bool old = (*word & BIT_MASK(nr)) != 0;
    *word ^= BIT_MASK(nr);
    return old;
}
static __always_inline bool ashlar_test_bit_volatile(unsigned long nr, const volatile unsigned long *address)
{
    return ((address[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1) != 0;
}
static __always_inline bool ashlar_test_bit_plain(unsigned long nr, const unsigned long *address)
{
    return ((address[BIT_WORD(nr)] >> (nr % BITS_PER_LONG)) & 1) != 0;
}
#define test_bit(nr, address)                                                                           \
    (__builtin_constant_p(nr) && __builtin_constant_p(((const unsigned long *)(address))[BIT_WORD(nr)]) \
         ? ashlar_test_bit_plain((unsigned long)(nr), (const unsigned long *)(address))                 \
         : ashlar_test_bit_volatile((unsigned long)(nr), (const unsigned long *)(address)))
static __always_inline bool test_bit_acquire(unsigned long nr, const volatile unsigned long *address)
{
    return ((__atomic_load_n(address + BIT_WORD(nr), __ATOMIC_ACQUIRE) >> (nr % BITS_PER_LONG)) & 1) != 0;
}
#define assign_bit(nr, address, value) ((value) ? set_bit((nr), (address)) : clear_bit((nr), (address)))
#define __assign_bit(nr, address, value) ((value) ? __set_bit((nr), (address)) : __clear_bit((nr), (address)))
#define smp_mb__before_clear_bit() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_mb__after_clear_bit() __atomic_thread_fence(__ATOMIC_SEQ_CST)

#define set_mask_bits(pointer, mask, bits)                                                               \
    ({                                                                                                   \
        __typeof__(*(pointer)) ashlar_old = READ_ONCE(*(pointer)), ashlar_new;                           \
        do {                                                                                             \
            ashlar_new = (ashlar_old & ~(mask)) | (bits);                                                \
        } while (!__atomic_compare_exchange_n(pointer, &ashlar_old, ashlar_new, false, __ATOMIC_SEQ_CST, \
                                              __ATOMIC_SEQ_CST));                                        \
        ashlar_old;                                                                                      \
    })

#define set_bit_le(nr, address) set_bit((nr), (unsigned long *)(address))
#define clear_bit_le(nr, address) clear_bit((nr), (unsigned long *)(address))
#define test_bit_le(nr, address) test_bit((nr), (unsigned long *)(address))
#define __set_bit_le(nr, address) __set_bit((nr), (unsigned long *)(address))
#define __clear_bit_le(nr, address) __clear_bit((nr), (unsigned long *)(address))

#include <linux/find.h>
