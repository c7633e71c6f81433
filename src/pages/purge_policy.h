// When free memory goes back to the system: arithmetic without side effects.
//
// Keeping dirty memory costs resident memory; giving back what is wanted again
// costs a fault for every page, ten times the price of keeping it. Five rules,
// all asked on slow paths:
//
//   1. Growth: when clean memory is touched although dirty memory lies around
//      that did not fit, the oldest of it is purged as far as resident memory
//      would otherwise exceed the recent peak of live memory by more than the
//      tolerance, or the most it ever was. To fault that in again cannot cost
//      more than the growth did.
//   2. Collapse: when live memory has fallen to a fraction of its recent peak
//      the program has finished something, and dirty memory beyond the
//      tolerance is purged at once. A program that has freed everything is
//      small without a thread or a timer. Where much was regretted of late, and much
//      is at stake again, the fraction is next to nothing: a few blocks of very
//      different lengths are often a small part of what they were at their most.
//   3. Age: what has been dirty for a second is purged when somebody passes by.
//   4. Regret: taking memory that was purged within the last second says that
//      the purge was a mistake; the tolerance rises by what was regretted. At a
//      collapse that counts only once collapses have been regretted repeatedly.
//   5. Ebb: when more lies idle than lives, though live memory has not collapsed,
//      it goes, or as much of it as may: whatever grows next, the program's code and stacks among
//      it, finds room. What that may cost is bounded by what the growth cost:
//
//      given by ebbs + wanted again by large blocks + 3 x regretted <= growth
//
// The rise, the count of such collapses, and what the recent peak exceeds live memory
// by, halve every second.
// All quantities are pages.
#pragma once

#include "core/word.h"

namespace ashlar::pages {

// `kSlack`: dirty memory that is not worth a system call.
template <usize kSlack>
class PurgePolicy {
  public:
    static constexpr u32 kSecond = 1000;
    // Rule 3, and how often it looks.
    static constexpr u32 kDecayMs = kSecond;
    static constexpr u32 kLookMs = 200;

    usize tolerance(usize live) const { return kSlack + live / kLiveShare + raise_; }

    void note_live(usize live) {
        peak_ = live > peak_ ? live : peak_;
        if (live <= most_) return;
        credit_ += live - most_;
        most_ = live;
    }

    // Rule 1: what to purge of `dirty` when `live` has grown by clean pages.
    usize excess_at_growth(usize live, usize dirty) const {
        const usize peak = live > peak_ ? live : peak_;
        const usize tolerated = peak + tolerance(live);
        const usize allowed = tolerated < record_ ? tolerated : record_;
        const usize expected = live + dirty;
        if (expected <= allowed) return 0;
        return expected - allowed < dirty ? expected - allowed : dirty;
    }

    // Rule 2: what to purge of `dirty`: down to half of what is tolerated, so
    // that the next purge is some way off.
    usize excess_after_collapse(usize live, usize dirty) {
        if (live >= peak_ / 2) fallen_ = false;
        if (live >= low()) return 0;
        // Whoever frees last, and be it the last of some threads that came one
        // after the other, must leave little; only a habit is worth memory.
        const usize allowed = tolerance(live) - (cycles_ < kHabit ? raise_ : 0);
        if (dirty <= allowed) return 0;
        if (!fallen_) lows_.set(lows_.get() + 1);
        fallen_ = true;
        const bool missed = raise_ > peak_ / kMissed && dirty > peak_ / kAtStake;
        if (missed && live >= kNothing) return 0;
        collapsed_ = true;
        return dirty - allowed / 2;
    }

    // How often live memory has fallen to that fraction, from half of the peak or more, and
    // there was something to purge; modulo 2^32. No lock is needed.
    u32 lows() const { return lows_.get(); }

    // True: there never was as much.
    bool note_resident(usize pages) {
        if (pages <= record_) return false;
        record_ = pages;
        return true;
    }

    // Rule 5: a large block took `count` pages of dirty memory, so keeping it was right.
    void note_reuse(usize count) { credit_ -= count < credit_ ? count : credit_; }

    // Rule 5: what to purge of `idle`: as much as is paid for, if that is worth it.
    usize excess_after_ebb(usize live, usize idle) {
        const usize paid = idle < credit_ ? idle : credit_;
        if (idle <= live || paid <= tolerance(live)) return 0;
        credit_ -= paid;
        return paid;
    }

    // Rule 3: whether to look now.
    bool look_for_aged(u32 now, usize live) {
        if (now - look_stamp_ < kLookMs) return false;
        look_stamp_ = now;
        fade(now, live);
        return true;
    }

    // Rule 4: `count` pages were taken that were purged at `purged`.
    void note_regret(usize count, u32 purged, u32 now) {
        // Stamps are rounded, so `purged` may lie a little ahead.
        if (static_cast<std::int32_t>(now - purged) >= std::int32_t{kSecond}) return;
        raise_ += count;
        const usize loss = kLossWeight * count;
        credit_ -= loss < credit_ ? loss : credit_;
        if (collapsed_ && cycles_ < kHabit) cycles_++;
        collapsed_ = false;
        // The whole of the past may be regretted, but no more.
        raise_ = raise_ < peak_ ? raise_ : peak_;
    }

  private:
    // With an eighth some programs are up to 5% larger (docs/decisions/0008).
    static constexpr usize kLiveShare = 32;
    static constexpr usize kCollapse = 8;
    // What is much of the recent peak: to have regretted, and to purge once more.
    static constexpr usize kMissed = 8;
    static constexpr usize kAtStake = 4;
    // Live memory of a program that has freed everything: what it began with, and what
    // its threads keep.
    static constexpr usize kNothing = 8 * kSlack;
    // Of a heap so small that what threads keep for speed is much of it.
    static constexpr usize kCollapseOfSmall = 3;
    // A program that wants again what went pays for few further ebbs.
    static constexpr usize kLossWeight = 3;
    // Regretted collapses, of about the last second, that are a habit. A program
    // that collapses less often does not feel what its faults cost.
    static constexpr unsigned kHabit = 4;

    // Rule 2: what is less is a fraction of the recent peak.
    usize low() const {
        const usize of_small = peak_ / kCollapseOfSmall;
        const usize little = of_small < kNothing ? of_small : kNothing;
        const usize part = peak_ / kCollapse;
        return part > little ? part : little;
    }

    void fade(u32 now, usize live) {
        const u32 seconds = (now - fade_stamp_) / kSecond;
        if (seconds == 0) return;
        const unsigned shift = seconds < 32 ? seconds : 32;
        raise_ >>= shift;
        cycles_ >>= shift;
        peak_ = live + ((peak_ > live ? peak_ - live : 0) >> shift);
        fade_stamp_ += seconds * kSecond;
    }

    usize peak_ = 0;    // of live pages, of late
    usize most_ = 0;    // of live pages, ever
    usize record_ = 0;  // of resident pages
    usize credit_ = 0;  // rule 5
    usize raise_ = 0;   // rule 4
    usize cycles_ = 0;
    bool collapsed_ = false;  // since the last regret
    bool fallen_ = false;     // and not risen since
    Word<u32> lows_;
    u32 look_stamp_ = 0;
    u32 fade_stamp_ = 0;
};

}  // namespace ashlar::pages
