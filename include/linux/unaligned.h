/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <asm/byteorder.h>
#include <linux/string.h>
#include <linux/types.h>

#define get_unaligned(pointer)                                                               \
    ({                                                                                       \
        const struct {                                                                       \
            __typeof__(*(pointer)) ashlar_value;                                             \
        } __attribute__((__packed__)) *ashlar_packed = (__typeof__(ashlar_packed))(pointer); \
        ashlar_packed->ashlar_value;                                                         \
    })
#define put_unaligned(value, pointer)                                                        \
    do {                                                                                     \
        struct {                                                                             \
            __typeof__(*(pointer)) ashlar_value;                                             \
        } __attribute__((__packed__)) *ashlar_packed = (__typeof__(ashlar_packed))(pointer); \
        ashlar_packed->ashlar_value = (value);                                               \
    } while (0)
#define ASHLAR_UNALIGNED(bits, order, convert_in, convert_out)                    \
    static inline u##bits get_unaligned_##order##bits(const void *pointer)        \
    {                                                                             \
        u##bits value;                                                            \
        memcpy(&value, pointer, sizeof(value));                                   \
        return (u##bits)convert_in(value);                                        \
    }                                                                             \
    static inline void put_unaligned_##order##bits(u##bits number, void *pointer) \
    {                                                                             \
        u##bits value = (u##bits)convert_out(number);                             \
        memcpy(pointer, &value, sizeof(value));                                   \
    }
ASHLAR_UNALIGNED(16, le, le16_to_cpu, cpu_to_le16)
ASHLAR_UNALIGNED(32, le, le32_to_cpu, cpu_to_le32)
ASHLAR_UNALIGNED(64, le, le64_to_cpu, cpu_to_le64)
ASHLAR_UNALIGNED(16, be, be16_to_cpu, cpu_to_be16)
ASHLAR_UNALIGNED(32, be, be32_to_cpu, cpu_to_be32)
ASHLAR_UNALIGNED(64, be, be64_to_cpu, cpu_to_be64)
#undef ASHLAR_UNALIGNED
