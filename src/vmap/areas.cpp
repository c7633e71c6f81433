#include "vmap/areas.h"

#include <ashlar/kernel_port.h>

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

namespace ashlar::vmap {

constinit kernel::IrqSpinLock areas_lock{};
rb_root in_use = RB_ROOT;

namespace {

using LockGuard = Guard<kernel::IrqSpinLock>;

rb_root ranges = RB_ROOT;
kmem_cache* range_cache;
kmem_cache* area_cache;

Area* lazy = nullptr;
usize lazy_pages = 0;

// Areas up to this many pages are worth keeping mapped, and so many pages in all.
constexpr usize kShelfSizes = 16;
Area* shelves[kShelfSizes + 1] = {};
usize shelf_pages = 0;
usize shelf_limit = 0;
usize lazy_limit = 0;

usize length_of(Range* range) {
    return range->end - range->start;
}
RB_DECLARE_CALLBACKS_MAX(static, range_augment, Range, by_address, usize, longest, length_of)

Range* range_of(rb_node* node) {
    return node != nullptr ? rb_entry(node, Range, by_address) : nullptr;
}

void link_range(Range* range) {
    rb_node** link = &ranges.rb_node;
    rb_node* parent = nullptr;
    while (*link != nullptr) {
        parent = *link;
        link = range->start < range_of(parent)->start ? &parent->rb_left : &parent->rb_right;
    }
    range->longest = length_of(range);
    rb_link_node(&range->by_address, parent, link);
    range_augment_propagate(parent, nullptr);
    rb_insert_augmented(&range->by_address, &ranges, &range_augment);
}

void unlink_range(Range* range) {
    rb_erase_augmented(&range->by_address, &ranges, &range_augment);
}

void range_changed(Range* range) {
    range_augment_propagate(&range->by_address, nullptr);
}

// Where an area would start in the range; 0 if it does not fit.
uptr place_in(const Range& range, usize length, usize align, uptr low, uptr high) {
    const uptr start = ALIGN(max(range.start, low), align);
    if (start < range.start || start + length < start) return 0;
    return start + length <= min(range.end, high) ? start : 0;
}

// The lowest range with room. `longest` promises a length, alignment may still spoil the fit, then
// the search goes on to the right.
Range* lowest_fit(rb_node* node, usize length, usize align, uptr low, uptr high) {
    Range* range = range_of(node);
    if (range == nullptr || range->longest < length) return nullptr;
    if (range->start > low) {
        if (Range* left = lowest_fit(node->rb_left, length, align, low, high)) return left;
    }
    if (range->start >= high) return nullptr;
    if (place_in(*range, length, align, low, high) != 0) return range;
    return lowest_fit(node->rb_right, length, align, low, high);
}

// Cuts [start, start + length) out of the range. spares[0] serves when two pieces stay; when
// nothing stays, the range becomes spares[1].
void cut(Range* range, uptr start, usize length, Range** spares) {
    const uptr end = start + length;
    if (range->start == start && range->end == end) {
        unlink_range(range);
        spares[1] = range;
        return;
    }
    if (range->start == start) {
        range->start = end;
        range_changed(range);
        return;
    }
    const uptr old_end = range->end;
    range->end = start;
    range_changed(range);
    if (old_end == end) return;
    spares[0]->start = end;
    spares[0]->end = old_end;
    link_range(spares[0]);
    spares[0] = nullptr;
}

// Under the lock. Merges with the neighbours; what becomes superfluous comes back in `spare`.
void give_range(uptr start, uptr end, Range* fresh, Range** superfluous) {
    rb_node* node = ranges.rb_node;
    Range* before = nullptr;
    Range* after = nullptr;
    while (node != nullptr) {
        Range* range = range_of(node);
        if (range->start < start) {
            before = range;
            node = node->rb_right;
        } else {
            after = range;
            node = node->rb_left;
        }
    }
    unsigned at = 0;
    if (before != nullptr && before->end == start) {
        before->end = end;
        if (after != nullptr && after->start == end) {
            unlink_range(after);
            before->end = after->end;
            superfluous[at++] = after;
        }
        range_changed(before);
        superfluous[at++] = fresh;
        return;
    }
    if (after != nullptr && after->start == end) {
        after->start = start;
        range_changed(after);
        superfluous[at++] = fresh;
        return;
    }
    fresh->start = start;
    fresh->end = end;
    link_range(fresh);
}

void link_area(Area* area) {
    rb_node** link = &in_use.rb_node;
    rb_node* parent = nullptr;
    while (*link != nullptr) {
        parent = *link;
        link = area->start < rb_entry(parent, Area, by_address)->start ? &parent->rb_left
                                                                       : &parent->rb_right;
    }
    rb_link_node(&area->by_address, parent, link);
    rb_insert_color(&area->by_address, &in_use);
}

void free_frames(Area& area) {
    if (area.vm.pages == nullptr) return;
    release_pages(area.vm.pages, static_cast<int>(area.vm.nr_pages));
}

void drop(Area* area) {
    kvfree(area->vm.pages);
    unreserve(area);
}

unsigned long count_lazy(shrinker*, shrink_control*) {
    return __atomic_load_n(&lazy_pages, __ATOMIC_RELAXED) +
           __atomic_load_n(&shelf_pages, __ATOMIC_RELAXED);
}
unsigned long scan_lazy(shrinker*, shrink_control*) {
    const unsigned long gave = purge();
    return gave != 0 ? gave : SHRINK_STOP;
}
shrinker lazy_shrinker;

}  // namespace

void start_areas() {
    range_cache =
        kmem_cache_create("vmap_range", sizeof(Range), 0, SLAB_PANIC | SLAB_NOLEAKTRACE, nullptr);
    area_cache =
        kmem_cache_create("vmap_area", sizeof(Area), 0, SLAB_PANIC | SLAB_NOLEAKTRACE, nullptr);
    const ashlar_window& window = *ashlar_port_window();
    const uptr bounds[2][2] = {{window.vmalloc, window.vmalloc + window.vmalloc_bytes},
                               {window.modules, window.modules + window.modules_bytes}};
    for (const auto& bound : bounds) {
        auto* range = static_cast<Range*>(kmem_cache_alloc(range_cache, GFP_KERNEL));
        range->start = bound[0];
        range->end = bound[1];
        link_range(range);
    }
    // Linux's bound for lazily freed pages, 32 MiB for each doubling of CPUs, within reason here.
    const usize frames = ashlar_memory()->pages;
    lazy_limit = min<usize>(fls(ashlar_port_cpu_count()) * (32 * kMiB >> PAGE_SHIFT), frames / 16);
    shelf_limit = min<usize>(8 * kMiB >> PAGE_SHIFT, frames / 64);
    lazy_shrinker.count_objects = count_lazy;
    lazy_shrinker.scan_objects = scan_lazy;
    register_shrinker(&lazy_shrinker, "vmap");
}

// Under no lock. Whether the area found its place.
static bool place_area(Area& area, usize length, usize align, uptr low, uptr high, Range** spares) {
    const LockGuard guard(areas_lock);
    Range* range = lowest_fit(ranges.rb_node, length, align, low, high);
    if (range == nullptr) return false;
    area.start = place_in(*range, length, align, low, high);
    area.end = area.start + length;
    area.vm.addr = reinterpret_cast<void*>(area.start);
    area.vm.size = length;
    cut(range, area.start, length, spares);
    link_area(&area);
    return true;
}

Area* reserve(usize bytes, usize align, uptr low, uptr high, gfp_t flags) {
    flags = (flags & GFP_RECLAIM_MASK) | __GFP_NOWARN;
    auto* area = static_cast<Area*>(kmem_cache_zalloc(area_cache, flags));
    // A cut from the middle of a range leaves two: the second needs an object, taken before the
    // lock.
    Range* spares[2] = {static_cast<Range*>(kmem_cache_alloc(range_cache, flags)), nullptr};
    const bool ready = area != nullptr && spares[0] != nullptr;
    const usize length = bytes + PAGE_SIZE;
    bool placed = ready && place_area(*area, length, align, low, high, spares);
    // Lazy areas may hold the address space that is missing.
    if (!placed && ready && purge() != 0) {
        placed = place_area(*area, length, align, low, high, spares);
    }
    for (Range* spare : spares) {
        if (spare != nullptr) kmem_cache_free(range_cache, spare);
    }
    if (placed) return area;
    if (area != nullptr) kmem_cache_free(area_cache, area);
    return nullptr;
}

static void release_place(Area* area, Range* fresh) {
    Range* superfluous[2] = {};
    {
        const LockGuard guard(areas_lock);
        give_range(area->start, area->end, fresh, superfluous);
    }
    for (Range* range : superfluous) {
        if (range != nullptr) kmem_cache_free(range_cache, range);
    }
}

void unreserve(Area* area) {
    {
        const LockGuard guard(areas_lock);
        if (!RB_EMPTY_NODE(&area->by_address)) {
            rb_erase(&area->by_address, &in_use);
            RB_CLEAR_NODE(&area->by_address);
        }
    }
    auto* fresh = static_cast<Range*>(kmem_cache_alloc(range_cache, GFP_KERNEL | __GFP_NOFAIL));
    release_place(area, fresh);
    kmem_cache_free(area_cache, area);
}

Area* find(const void* pointer) {
    const LockGuard guard(areas_lock);
    return find_locked(pointer);
}

Area* find_locked(const void* pointer) {
    const uptr at = address(pointer);
    rb_node* node = in_use.rb_node;
    while (node != nullptr) {
        Area* area = rb_entry(node, Area, by_address);
        if (at < area->start) {
            node = node->rb_left;
        } else if (at >= area->end) {
            node = node->rb_right;
        } else {
            return area;
        }
    }
    return nullptr;
}

Area* find_start(const void* pointer) {
    Area* area = find(pointer);
    return area != nullptr && area->start == address(pointer) ? area : nullptr;
}

int map_frames(Area& area, struct page** pages, usize count, unsigned rights) {
    for (usize i = 0; i < count;) {
        struct page* first = pages[i];
        usize run = 1;
        while (i + run < count && pages[i + run] == first + run) run++;
        const int error =
            ashlar_port_map(area.start + (i << PAGE_SHIFT), page_to_pfn(first), run, rights);
        if (error != 0) {
            if (i != 0) {
                ashlar_port_unmap(area.start, i << PAGE_SHIFT);
                ashlar_port_flush(area.start, i << PAGE_SHIFT);
            }
            return error;
        }
        i += run;
    }
    area.mapped = count << PAGE_SHIFT;
    return 0;
}

void retire(Area* area, bool frames_too) {
    if (!frames_too) area->vm.nr_pages = 0;
    const usize pages = area->mapped >> PAGE_SHIFT;
    bool full = false;
    {
        const LockGuard guard(areas_lock);
        rb_erase(&area->by_address, &in_use);
        RB_CLEAR_NODE(&area->by_address);
        if (frames_too && area->plain && !want_init_on_free() && pages <= kShelfSizes &&
            shelf_pages + pages <= shelf_limit) {
            area->next = shelves[pages];
            shelves[pages] = area;
            shelf_pages += pages;
        } else {
            area->next = lazy;
            lazy = area;
            lazy_pages += pages;
            full = lazy_pages > lazy_limit;
        }
    }
    if (full) purge();
}

Area* take_shelved(usize pages) {
    if (pages > kShelfSizes) return nullptr;
    const LockGuard guard(areas_lock);
    Area* area = shelves[pages];
    if (area == nullptr) return nullptr;
    shelves[pages] = area->next;
    shelf_pages -= pages;
    link_area(area);
    return area;
}

namespace {

Area* sort_by_address(Area* list) {
    // A merge sort of a list, bottom up as a binary counter of sorted runs.
    Area* runs[64] = {};
    const auto merge = [](Area* a, Area* b) {
        Area* head = nullptr;
        Area** tail = &head;
        while (a != nullptr && b != nullptr) {
            Area*& from = a->start < b->start ? a : b;
            *tail = from;
            tail = &from->next;
            from = from->next;
        }
        *tail = a != nullptr ? a : b;
        return head;
    };
    while (list != nullptr) {
        Area* one = list;
        list = list->next;
        one->next = nullptr;
        unsigned i = 0;
        for (; runs[i] != nullptr; i++) {
            one = merge(runs[i], one);
            runs[i] = nullptr;
        }
        runs[i] = one;
    }
    Area* all = nullptr;
    for (Area* run : runs) all = merge(all, run);
    return all;
}

}  // namespace

usize purge() {
    Area* list = nullptr;
    {
        const LockGuard guard(areas_lock);
        list = lazy;
        lazy = nullptr;
        lazy_pages = 0;
        for (Area*& shelf : shelves) {
            while (Area* area = shelf) {
                shelf = area->next;
                area->next = list;
                list = area;
            }
        }
        shelf_pages = 0;
    }
    if (list == nullptr) return 0;
    list = sort_by_address(list);
    usize gave = 0;
    // Neighbours go with one call: only unmapped guard gaps lie between them.
    for (Area* first = list; first != nullptr;) {
        Area* last = first;
        while (last->next != nullptr && last->next->start == last->end) last = last->next;
        ashlar_port_unmap(first->start, last->start + last->mapped - first->start);
        first = last->next;
    }
    ashlar_port_flush(list->start, 0);
    while (list != nullptr) {
        Area* next = list->next;
        gave += list->vm.nr_pages;
        free_frames(*list);
        drop(list);
        list = next;
    }
    return gave;
}

}  // namespace ashlar::vmap
