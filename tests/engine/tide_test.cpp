// src/heap/tide.h: when most has gone.

#include <gtest/gtest.h>

#include "heap/tide.h"

namespace ashlar::heap {
namespace {

constexpr usize kUnit = 64 * kKiB;

struct Thread {
    Tide tide;
    u32 now = 1000;
    int looks = 0;
    int ebbs = 0;

    // It has `slabs` slabs of which others have the size, and only slabs of `carved` bytes.
    void look(usize slabs, usize carved, usize used) {
        looks++;
        const TideLevel level{slabs + carved / kUnit, carved, used, slabs * kUnit};
        ebbs += tide.has_ebbed(level, [this] { return now; }) ? 1 : 0;
    }
    // Slabs go empty one by one.
    void fall(usize from, usize to) {
        while (from-- > to) {
            if (tide.note_fallen(kUnit)) look(from, 0, 0);
        }
    }
    // Only slabs are filled to `bytes` and then go down, `step` bytes at a time.
    void burst(usize bytes, usize step = 4 * kKiB) {
        for (int i = 0; i < 64; i++) {
            if (tide.note_rise()) tide.note_level({bytes / kUnit, bytes, bytes, 0});
        }
        for (usize used = bytes; used >= step; used -= step) {
            if (tide.note_fallen(step)) look(0, bytes, used - step);
        }
    }
};

TEST(Tide, EbbsAreFewAndTheLastIsNearTheEnd) {
    Thread thread;
    thread.fall(1000, 600);
    EXPECT_EQ(thread.ebbs, 0);
    thread.fall(600, 30);
    EXPECT_GE(thread.ebbs, 1);
    const int before = thread.ebbs;
    thread.fall(30, 0);
    EXPECT_GT(thread.ebbs, before);
    EXPECT_LE(thread.looks, 20) << "looks are paid for by what goes";
    // The next burst is measured by itself.
    const int first = thread.ebbs;
    thread.fall(100, 60);
    EXPECT_EQ(thread.ebbs, first);
    thread.fall(60, 0);
    EXPECT_GT(thread.ebbs, first);
}

TEST(Tide, WhoHasLittleAndWhoWaversIsLeftAlone) {
    Thread few;
    Thread wavering;
    Thread small;
    for (int i = 0; i < 1000; i++) {
        few.fall(7, 0);
        wavering.fall(100, 50);
        small.burst(48 * kKiB);
    }
    EXPECT_EQ(few.ebbs + wavering.ebbs + small.ebbs, 0);
}

// A burst that fits in a slab of each size empties none of them.
TEST(Tide, ABurstInOnlySlabsEbbs) {
    Thread thread;
    thread.burst(400 * kKiB);
    EXPECT_EQ(thread.ebbs, 1);
    EXPECT_LE(thread.looks, 8);
}

// What bursts that follow each other cost is paid with time.
TEST(Tide, BurstsAllTheTimeEbbSeldom) {
    Thread thread;
    for (int i = 0; i < 1000; i++, thread.now++) thread.burst(kMiB);
    EXPECT_GE(thread.ebbs, 12);
    EXPECT_LE(thread.ebbs, 24) << "16 KiB are allowed for each of a thousand milliseconds";
    thread.now += 1000;
    const int before = thread.ebbs;
    thread.burst(kMiB);
    EXPECT_EQ(thread.ebbs, before + 1);
}

// Sixteen sizes take turns: all have slabs, one is in use.
TEST(Tide, WhoUsesSizesInTurnKeepsThem) {
    Thread thread;
    for (int turn = 0; turn < 100; turn++) {
        for (usize used = 64 * kKiB; used > 0; used -= 4 * kKiB) {
            if (thread.tide.note_rise()) thread.tide.note_level({16, kMiB, used, 0});
            if (thread.tide.note_fallen(4 * kKiB)) thread.look(0, kMiB, used - 4 * kKiB);
        }
    }
    EXPECT_EQ(thread.ebbs, 0);
}

}  // namespace
}  // namespace ashlar::heap
