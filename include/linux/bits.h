/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/build_bug.h>
#include <linux/const.h>
#include <linux/types.h>

#define BIT(n) (UL(1) << (n))
#define BIT_ULL(n) (ULL(1) << (n))
#define BIT_MASK(n) (UL(1) << ((n) % BITS_PER_LONG))
#define BIT_WORD(n) ((n) / BITS_PER_LONG)
#define BIT_ULL_MASK(n) (ULL(1) << ((n) % BITS_PER_LONG_LONG))
#define BIT_ULL_WORD(n) ((n) / BITS_PER_LONG_LONG)

#ifndef __cplusplus
#define GENMASK_INPUT_CHECK(high, low) \
    (BUILD_BUG_ON_ZERO(                \
        __builtin_choose_expr(__is_constexpr((long)(low) > (long)(high)), (long)(low) > (long)(high), 0)))
#else
#define GENMASK_INPUT_CHECK(high, low) 0
#endif
#define __GENMASK(high, low) ((~UL(0) - (UL(1) << (low)) + 1) & (~UL(0) >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK(high, low) (GENMASK_INPUT_CHECK(high, low) + __GENMASK(high, low))
#define __GENMASK_ULL(high, low) ((~ULL(0) - (ULL(1) << (low)) + 1) & (~ULL(0) >> (BITS_PER_LONG_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) (GENMASK_INPUT_CHECK(high, low) + __GENMASK_ULL(high, low))
