// alloc_pages: which zone, how low the free frames may go, and what is done
// when there are too few.
//
//   allocate
//     take_fast               the common case: from the CPU's list, see fast_frames.h
//     attempt(low)
//     attempt(min)            with what the flags allow below the mark
//     reclaim, attempt        again and again, as the flags say:
//        no DIRECT_RECLAIM       not at all
//        NORETRY                 one round
//        order > 3               one round, unless RETRY_MAYFAIL (some) or NOFAIL
//        otherwise               until sixteen rounds in a row gave nothing
//        NOFAIL                  for ever
//
// There is no process to kill here, so where Linux would, the request fails.

#include "kmem/page_alloc.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "core/shadow.h"
#include "kmem/fast_frames.h"
#include "kmem/inject.h"

namespace ashlar::kmem {

constinit ZeroPolicy zero_policy{};
constinit u32 frame_hooks = 0;

namespace {

enum class Mark { Low, Min, High, Atomic, None };

constexpr int kHopelessRounds = 16;

int highest_zone(gfp_t flags) {
    if ((flags & __GFP_DMA) != 0) return ZONE_DMA;
    if ((flags & __GFP_DMA32) != 0) return ZONE_DMA32;
    return ZONE_NORMAL;
}

// How many frames the zone can spare for the request.
usize spare_frames(const Zone& zone, Mark mark, int highest) {
    usize keep = 0;
    switch (mark) {
        case Mark::Low:
            keep = zone.marks.low;
            break;
        case Mark::Min:
            keep = zone.marks.min;
            break;
        case Mark::High:
            keep = zone.marks.min / 2;
            break;
        case Mark::Atomic:
            keep = zone.marks.min * 3 / 8;
            break;
        case Mark::None:
            return zone.free_frames();
    }
    keep += zone.reserve_against[highest];
    const usize has = zone.free_frames();
    return has > keep ? has - keep : 0;
}

Page* attempt(gfp_t flags, unsigned order, Mark mark) {
    const int highest = highest_zone(flags);
    for (int i = highest; i >= 0; i--) {
        Zone& zone = zones[i];
        if (zone.frames() == 0) continue;
        // Under huge pages only the highest zone can be mapped frame by frame.
        if ((flags & __GFP_HIGHMEM) != 0 && zone.first < ashlar_port_window()->mappable_from)
            continue;
        const usize spare = spare_frames(zone, mark, highest);
        Page* page = nullptr;
        if (order < kListOrders) {
            // Even if the zone can spare nothing the list may have what it spared before.
            page = take_listed(zone, order, spare);
        } else if (spare >> order != 0) {
            page = take_block(zone, order);
        }
        if (page != nullptr) return page;
    }
    return nullptr;
}

Mark lowest_mark(gfp_t flags) {
    const bool in_interrupt = kernel::at_interrupt_level(kernel::self());
    const unsigned task = in_interrupt ? 0 : current->flags;
    if ((flags & __GFP_NOMEMALLOC) == 0 &&
        ((flags & __GFP_MEMALLOC) != 0 || (task & PF_MEMALLOC) != 0)) {
        return Mark::None;
    }
    if ((flags & __GFP_ATOMIC) != 0 && (flags & __GFP_NOMEMALLOC) == 0) return Mark::Atomic;
    if ((flags & __GFP_HIGH) != 0) return Mark::High;
    return Mark::Min;
}

[[gnu::noinline]] void report_failure(gfp_t flags, unsigned order) {
    if ((flags & __GFP_NOWARN) != 0 || ashlar_printk_ratelimit() == 0) return;
    pr_warn(
        "%s: page allocation failure: order:%u, mode:%#x, free frames: DMA %zu DMA32 %zu Normal "
        "%zu\n",
        current->comm, order, flags, zones[0].free_frames(), zones[1].free_frames(),
        zones[2].free_frames());
    dump_stack();
}

[[gnu::noinline]] Page* allocate_slowly(gfp_t flags, unsigned order) {
    const Mark mark = lowest_mark(flags);
    Page* page = attempt(flags, order, mark);
    if (page != nullptr) return page;
    const bool may_reclaim =
        (flags & __GFP_DIRECT_RECLAIM) != 0 && (current->flags & PF_MEMALLOC) == 0;
    const bool no_fail = (flags & __GFP_NOFAIL) != 0;
    if (!may_reclaim && !no_fail) return nullptr;
    const bool costly = order > PAGE_ALLOC_COSTLY_ORDER;
    int hopeless = 0;
    for (int round = 1;; round++) {
        const usize given_up = reclaim(flags);
        page = attempt(flags, order, mark);
        if (page != nullptr) return page;
        hopeless = given_up == 0 ? hopeless + 1 : 0;
        if (no_fail) {
            // Somebody else must free; a short sleep, and longer when it goes on.
            u32 never = 0;
            if (hopeless > 0)
                ashlar_port_wait(&never, 0, u64{1'000'000} * static_cast<u64>(min(hopeless, 20)));
            continue;
        }
        if ((flags & __GFP_NORETRY) != 0) return nullptr;
        if (costly && (flags & __GFP_RETRY_MAYFAIL) == 0) return nullptr;
        if ((flags & __GFP_RETRY_MAYFAIL) != 0 && hopeless > 2) return nullptr;
        if (hopeless >= kHopelessRounds) return nullptr;
    }
}

// Compound and zeroed, as the flags say.
[[gnu::noinline]] Page* dress(Page* page, gfp_t flags, unsigned order) {
    if ((flags & __GFP_COMP) != 0 && order > 0) {
        __SetPageHead(page);
        for (usize i = 1; i < usize{1} << order; i++) {
            page[i].ashlar_state = kTail;
            page[i].ashlar_head = page;
        }
    }
    shadow::unpoison(memory_of(*page), PAGE_SIZE << order);
    if ((flags & __GFP_ZERO) != 0 || zero_policy.on_alloc) {
        memset(memory_of(*page), 0, PAGE_SIZE << order);
    }
    return page;
}

[[gnu::noinline]] Page* allocate_carefully(gfp_t flags, unsigned order, const void* caller) {
    if (order >= kOrders) [[unlikely]] {
        WARN_ONCE((flags & __GFP_NOWARN) == 0, "alloc_pages of order %u: the largest order is %u",
                  order, kOrders - 1);
        return nullptr;
    }
    kernel::Context& context = kernel::self();
    if ((flags & __GFP_DIRECT_RECLAIM) != 0) {
        flags = current_gfp_context(flags);
        if (kernel::nesting(context) != 0) [[unlikely]] {
            ashlar_might_sleep("alloc_pages", __FILE__, __LINE__);
        }
    }
    if (fail_page_alloc.on() && inject(fail_page_alloc, flags, caller)) [[unlikely]] {
        report_failure(flags, order);
        return nullptr;
    }
    Page* page = attempt(flags, order, Mark::Low);
    if (page == nullptr) [[unlikely]] {
        page = allocate_slowly(flags, order);
        if (page == nullptr) {
            report_failure(flags, order);
            return nullptr;
        }
    }
    make_allocated(*page, order);
    return dress(page, flags, order);
}

}  // namespace

[[gnu::noinline]] Page* take_interrupts(kernel::Context& context, Page* page) {
    ashlar_port_interrupts_on(&context);
    return page;
}

Page* allocate(gfp_t flags, unsigned order, const void* caller) {
    Page* page = take_fast(flags, order);
    if (page == nullptr) [[unlikely]]
        return allocate_carefully(flags, order, caller);
    if ((flags & (__GFP_COMP | __GFP_ZERO)) != 0) [[unlikely]]
        return dress(page, flags, order);
    return page;
}

void release(Page& page, unsigned order) {
    if (zero_policy.on_free) {
        shadow::unpoison(memory_of(page), PAGE_SIZE << order);
        memset(memory_of(page), 0, PAGE_SIZE << order);
    }
    shadow::poison(memory_of(page), PAGE_SIZE << order);
    if (PageHead(&page)) {
        for (usize i = 1; i < usize{1} << order; i++) (&page)[i].ashlar_state = kPlain;
    }
    page.flags = 0;
    Zone& zone = zone_of(page);
    if (order < kListOrders) {
        give_listed(zone, page, order);
    } else {
        give_block(zone, page, order);
    }
}

void note_frame_hooks() {
    kernel::poke(frame_hooks, u32{zero_policy.on_alloc || zero_policy.on_free || shadow::on ||
                                  fail_page_alloc.on()});
}

void start_page_alloc() {
    char text[4];
    zero_policy.on_alloc =
        ashlar_port_setting("init_on_alloc", text, sizeof(text)) != 0 && text[0] == '1';
    zero_policy.on_free =
        ashlar_port_setting("init_on_free", text, sizeof(text)) != 0 && text[0] == '1';
    note_frame_hooks();
}

}  // namespace ashlar::kmem
