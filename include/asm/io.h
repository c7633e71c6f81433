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
/* Ports without devices: an empty bus reads as ones. */
#define ASHLAR_PORT(type, letter)                                                              \
    static inline type in##letter(unsigned long port)                                          \
    {                                                                                          \
        (void)port;                                                                            \
        return (type)~0u;                                                                      \
    }                                                                                          \
    static inline void out##letter(type value, unsigned long port)                             \
    {                                                                                          \
        (void)value;                                                                           \
        (void)port;                                                                            \
    }                                                                                          \
    static inline void ins##letter(unsigned long port, void *to, unsigned long count)          \
    {                                                                                          \
        (void)port;                                                                            \
        memset(to, 0xff, count * sizeof(type));                                                \
    }                                                                                          \
    static inline void outs##letter(unsigned long port, const void *from, unsigned long count) \
    {                                                                                          \
        (void)port;                                                                            \
        (void)from;                                                                            \
        (void)count;                                                                           \
    }
ASHLAR_PORT(u8, b)
ASHLAR_PORT(u16, w)
ASHLAR_PORT(u32, l)
#undef ASHLAR_PORT
#define inb_p(port) inb(port)
#define outb_p(value, port) outb(value, port)
/* There is nothing to map but memory, which ioremap() refuses everywhere. */
static inline void __iomem *ioremap(phys_addr_t physical, size_t size)
{
    (void)physical;
    (void)size;
    return NULL;
}
#define ioremap_wc(physical, size) ioremap(physical, size)
#define ioremap_wt(physical, size) ioremap(physical, size)
#define ioremap_cache(physical, size) ioremap(physical, size)
#define ioremap_uc(physical, size) ioremap(physical, size)
static inline void iounmap(volatile void __iomem *address) { (void)address; }
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
