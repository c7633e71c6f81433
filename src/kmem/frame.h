// A page frame's descriptor: Linux's struct page and the engine's Cell are the
// same 64 bytes (include/linux/mm_types.h says which belong to whom).
//
// What a frame is used for, by kind and state of its cell:
//
//   kind FreeDirty          head of a free block in its zone's buddy
//   kind Large, kPlain      head of a block that alloc_pages handed out
//   kind Large, kKmalloc    the same for kmalloc
//   kind Slab               head of a slab; `state` is the engine's
//   kind None, kTail        inside a compound block or slab; knows its head
//   kind None, kCached      single free block on a CPU's list
//   kind None, kPlain       inside a block that is not compound, or inside a free one
#pragma once

#include <linux/mm_types.h>
#include <linux/page-flags.h>

#include "core/descriptor.h"

namespace ashlar::kmem {

using Page = struct ::page;

enum FrameState : u8 { kPlain, kTail, kCached, kKmalloc };

static_assert(sizeof(Page) == sizeof(Cell));
static_assert(offsetof(Page, ashlar_owner) == offsetof(DescriptorHead, owner));
static_assert(offsetof(Page, ashlar_kind) == offsetof(DescriptorHead, kind));
static_assert(offsetof(Page, ashlar_order) == offsetof(DescriptorHead, order));
static_assert(offsetof(Page, ashlar_state) == offsetof(DescriptorHead, state));
static_assert(offsetof(Page, _refcount) == offsetof(DescriptorHead, extra));

inline Cell& cell_of(Page& page) {
    return reinterpret_cast<Cell&>(page);
}
inline Page& page_of(Cell& cell) {
    return reinterpret_cast<Page&>(cell);
}
inline Kind kind_of(const Page& page) {
    return static_cast<Kind>(__atomic_load_n(&page.ashlar_kind, __ATOMIC_RELAXED));
}
inline bool is_tail(const Page& page) {
    return kind_of(page) == Kind::None && page.ashlar_state == kTail;
}
inline Page& head_of(Page& page) {
    return is_tail(page) ? *page.ashlar_head : page;
}

// The descriptor of an address of the linear map; null for any other address.
inline Page* frame_at(const void* address) {
    const uptr offset = ashlar::address(address) - ashlar_the_layout.page_offset;
    const usize index = offset >> PAGE_SHIFT;
    return index < ashlar_the_layout.pages ? ashlar_the_layout.memmap + index : nullptr;
}
inline usize index_of(const Page& page) {
    return static_cast<usize>(&page - ashlar_the_layout.memmap);
}
inline char* memory_of(const Page& page) {
    return reinterpret_cast<char*>(ashlar_the_layout.page_offset + (index_of(page) << PAGE_SHIFT));
}

}  // namespace ashlar::kmem
