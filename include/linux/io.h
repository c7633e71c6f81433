/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <asm/io.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/types.h>
ASHLAR_BEGIN_C
void __iowrite32_copy(void __iomem *to, const void *from, size_t count);
void __ioread32_copy(void *to, const void __iomem *from, size_t count);
void __iowrite64_copy(void __iomem *to, const void *from, size_t count);
int check_signature(const volatile void __iomem *address, const unsigned char *signature, int length);
ASHLAR_END_C
