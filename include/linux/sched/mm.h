/* SPDX-License-Identifier: MIT */
/* Scopes in which every allocation of the calling task is weaker than its GFP flags say. */
#pragma once
#include <linux/kconfig.h>
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

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
/* The only mm is init_mm, which stays whatever the counts say; no task has it for its own. */
static inline void mmgrab(struct mm_struct *mm) { atomic_inc(&mm->mm_count); }
static inline void mmdrop(struct mm_struct *mm) { atomic_dec(&mm->mm_count); }
static inline void mmget(struct mm_struct *mm) { atomic_inc(&mm->mm_users); }
static inline bool mmget_not_zero(struct mm_struct *mm) { return atomic_inc_not_zero(&mm->mm_users); }
static inline void mmput(struct mm_struct *mm) { atomic_dec(&mm->mm_users); }
/* NULL for a kernel thread, and for whoever has none. */
static inline struct mm_struct *get_task_mm(struct task_struct *task)
{
    struct mm_struct *mm;

    task_lock(task);
    mm = task->flags & PF_KTHREAD ? NULL : task->mm;
    if (mm) mmget(mm);
    task_unlock(task);
    return mm;
}
