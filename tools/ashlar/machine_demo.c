// What `ashlar machine` runs before it shows the machine: a kernel after a long
// day, written as kernel code.
//
// Caches and buffers come first, while memory is fresh. Then all that is left
// is taken frame by frame and given back here and there, as pages of files are,
// and one run is given back whole. In what results, kmalloc finds its contiguous
// block only in that run, and vmalloc needs none.

#include "machine_demo.h"

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct inode_like {
    struct list_head list;
    unsigned long number;
    char rest[576];
};
struct dentry_like {
    struct list_head list;
    char name[176];
};

static struct kmem_cache *inodes, *dentries;
static LIST_HEAD(inode_list);
static LIST_HEAD(dentry_list);
static LIST_HEAD(page_cache);
static void* ring[64];
static struct rnd_state chance;

// Creates `count` objects and drops every third again, as a cache of files does.
static int fill_caches(int count) {
    struct inode_like *inode, *next_inode;
    struct dentry_like *dentry, *next_dentry;

    inodes = KMEM_CACHE(inode_like, SLAB_RECLAIM_ACCOUNT);
    dentries = KMEM_CACHE(dentry_like, SLAB_RECLAIM_ACCOUNT | SLAB_HWCACHE_ALIGN);
    if (!inodes || !dentries) return -ENOMEM;
    for (int i = 0; i < count; i++) {
        inode = kmem_cache_zalloc(inodes, GFP_KERNEL);
        dentry = kmem_cache_zalloc(dentries, GFP_KERNEL);
        if (!inode || !dentry) return -ENOMEM;
        inode->number = (unsigned long)i;
        list_add_tail(&inode->list, &inode_list);
        list_add_tail(&dentry->list, &dentry_list);
    }
    list_for_each_entry_safe(inode, next_inode, &inode_list, list) {
        if (inode->number % 3) continue;
        list_del(&inode->list);
        kmem_cache_free(inodes, inode);
    }
    list_for_each_entry_safe(dentry, next_dentry, &dentry_list, list) {
        if (prandom_u32_state(&chance) % 3) continue;
        list_del(&dentry->list);
        kmem_cache_free(dentries, dentry);
    }
    return 0;
}

static int fill_ring(void) {
    for (unsigned int i = 0; i < ARRAY_SIZE(ring); i++) {
        ring[i] = kmalloc(i % 8 ? 2048 : 16384, GFP_KERNEL);
        if (!ring[i]) return -ENOMEM;
    }
    return 0;
}

static bool in_run(struct page* page, unsigned long first, unsigned long frames) {
    return page_to_pfn(page) - first < frames;
}

// Takes every frame, then gives back `percent` of them one by one and, whole, the run of frames
// [first, first + frames), of which no more than `frames` in a row are free then.
static void age(unsigned int percent, unsigned long* first, unsigned long frames) {
    unsigned int scope = memalloc_noreclaim_save();
    struct page *page, *next;
    unsigned long middle = 0, count = 0;

    while ((page = alloc_page(GFP_NOWAIT | __GFP_NOWARN))) {
        list_add_tail(&page->lru, &page_cache);
        count++;
    }
    memalloc_noreclaim_restore(scope);
    // A run that is all page cache, near the middle of it.
    list_for_each_entry(page, &page_cache, lru) {
        if (page_to_pfn(page) % frames == 0) middle = 0;
        if (++middle == frames && page_to_pfn(page) % frames == frames - 1) {
            *first = page_to_pfn(page) + 1 - frames;
            if (page_to_pfn(page) > totalram_pages() / 2) break;
        }
    }
    list_for_each_entry_safe(page, next, &page_cache, lru) {
        bool neighbour = in_run(page, *first - 1, 1) || in_run(page, *first + frames, 1);
        if (!in_run(page, *first, frames) &&
            (neighbour || prandom_u32_state(&chance) % 100 >= percent))
            continue;
        list_del(&page->lru);
        __free_page(page);
    }
    drain_all_pages(NULL);
}

int ashlar_demo_run(struct ashlar_demo* demo) {
    unsigned long frames = 1UL << get_order(demo->kmalloc_bytes);
    unsigned long first = 0;

    prandom_seed_state(&chance, 4);
    if (fill_caches(6000) || fill_ring()) return -ENOMEM;
    if (!vmalloc(200 * 1024) || !vzalloc(60 * 1024)) return -ENOMEM;
    age(22, &first, frames);

    demo->kmalloc_block = kmalloc(demo->kmalloc_bytes, GFP_KERNEL);
    demo->kmalloc_again = kmalloc(demo->kmalloc_bytes, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
    demo->vmalloc_area = vmalloc(demo->vmalloc_bytes);
    return 0;
}

unsigned long ashlar_demo_frame(const void* address) {
    return is_vmalloc_addr(address) ? vmalloc_to_pfn(address) : virt_to_phys(address) >> PAGE_SHIFT;
}
