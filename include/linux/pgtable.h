/* SPDX-License-Identifier: MIT */
/* Protections of mappings: a word whose bits the port understands. */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
typedef struct {
    unsigned long pgprot;
} pgprot_t;
#define pgprot_val(x) ((x).pgprot)
#ifdef __cplusplus
#define __pgprot(x) (pgprot_t{(x)})
#else
#define __pgprot(x) ((pgprot_t){(x)})
#endif
#define ASHLAR_PROT_WRITE 1UL
#define ASHLAR_PROT_EXEC 2UL
#define PAGE_KERNEL __pgprot(ASHLAR_PROT_WRITE)
#define PAGE_KERNEL_NOCACHE PAGE_KERNEL
#define PAGE_KERNEL_RO __pgprot(0)
#define PAGE_KERNEL_ROX __pgprot(ASHLAR_PROT_EXEC)
#define PAGE_KERNEL_EXEC __pgprot(ASHLAR_PROT_WRITE | ASHLAR_PROT_EXEC)
#define PAGE_SHARED PAGE_KERNEL
#define pgprot_noncached(prot) (prot)
#define pgprot_writecombine(prot) (prot)
#define pgprot_nx(prot) __pgprot(pgprot_val(prot) & ~ASHLAR_PROT_EXEC)
