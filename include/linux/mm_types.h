/* SPDX-License-Identifier: MIT */
/*
 * struct page: 64 bytes for every frame, in one array. The first 16 bytes belong to the engine
 * (who uses the frame, see src/core/descriptor.h); while the frame is free or a slab the rest does
 * too. A frame that alloc_pages handed out has the fields that Linux code uses; what the user put
 * into lru, mapping, index and private is the user's until the frame goes back.
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct address_space;
struct mem_cgroup;
#define ASHLAR_PAGE_FIELDS                                                         \
    void *ashlar_owner; /* not NULL exactly in slabs */                            \
    unsigned char ashlar_kind;                                                     \
    unsigned char ashlar_order; /* of the block, in its first frame */             \
    unsigned char ashlar_state;                                                    \
    unsigned char ashlar_flags;                                                    \
    atomic_t _refcount;                                                            \
    unsigned long flags;                                                           \
    union {                                                                        \
        struct list_head lru;                                                      \
        struct {                                                                   \
            struct page *ashlar_head; /* in the tail frames of a compound block */ \
            unsigned long compound_tail;                                           \
        };                                                                         \
        struct callback_head callback_head_storage;                                \
    };                                                                             \
    struct address_space *mapping;                                                 \
    pgoff_t index;                                                                 \
    unsigned long ASHLAR_PRIVATE_FIELD;
struct page {
    ASHLAR_PAGE_FIELDS
} __attribute__((__aligned__(64)));
struct folio {
    union {
        struct {
            ASHLAR_PAGE_FIELDS
        };
        struct page page;
    };
};
struct page_frag {
    struct page *page;
    __u32 offset;
    __u32 size;
};
struct page_frag_cache {
    void *va;
    __u32 offset; /* where the next fragment may start */
    __u32 size;
    bool pfmemalloc;
};
#define STRUCT_PAGE_MAX_SHIFT 6

struct vm_area_struct {
    unsigned long vm_start, vm_end;
    unsigned long vm_pgoff;
    unsigned long vm_flags;
    unsigned long vm_page_prot;
    void *vm_private_data;
};
struct mm_struct {
    struct rw_semaphore mmap_lock;
    spinlock_t page_table_lock;
};
typedef unsigned int vm_fault_t;
