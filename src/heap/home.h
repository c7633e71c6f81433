// A home: what the medium and large blocks of a private heap lead back to
// (small ones lead to its shard). Whoever frees such a block, in whatever
// thread, finds the home in the block's descriptor.
#pragma once

#include "heap/medium.h"

namespace ashlar::heap {

template <class Port>
struct Home {
    Lock<Port> lock;  // guards `large` and the heap's shard; outside of the arena's own
    MediumArena<Port> arena;
    LargeList large;
};

}  // namespace ashlar::heap
