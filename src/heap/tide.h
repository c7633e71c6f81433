// Tide: tells when a thread has given back most of what it had.
//
// A thread that will sleep for long cannot know it. But one that has freed most
// of its slabs has come to the end of something, and what it keeps for speed (an
// active slab of every size, cached medium blocks) may be all that is left of a
// burst. So its slabs are counted now and then while they go back; when they are
// a quarter of what they were, that is the time to part with the rest. The next
// ebb counts from there, so what a thread pays is logarithmic in what it frees.
//
// Only slabs that the thread has emptied itself make it look; the count is exact.
#pragma once

#include "core/types.h"

namespace ashlar::heap {

class Tide {
  public:
    // A slab of the thread's went back. True: its slabs should be counted.
    bool note_emptied() { return ++emptied_ >= look_after_; }

    // `slabs` are left. True: most have gone.
    bool has_ebbed(usize slabs) {
        emptied_ = 0;
        // By then it may be an ebb.
        const usize rest = slabs - slabs / kEbb;
        look_after_ = rest < kSoonest ? kSoonest : rest;
        if (slabs > most_) most_ = slabs;
        if (most_ < kFewest || slabs > most_ / kEbb) return false;
        most_ = slabs;
        return true;
    }

  private:
    // A thread with fewer slabs has little to part with.
    static constexpr usize kFewest = 8;
    static constexpr usize kSoonest = 4;
    static constexpr usize kEbb = 4;

    usize emptied_ = 0;     // since the last count
    usize look_after_ = 0;  // the first look comes with the first
    usize most_ = 0;        // of late
};

}  // namespace ashlar::heap
