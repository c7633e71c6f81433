// The frames under their Linux names, and the checks on what callers give back.

#include <linux/kernel.h>
#include <linux/mm.h>

#include "kmem/fast_frames.h"

using namespace ashlar;
using namespace ashlar::kmem;

namespace {

[[gnu::noinline]] void bad_page(const Page& page, const char* what) {
    ashlar_warn_text(__FILE__, __LINE__, "free_page",
                     "BUG: Bad page state: %s (pfn %zx, kind %d, state %d, order %d, refcount %d)",
                     what, index_of(page), page.ashlar_kind, page.ashlar_state, page.ashlar_order,
                     page_ref_count(&page));
}

// Whether a frame that is being freed is the start of something that was handed out.
bool can_be_freed(const Page& page) {
    if (kind_of(page) == Kind::Large) return true;
    const char* what = kind_of(page) == Kind::FreeDirty || page.ashlar_state == kCached
                           ? "double free of a page frame"
                       : kind_of(page) == Kind::Slab ? "a slab's frame freed as a page"
                       : is_tail(page)               ? "a frame inside a compound block freed"
                                                     : "a frame freed that is not allocated";
    bad_page(page, what);
    return false;
}

// A reference is gone, and somebody else still holds the first frame; the others of a plain block
// are nobody's.
void release_others(Page& page, unsigned order) {
    while (order-- > 0) {
        Page& upper = (&page)[usize{1} << order];
        upper.ashlar_kind = static_cast<u8>(Kind::Large);
        upper.ashlar_order = static_cast<u8>(order);
        release(upper, order);
    }
    page.ashlar_order = 0;
}

[[gnu::noinline]] void free_carefully(Page* page, unsigned order) {
    // Frames without an own count (inside a block that is not compound) have no state either.
    const bool was_head = PageHead(page);
    if (page_ref_count(page) <= 0) {
        if (can_be_freed(*page)) bad_page(*page, "freed without a reference");
        return;
    }
    if (!can_be_freed(*page)) return;
    if (order != page->ashlar_order) {
        bad_page(*page, "freed with another order than it was allocated with");
        order = page->ashlar_order;
    }
    if (put_page_testzero(page)) {
        release(*page, order);
    } else if (!was_head) {
        release_others(*page, order);
    }
}

// Somebody looked up the frame and took a reference just now.
[[gnu::noinline]] void free_shared(Page* page, unsigned order) {
    release_others(*page, order);
}

// The list is being drained, or is too long, or interrupts came meanwhile.
[[gnu::noinline]] void free_late(Page* page, unsigned order, bool listed) {
    Zone& zone = zone_of(*page);
    if (!listed) return give_block(zone, *page, order);
    // Entering and leaving a section takes the interrupts.
    trim(zone, order);
}

// Fills the empty places from the CPU's list; answers how many are filled from the first on.
usize take_fast_bulk(gfp_t flags, usize n, Page** array) {
    kernel::Context& context = kernel::self();
    if ((kernel::peek(frame_hooks) | kernel::nesting(context)) != 0) return 0;
    const kernel::IrqsOff off(context);
    CpuList& list = first_lists[flags & kZoneFlags][off.cpu()];
    if (!try_lock(list)) return 0;
    usize filled = 0;
    for (; filled < n; filled++) {
        if (array[filled] != nullptr) continue;
        Page* page = pop(list, 0);
        if (page == nullptr) break;
        make_allocated(*page, 0);
        array[filled] = page;
    }
    unlock(list);
    return filled;
}

// Frames that follow each other in memory, each with its one reference, go to their zone as one
// run. Answers how many references are gone; 0: there are too few to be worth it.
int put_run(Page** pages, int most) {
    constexpr int kWorthIt = 8;
    if (kernel::peek(frame_hooks) != 0 || most < kWorthIt) return 0;
    Page* const first = pages[0];
    Zone& zone = zone_of(*first);
    Page* const end = ashlar_the_layout.memmap + zone.end;
    const auto word = FrameWord::make(Kind::Large, 0, kPlain, 1);
    const auto ordinary = [&](int i) {
        Page* page = first + i;
        return pages[i] == page && page < end && kernel::peek(FrameWord::of(*page)) == word &&
               page->flags == 0;
    };
    int run = 0;
    while (run < most && ordinary(run)) run++;
    if (run < kWorthIt) return 0;
    int freed = 0;
    // A frame that somebody looked up just now stays; the run ends before it.
    while (freed < run && put_page_testzero(first + freed)) {
        kernel::poke(FrameWord::of(first[freed]), FrameWord::make(Kind::None, 0, kPlain, 0));
        freed++;
    }
    if (freed != 0) give_run(zone, *first, static_cast<usize>(freed));
    return freed < run ? freed + 1 : run;
}

[[gnu::noinline]] unsigned long address_of_new(gfp_t flags, unsigned order, const void* caller) {
    Page* page = allocate(flags & ~__GFP_HIGHMEM, order, caller);
    return page == nullptr ? 0 : address(memory_of(*page));
}

}  // namespace

