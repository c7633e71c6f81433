// Areas of address space for vmalloc and vmap.
//
// Free ranges stand in a tree by address, each knowing the longest of its
// subtree, so the lowest range that fits is found in logarithmic time; areas in
// use stand in a second tree. A guard gap of one page lies behind each area and
// is never mapped.
//
// What vfree gives back is unmapped later, many areas with one flush: a lazy
// area keeps its frames and its place until the purge. Small lazy areas are
// kept mapped on a shelf by size and handed out again as they are: then neither
// mapping nor unmapping happens at all.
//
//   free range --reserve--> area in use --vfree--> shelf --vmalloc--> area in use
//        ^                       |                   |
//        |                       +--> lazy list <----+ (shelf full, purge)
//        +------ purge: unmap, flush, free frames ---+
//
// Lock order: `areas_lock` alone; frames and objects are taken and given outside.
#pragma once

#include <linux/rbtree_augmented.h>
#include <linux/vmalloc.h>

#include "core/lock.h"
#include "core/types.h"
#include "port/kernel_context.h"

namespace ashlar::vmap {

struct Range {
    rb_node by_address;
    uptr start;
    uptr end;
    usize longest;  // of the subtree
};

struct Area {
    rb_node by_address;
    vm_struct vm;
    uptr start;    // vm.addr
    uptr end;      // with the guard gap
    usize mapped;  // bytes from start that are mapped
    bool in_modules;
    bool ram;    // by vm_map_ram
    bool plain;  // ordinary rights and frames: may go to the shelf
    Area* next;  // on the lazy list or a shelf
};

void start_areas();

// An area of `bytes` (whole pages) and its guard gap, nothing mapped; null when none is left.
Area* reserve(usize bytes, usize align, uptr low, uptr high, gfp_t flags);
// Takes an area that is not mapped (any more) apart.
void unreserve(Area* area);

Area* find(const void* address);         // the one that contains it
Area* find_locked(const void* address);  // the same under areas_lock
Area* find_start(const void* address);

// Maps the frames in runs as long as they come; all or nothing.
int map_frames(Area& area, struct page** pages, usize count, unsigned rights);

// Out of use: off the tree at once, unmapped with the next purge. `frames_too`: its frames are
// freed then.
void retire(Area* area, bool frames_too);
Area* take_shelved(usize pages);
usize purge();

template <class Visit>
void for_each_area(Visit visit);

extern kernel::IrqSpinLock areas_lock;
extern rb_root in_use;

template <class Visit>
void for_each_area(Visit visit) {
    const Guard<kernel::IrqSpinLock> guard(areas_lock);
    for (rb_node* node = rb_first(&in_use); node != nullptr; node = rb_next(node)) {
        visit(*rb_entry(node, Area, by_address));
    }
}

}  // namespace ashlar::vmap
