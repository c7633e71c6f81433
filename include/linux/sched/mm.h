/* SPDX-License-Identifier: MIT */
/* Scopes in which every allocation of the calling task is weaker than its GFP flags say. */
#pragma once
#include <linux/kconfig.h>
#include <linux/gfp.h>
#include <linux/sched.h>

static inline unsigned int ashlar_scope_enter(unsigned int flag)
{
    unsigned int before = current->flags & flag;
    current->flags |= flag;
    return before;
}
static inline void ashlar_scope_leave(unsigned int flag, unsigned int before)
{
    current->flags = (current->flags & ~flag) | before;
}
static inline unsigned int memalloc_noio_save(void) { return ashlar_scope_enter(PF_MEMALLOC_NOIO); }
static inline void memalloc_noio_restore(unsigned int before) { ashlar_scope_leave(PF_MEMALLOC_NOIO, before); }
static inline unsigned int memalloc_nofs_save(void) { return ashlar_scope_enter(PF_MEMALLOC_NOFS); }
static inline void memalloc_nofs_restore(unsigned int before) { ashlar_scope_leave(PF_MEMALLOC_NOFS, before); }
static inline unsigned int memalloc_noreclaim_save(void) { return ashlar_scope_enter(PF_MEMALLOC); }
static inline void memalloc_noreclaim_restore(unsigned int before) { ashlar_scope_leave(PF_MEMALLOC, before); }
static inline gfp_t current_gfp_context(gfp_t flags)
{
    unsigned int scope = READ_ONCE(current->flags);
    if (scope & PF_MEMALLOC_NOIO)
        flags &= ~(__GFP_IO | __GFP_FS);
    else if (scope & PF_MEMALLOC_NOFS)
        flags &= ~__GFP_FS;
    return flags;
}
/* For lock dependency checking, which is not here. */
static inline void fs_reclaim_acquire(gfp_t flags) { (void)flags; }
static inline void fs_reclaim_release(gfp_t flags) { (void)flags; }
#define might_alloc(flags) might_sleep_if(gfpflags_allow_blocking(flags))