extern "C" {

struct page* alloc_pages(gfp_t flags, unsigned int order) {
    return allocate(flags, order, __builtin_return_address(0));
}

unsigned long __get_free_pages(gfp_t flags, unsigned int order) {
    // Compound or zeroed, or not to be had so easily.
    Page* page = (flags & (__GFP_COMP | __GFP_ZERO)) == 0 ? take_fast(flags & ~__GFP_HIGHMEM, order)
                                                          : nullptr;
    if (page == nullptr) [[unlikely]]
        return address_of_new(flags, order, __builtin_return_address(0));
    return address(memory_of(*page));
}

unsigned long get_zeroed_page(gfp_t flags) {
    return __get_free_pages(flags | __GFP_ZERO, 0);
}

void __free_pages(struct page* page, unsigned int order) {
    kernel::Context* context = kernel::known_self();
    const ashlar_cpu* here;
    // The one reference to a plain block of that order, and nothing else to be thought of.
    if (!kernel::is_known(context) || order >= kListOrders ||
        kernel::peek(FrameWord::of(*page)) != FrameWord::make(Kind::Large, order, kPlain, 1) ||
        page->flags != 0 || (kernel::peek(frame_hooks) | kernel::nesting(*context)) != 0 ||
        (here = kernel::irqs_off_outermost(*context)) == nullptr) [[unlikely]] {
        return free_carefully(page, order);
    }
    if (!put_page_testzero(page)) [[unlikely]] {
        kernel::irqs_on_abandoned(*context);
        return free_shared(page, order);
    }
    CpuList& list = zone_of(*page).lists[here->number];
    const bool listed = try_lock(list);
    bool more = !listed;
    if (listed) [[likely]] {
        push(list, *page, order);
        more = list.frames > list.limit;
        unlock(list);
    }
    more |= kernel::irqs_on_outermost(*context);
    if (more) [[unlikely]]
        free_late(page, order, listed);
}

void free_pages(unsigned long where, unsigned int order) {
    if (where == 0) return;
    Page* page = frame_at(reinterpret_cast<void*>(where));
    BUG_ON(page == nullptr);
    __free_pages(page, order);
}

void put_page(struct page* page) {
    page = compound_head(page);
    if (page_ref_count(page) <= 0 || kind_of(*page) != Kind::Large) {
        if (can_be_freed(*page)) bad_page(*page, "put without a reference");
        return;
    }
    if (put_page_testzero(page)) release(*page, PageHead(page) ? page->ashlar_order : 0);
}

void ashlar_page_bad_get(struct page* page) {
    bad_page(*page, "get_page of a frame without references");
}

void split_page(struct page* page, unsigned int order) {
    BUG_ON(PageHead(page));
    for (Page* const end = page + (usize{1} << order); page != end; page++) {
        kernel::poke(FrameWord::of(*page), FrameWord::make(Kind::Large, 0, kPlain, 1));
        page->flags = 0;
        page->mapping = nullptr;
        page->private_data = 0;
    }
}

void release_pages(struct page** pages, int count) {
    for (int i = 0; i < count;) {
        const int run = put_run(pages + i, count - i);
        if (run == 0) put_page(pages[i]);
        i += run == 0 ? 1 : run;
    }
}

void* alloc_pages_exact(size_t size, gfp_t flags) {
    const unsigned order = static_cast<unsigned>(get_order(size));
    WARN_ON_ONCE((flags & __GFP_COMP) != 0);
    Page* page =
        allocate(flags & ~(__GFP_COMP | __GFP_HIGHMEM), order, __builtin_return_address(0));
    if (page == nullptr) return nullptr;
    split_page(page, order);
    for (usize i = PAGE_ALIGN(size) >> PAGE_SHIFT; i < usize{1} << order; i++)
        __free_pages(page + i, 0);
    return memory_of(*page);
}

void free_pages_exact(void* where, size_t size) {
    for (usize at = 0; at < size; at += PAGE_SIZE) free_pages(address(where) + at, 0);
}

unsigned long alloc_pages_bulk_array(gfp_t flags, unsigned long n, struct page** array) {
    unsigned long filled = 0;
    // The list's frames in one section, the rest one by one.
    if ((flags & __GFP_ZERO) == 0) filled = take_fast_bulk(flags, n, array);
    while (filled < n) {
        if (array[filled] == nullptr) {
            array[filled] = allocate(flags, 0, __builtin_return_address(0));
            if (array[filled] == nullptr) break;
        }
        filled++;
    }
    return filled;
}

unsigned long alloc_pages_bulk_list(gfp_t flags, unsigned long n, struct list_head* list) {
    unsigned long got = 0;
    for (; got < n; got++) {
        Page* page = allocate(flags, 0, __builtin_return_address(0));
        if (page == nullptr) break;
        list_add(&page->lru, list);
    }
    return got;
}

// ---- fragments ----------------------------------------------------------------

// The cache has one reference to its block and every fragment another.
static bool refill(page_frag_cache& cache, gfp_t flags) {
    constexpr unsigned kWanted = 3;  // as Linux: a block of 32 KiB serves many small buffers
    const gfp_t gently =
        (flags & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC;
    unsigned order = kWanted;
    Page* page = alloc_pages(gently | __GFP_COMP, order);
    if (page == nullptr) {
        order = 0;
        page = alloc_pages(flags, order);
    }
    cache.va = page != nullptr ? memory_of(*page) : nullptr;
    cache.offset = 0;
    cache.size = static_cast<unsigned>(PAGE_SIZE << order);
    cache.pfmemalloc = page != nullptr && page_is_pfmemalloc(page);
    return page != nullptr;
}

void* page_frag_alloc_align(page_frag_cache* cache, unsigned size, gfp_t flags,
                            unsigned align_mask) {
    if (cache->va == nullptr && !refill(*cache, flags)) return nullptr;
    unsigned start = (cache->offset + ~align_mask) & align_mask;
    if (usize{start} + size > cache->size) {
        Page* page = virt_to_page(cache->va);
        if (page_ref_count(page) != 1) {
            page_frag_cache_drain(cache);
            if (!refill(*cache, flags)) return nullptr;
        }
        // Nobody else has a piece of it: from the start again.
        start = 0;
        if (size > cache->size) return nullptr;
    }
    cache->offset = start + size;
    get_page(virt_to_page(cache->va));
    return static_cast<char*>(cache->va) + start;
}

void page_frag_free(void* address) {
    put_page(virt_to_head_page(address));
}

void page_frag_cache_drain(page_frag_cache* cache) {
    if (cache->va != nullptr) put_page(virt_to_page(cache->va));
    cache->va = nullptr;
}

void __page_frag_cache_drain(struct page* page, unsigned references) {
    while (references-- != 0) put_page(page);
}

// ---- what a frame is --------------------------------------------------------

struct page* compound_head(const struct page* page) {
    return &head_of(*const_cast<Page*>(page));
}
unsigned int compound_order(struct page* page) {
    return PageHead(page) || kind_of(*page) == Kind::Slab ? page->ashlar_order : 0;
}
int PageCompound(const struct page* page) {
    return is_tail(*page) || (kind_of(*page) == Kind::Large && PageHead(page));
}
int PageTail(const struct page* page) {
    return is_tail(*page);
}
int PageSlab(const struct page* page) {
    return kind_of(*compound_head(page)) == Kind::Slab;
}
int PageBuddy(const struct page* page) {
    return kind_of(*page) == Kind::FreeDirty;
}
enum zone_type page_zonenum(const struct page* page) {
    return static_cast<zone_type>(&zone_of(*page) - zones);
}

unsigned long nr_free_pages(void) {
    unsigned long frames = 0;
    for (Zone& zone : zones) frames += zone.free_frames();
    return frames;
}
unsigned long nr_free_buffer_pages(void) {
    return nr_free_pages();
}
unsigned long totalram_pages(void) {
    ashlar_memory();
    return managed_frames;
}
unsigned long si_mem_available(void) {
    return nr_free_pages();
}
bool want_init_on_alloc(gfp_t flags) {
    return init_on_alloc(flags);
}
bool want_init_on_free(void) {
    return init_on_free();
}
bool page_is_pfmemalloc(const struct page* page) {
    return test_bit(ASHLAR_PG_PFMEMALLOC, &page->flags);
}
bool gfp_pfmemalloc_allowed(gfp_t flags) {
    return (flags & __GFP_MEMALLOC) != 0 || (current->flags & PF_MEMALLOC) != 0;
}

void drain_local_pages(struct zone*) {
    const kernel::Pinned pinned(kernel::self());
    for (Zone& zone : zones) drain_cpu(zone, pinned.cpu());
}

void drain_all_pages(struct zone*) {
    for (Zone& zone : zones) {
        for (unsigned cpu = 0; cpu < ashlar_port_cpu_count(); cpu++) drain_cpu(zone, cpu);
    }
}

}  // extern "C"
