// src/heap/tide.h: when most has gone.

#include <gtest/gtest.h>

#include "heap/tide.h"

namespace ashlar::heap {
namespace {

// Slabs go back one by one from `from` to `to`; how often the thread was told that most had gone.
int fall(Tide& tide, usize from, usize to, int& counts) {
    int ebbs = 0;
    while (from-- > to) {
        if (!tide.note_emptied()) continue;
        counts++;
        ebbs += tide.has_ebbed(from) ? 1 : 0;
    }
    return ebbs;
}

TEST(Tide, EbbsAreFewAndTheLastIsNearTheEnd) {
    Tide tide;
    int counts = 0;
    EXPECT_EQ(fall(tide, 1000, 600, counts), 0);
    EXPECT_GE(fall(tide, 600, 30, counts), 1);
    EXPECT_GE(fall(tide, 30, 0, counts), 1);
    EXPECT_LE(counts, 20) << "counting is paid for by what goes";
    // The next burst is measured by itself.
    EXPECT_EQ(fall(tide, 100, 60, counts), 0);
    EXPECT_GE(fall(tide, 60, 0, counts), 1);
}

TEST(Tide, WhoHasLittleAndWhoWaversIsLeftAlone) {
    Tide tide;
    int counts = 0;
    for (int i = 0; i < 1000; i++) EXPECT_EQ(fall(tide, 7, 0, counts), 0);
    for (int i = 0; i < 1000; i++) EXPECT_EQ(fall(tide, 100, 50, counts), 0);
}

}  // namespace
}  // namespace ashlar::heap
