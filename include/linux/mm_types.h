/* SPDX-License-Identifier: MIT */
/*
 * struct page: 64 bytes for every frame, in one array. The first 16 bytes belong to the engine
 * (who uses the frame, see src/core/descriptor.h); while the frame is free or a slab the rest does
 * too. A frame that alloc_pages handed out has the fields that Linux code uses; what the user put
 * into lru, mapping, index, private and page_type is the user's until the frame goes back. The last
 * is the half of `flags` where Linux keeps zone and node, which here nobody needs: it begins as 0,
 * and only operations on flags that are atomic keep it while another CPU writes it.
 */
#pragma once
#include <linux/kconfig.h>
#include <asm/page.h>
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/pgtable.h>
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
    union {                                                                        \
        unsigned long flags;                                                       \
        struct {                                                                   \
            unsigned int ashlar_flag_bits;                                         \
            union {                                                                \
                unsigned int page_type;                                            \
                unsigned int units;                                                \
                atomic_t _mapcount;                                                \
            };                                                                     \
        };                                                                         \
    };                                                                             \
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

struct file;
struct mm_struct;
struct vm_operations_struct;
/* A mapping of a device's memory that a program asked for: see linux/mm.h. */
struct vm_area_struct {
    unsigned long vm_start, vm_end;
    struct mm_struct *vm_mm;
    unsigned long vm_pgoff;
    unsigned long vm_flags;
    pgprot_t vm_page_prot;
    const struct vm_operations_struct *vm_ops;
    struct file *vm_file;
    void *vm_private_data;
};
struct mm_struct {
    struct rw_semaphore mmap_lock;
    spinlock_t page_table_lock;
    atomic_t mm_users, mm_count;
};
ASHLAR_BEGIN_C
/* Of all device mappings of the program. */
extern struct mm_struct init_mm;
ASHLAR_END_C
typedef unsigned int vm_fault_t;
