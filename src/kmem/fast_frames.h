// The fast paths of frames: a block popped from or pushed on a list of the CPU.
//
// As in fast_path.h, they serve the ordinary request in the ordinary context
// and answer null or false for everything else: the caller goes to the careful
// form then. Flags matter only where they choose the zone; what the frame
// becomes (compound, zeroed) is the caller's business.
//
// A block that comes from a list was taken from the zone before, so its
// watermarks were asked then.
#pragma once

#include "kmem/page_alloc.h"

namespace ashlar::kmem {

// What makes every frame special: init_on_alloc, init_on_free, fail_page_alloc.
extern u32 frame_hooks __attribute__((visibility("hidden")));

// Kind, order, state, flags and reference count of a frame are one word.
struct FrameWord {
    static constexpr u64 make(Kind kind, unsigned order, FrameState state, u32 references) {
        return static_cast<u64>(kind) | u64{order} << 8 | u64{state} << 16 | u64{references} << 32;
    }
    static u64& of(Page& page) { return *reinterpret_cast<u64*>(&page.ashlar_kind); }
};
static_assert(offsetof(Page, ashlar_order) == offsetof(Page, ashlar_kind) + 1);
static_assert(offsetof(Page, ashlar_state) == offsetof(Page, ashlar_kind) + 2);
static_assert(offsetof(Page, _refcount) == offsetof(Page, ashlar_kind) + 4);

// The list is the CPU's own, but for who drains it.
inline bool try_lock(CpuList& list) {
    return __atomic_exchange_n(&list.held, 1u, __ATOMIC_ACQUIRE) == 0;
}
inline void unlock(CpuList& list) {
    __atomic_store_n(&list.held, 0u, __ATOMIC_RELEASE);
}

inline void push(CpuList& list, Page& page, unsigned order) {
    kernel::poke(FrameWord::of(page), FrameWord::make(Kind::None, order, kCached, 0));
    page.lru.next = reinterpret_cast<list_head*>(list.first[order]);
    list.first[order] = &page;
    list.frames += 1u << order;
}

// Handed out: one reference, nothing left of its last use.
inline void make_allocated(Page& page, unsigned order) {
    kernel::poke(FrameWord::of(page), FrameWord::make(Kind::Large, order, kPlain, 1));
    page.flags = 0;
    page.lru.next = page.lru.prev = nullptr;
    page.mapping = nullptr;
    page.index = 0;
    page.private_data = 0;
}

inline Page* pop(CpuList& list, unsigned order) {
    Page* page = list.first[order];
    if (page == nullptr) return nullptr;
    list.first[order] = reinterpret_cast<Page*>(page->lru.next);
    list.frames -= 1u << order;
    return page;
}

// Interrupts wait for the section's end. Answers its argument, so that nothing need be kept.
Page* take_interrupts(kernel::Context& context, Page* page);

[[gnu::always_inline]] inline Page* take_fast(gfp_t flags, unsigned order) {
    kernel::Context* context = kernel::known_self();
    const ashlar_cpu* here;
    if (!kernel::is_known(context) || order >= kListOrders ||
        (kernel::peek(frame_hooks) | kernel::nesting(*context)) != 0 ||
        (here = kernel::irqs_off_outermost(*context)) == nullptr) [[unlikely]] {
        return nullptr;
    }
    CpuList& list = first_lists[flags & kZoneFlags][here->number];
    Page* page = nullptr;
    if (try_lock(list)) [[likely]] {
        page = pop(list, order);
        unlock(list);
    }
    if (page == nullptr) [[unlikely]] {
        kernel::irqs_on_abandoned(*context);
        return nullptr;
    }
    make_allocated(*page, order);
    if (kernel::irqs_on_outermost(*context)) [[unlikely]]
        return take_interrupts(*context, page);
    return page;
}

}  // namespace ashlar::kmem
