/* SPDX-License-Identifier: MIT */
/* Both ports are little-endian machines; the assertion keeps it true. libc asks for this file too. */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <asm/byteorder.h>
#else
#ifndef ASHLAR_ASM_BYTEORDER_H
#define ASHLAR_ASM_BYTEORDER_H
#include <linux/kconfig.h>
#include <linux/swab.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "a big-endian port must write its own asm/byteorder.h"
#endif
#ifndef __LITTLE_ENDIAN
#define __LITTLE_ENDIAN 1234
#endif
#ifndef __LITTLE_ENDIAN_BITFIELD
#define __LITTLE_ENDIAN_BITFIELD
#endif
#define __constant_cpu_to_le32(x) (x)
#define __constant_cpu_to_be16(x) ((__be16)__builtin_bswap16(x))
#define __constant_cpu_to_be32(x) ((__be32)__builtin_bswap32(x))
#define __cpu_to_le16(x) ((__le16)(x))
#define __cpu_to_le32(x) ((__le32)(x))
#define __cpu_to_le64(x) ((__le64)(x))
#define __le16_to_cpu(x) ((__u16)(x))
#define __le32_to_cpu(x) ((__u32)(x))
#define __le64_to_cpu(x) ((__u64)(x))
#define __cpu_to_be16(x) ((__be16)__builtin_bswap16(x))
#define __cpu_to_be32(x) ((__be32)__builtin_bswap32(x))
#define __cpu_to_be64(x) ((__be64)__builtin_bswap64(x))
#define __be16_to_cpu(x) __builtin_bswap16(x)
#define __be32_to_cpu(x) __builtin_bswap32(x)
#define __be64_to_cpu(x) ((__u64)__builtin_bswap64(x))
#define cpu_to_le16 __cpu_to_le16
#define cpu_to_le32 __cpu_to_le32
#define cpu_to_le64 __cpu_to_le64
#define le16_to_cpu __le16_to_cpu
#define le32_to_cpu __le32_to_cpu
#define le64_to_cpu __le64_to_cpu
#define cpu_to_be16 __cpu_to_be16
#define cpu_to_be32 __cpu_to_be32
#define cpu_to_be64 __cpu_to_be64
#define be16_to_cpu __be16_to_cpu
#define be32_to_cpu __be32_to_cpu
#define be64_to_cpu __be64_to_cpu
#define le32_to_cpup(p) le32_to_cpu(*(p))
#define be32_to_cpup(p) be32_to_cpu(*(p))
#define le32_to_cpus(p) ((void)(p))
#define cpu_to_le32s(p) ((void)(p))
#endif
#endif
