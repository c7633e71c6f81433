// What every frame is used for, for pictures and reports. Nothing is stopped
// meanwhile: a machine that runs gives an approximation.

#include <ashlar/machine.h>

#include "kmem/cache.h"
#include "kmem/start.h"

namespace ashlar::kmem {
namespace {

ashlar_frame describe(const Page& page) {
    ashlar_frame frame{};
    frame.order = page.ashlar_order;
    switch (kind_of(page)) {
        case Kind::FreeDirty:
            frame.use = ASHLAR_FRAME_FREE;
            break;
        case Kind::Slab:
            frame.use = ASHLAR_FRAME_SLAB;
            frame.cache = cache_of_slab(cell_of(const_cast<Page&>(page)).as<slab::Slab>()).name;
            break;
        case Kind::Large:
            frame.use = page.ashlar_state == kKmalloc ? ASHLAR_FRAME_KMALLOC : ASHLAR_FRAME_PAGES;
            break;
        default:
            frame.use = page.ashlar_state == kCached ? ASHLAR_FRAME_LISTED : ASHLAR_FRAME_PAGES;
            break;
    }
    return frame;
}

}  // namespace

void describe_frames(ashlar_frame* frames, usize count) {
    for (usize at = 0; at < count;) {
        ashlar_frame frame = describe(ashlar_the_layout.memmap[at]);
        const usize end = min(at + (usize{1} << frame.order), count);
        frame.first = at;
        while (at < end) frames[at++] = frame;
    }
}

}  // namespace ashlar::kmem
