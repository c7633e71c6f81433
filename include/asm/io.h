/* SPDX-License-Identifier: MIT */
/*
 * Device registers are memory that ioremap() cannot give here: there are no devices. The accessors
 * work on any address, so that code which is handed a buffer as its registers runs.
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <asm/page.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>
#define ASHLAR_IO(type, letter)                                                            \
    static inline type __raw_read##letter(const volatile void __iomem *address)            \
    {                                                                                      \
        return *(const volatile type *)address;                                            \
    }                                                                                      \
    static inline void __raw_write##letter(type value, volatile void __iomem *address)     \
    {                                                                                      \
        *(volatile type *)address = value;                                                 \
    }                                                                                      \
    static inline type read##letter##_relaxed(const volatile void __iomem *address)        \
    {                                                                                      \
        return __raw_read##letter(address);                                                \
    }                                                                                      \
    static inline void write##letter##_relaxed(type value, volatile void __iomem *address) \
    {                                                                                      \
        __raw_write##letter(value, address);                                               \
    }                                                                                      \
    static inline type read##letter(const volatile void __iomem *address)                  \
    {                                                                                      \
        type value = __raw_read##letter(address);                                          \
        barrier();                                                                         \
        return value;                                                                      \
    }                                                                                      \
    static inline void write##letter(type value, volatile void __iomem *address)           \
    {                                                                                      \
        barrier();                                                                         \
        __raw_write##letter(value, address);                                               \
    }
ASHLAR_IO(u8, b)
ASHLAR_IO(u16, w)
ASHLAR_IO(u32, l)
ASHLAR_IO(u64, q)
#undef ASHLAR_IO
#define ioread8(address) readb(address)
#define ioread16(address) readw(address)
#define ioread32(address) readl(address)
#define ioread64(address) readq(address)
#define iowrite8(value, address) writeb(value, address)
#define iowrite16(value, address) writew(value, address)
#define iowrite32(value, address) writel(value, address)
#define iowrite64(value, address) writeq(value, address)
#define memcpy_fromio(to, from, count) memcpy(to, (const void *)(from), count)
#define memcpy_toio(to, from, count) memcpy((void *)(to), from, count)
#define memset_io(to, byte, count) memset((void *)(to), byte, count)
