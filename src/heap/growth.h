// Growth: when a thread's slabs have grown by so much that sizes which idle should make room.
//
// A program that goes from one phase to the next leaves an active slab of every size
// that it ever used, mostly with nothing alive in it: a tenth of a small program. Where
// its slabs take new memory, those of which nothing came or went since the last look
// are handed to the next sizes that want one.
//
// What that may cost is bounded by what the growth cost: between two looks lie as many
// new slabs as a look is worth, and some more for whoever has many.
#pragma once

#include "core/types.h"

namespace ashlar::heap {

class Growth {
  public:
    // A slab of new memory. True: it is time to look.
    bool note_slab() {
        if (++slabs_ < next_look_) return false;
        next_look_ = slabs_ + kLeast + slabs_ / kShare;
        return true;
    }

  private:
    // A look costs 5 us, a slab's page faults 10 to 30.
    static constexpr u32 kLeast = 2;
    static constexpr u32 kShare = 32;

    // All zero at first: a shard that nobody uses is no memory.
    u32 slabs_ = 0;
    u32 next_look_ = 0;
};

}  // namespace ashlar::heap
