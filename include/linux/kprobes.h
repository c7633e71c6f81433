/* SPDX-License-Identifier: MIT */
/* As in a kernel without CONFIG_KPROBES. */
#pragma once
#include <linux/kconfig.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/types.h>
#define __kprobes
#define nokprobe_inline __always_inline
#define NOKPROBE_SYMBOL(name)
struct pt_regs;
struct kprobe;
typedef int (*kprobe_pre_handler_t)(struct kprobe *probe, struct pt_regs *regs);
typedef void (*kprobe_post_handler_t)(struct kprobe *probe, struct pt_regs *regs, unsigned long flags);
struct kprobe {
    void *addr;
    const char *symbol_name;
    unsigned int offset;
    kprobe_pre_handler_t pre_handler;
    kprobe_post_handler_t post_handler;
    u32 flags;
};
static inline int register_kprobe(struct kprobe *probe)
{
    (void)probe;
    return -EOPNOTSUPP;
}
static inline void unregister_kprobe(struct kprobe *probe) { (void)probe; }
