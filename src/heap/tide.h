// Tide: tells when a thread has given back most of what it had.
//
// A thread that will sleep for long cannot know it. But one that has freed most
// of its small objects has come to the end of something, and what it keeps for
// speed (an active slab of every size, cached medium blocks) may be all that is
// left of a burst. So its slabs are looked at now and then:
//
//   rise   at some refills, to see how much is in use when it is much
//   fall   when half of what was in use at the last look has come back, as far as
//          that is told: slabs that went empty, and an active slab that is its
//          size's only one when most of it came back since its refill
//
// An ebb, the time to part with the rest, is when either is a quarter of what it
// was of late: the slabs, or what is in use at once in those that are their
// size's only ones. The next one counts from there, so what a thread pays is
// logarithmic in what it frees. But a thread whose only slabs hold much more than
// was in use at once uses its sizes one after the other, and will again: it keeps
// them.
//
// Parting with them costs what it takes to carve them again. Whoever has small
// bursts all the time would pay that for each; so it is a debt that is paid with
// time. What the last of such bursts leaves stays, a slab of each size at most.
#pragma once

#include "core/types.h"

namespace ashlar::heap {

// What a thread's slabs hold. An object that waits in a chain counts as in use.
struct TideLevel {
    usize slabs = 0;
    // Of those that are the only ones of their size, bytes.
    usize carved = 0;
    usize used = 0;
    // Of the others.
    usize shared = 0;
};

class Tide {
  public:
    // A refill from a size's only slab. True: `note_level` wants to be told.
    bool note_rise() { return ++rises_ >= (in_turn_ ? kSeldom * kRises : kRises); }
    void note_level(const TideLevel& level) {
        rises_ = 0;
        if (level.slabs > most_slabs_) most_slabs_ = level.slabs;
        if (level.used <= most_) return;
        most_ = level.used;
        wait_for_half(level);
    }

    // `bytes` came back. True: `has_ebbed` should be asked.
    bool note_fallen(usize bytes) {
        fallen_ += bytes;
        return fallen_ >= (look_after_ < kSoonest ? kSoonest : look_after_);
    }

    // True: the thread should part with the rest. `now_ms` is the clock.
    template <class Clock>
    bool has_ebbed(const TideLevel& level, Clock now_ms) {
        note_level(level);
        fallen_ = 0;
        wait_for_half(level);
        in_turn_ = level.carved - level.carved / kEbb > most_;
        if (in_turn_) look_after_ += kSeldom * level.carved;
        const bool few = most_slabs_ >= kFewestSlabs && level.slabs <= most_slabs_ / kEbb;
        const bool low = most_ >= kFewest && level.used <= most_ / kEbb && !in_turn_;
        if (!few && !(low && may_part(level.carved - level.used, now_ms()))) return false;
        most_slabs_ = level.slabs;
        most_ = level.used;
        return true;
    }

  private:
    void wait_for_half(const TideLevel& level) {
        look_after_ = level.used / 2 + level.shared - level.shared / kEbb;
    }

    // A thread with less has little to part with.
    static constexpr usize kFewestSlabs = 8;
    static constexpr usize kFewest = 64 * kKiB;
    static constexpr usize kSoonest = 32 * kKiB;
    static constexpr usize kEbb = 4;
    // Refills between two looks, each of which costs as much as some of them.
    static constexpr u32 kRises = 48;
    // Where sizes take turns an ebb needs a burst that is larger than all of them.
    static constexpr u32 kSeldom = 4;
    // What an ebb may cost later, 0.5 us a KiB where the system gave the memory
    // anew, is at most a hundredth of the time in the long run.
    static constexpr usize kBytesPerMs = 16 * kKiB;

    // Whether the debt of earlier ebbs is paid; if so, `bytes` are owed now.
    bool may_part(usize bytes, u32 now) {
        const usize paid = usize{now - stamp_} * kBytesPerMs;
        stamp_ = now;
        debt_ = paid < debt_ ? debt_ - paid : 0;
        if (debt_ > kFewest) {
            look_after_ += debt_;
            return false;
        }
        debt_ += bytes;
        return true;
    }

    // All zero at first: a shard that nobody uses is no memory.
    usize fallen_ = 0;  // since the last look
    usize look_after_ = 0;
    // Of late.
    usize most_slabs_ = 0;
    usize most_ = 0;  // TideLevel::used
    usize debt_ = 0;  // bytes
    u32 stamp_ = 0;
    u32 rises_ = 0;  // since the last look
    bool in_turn_ = false;
};

}  // namespace ashlar::heap
