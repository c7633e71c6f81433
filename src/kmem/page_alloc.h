// The front of the frames, as the other files of this floor use it.
#pragma once

#include <linux/gfp.h>

#include "kmem/zones.h"

namespace ashlar::kmem {

// alloc_pages with the caller's address for reports and injection. The block
// comes with one reference, compound if __GFP_COMP.
Page* allocate(gfp_t flags, unsigned order, const void* caller);
// Takes back a block whose references are gone.
void release(Page& page, unsigned order);

// One round of direct reclaim; answers how much was given up, in the shrinkers' own units.
usize reclaim(gfp_t flags);

// init_on_alloc and init_on_free; every fast path asks.
struct ZeroPolicy {
    bool on_alloc;
    bool on_free;
};
extern ZeroPolicy zero_policy __attribute__((visibility("hidden")));

inline bool init_on_alloc(gfp_t flags) {
    return zero_policy.on_alloc || (flags & __GFP_ZERO) != 0;
}
inline bool init_on_free() {
    return zero_policy.on_free;
}
void start_page_alloc();
// Brings up to date whether frames are special (fast_frames.h).
void note_frame_hooks();

}  // namespace ashlar::kmem
