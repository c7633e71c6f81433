// src/pages/spans.h and free_runs.h: single promises, and what the rules of purging do.

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "spans_support.h"

namespace ashlar::pages {
namespace {

using namespace testing_support;
using port::Sim;
using port::SimMachine;

TEST(Spans, AnEbbSparesWhatWasFreedJustNow) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    Cell& first = take_written(*spans, 40);
    Cell& live = take_written(*spans, 30);
    Cell& second = take_written(*spans, 1);
    take_written(*spans, 1);
    spans->give(first, 40, false);
    EXPECT_EQ(spans->counts().dirty_pages, 40U);
    spans->give(second, 1, false);
    EXPECT_LE(spans->counts().dirty_pages, 1U);
    EXPECT_TRUE(spans->check_invariants());
    spans->give(live, 30, false);
}

TEST(Spans, ARecordIsToldOnce) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    EXPECT_TRUE(spans->take(1).record);
    Span big = spans->take(8);
    EXPECT_TRUE(big.record);
    spans->give(*big.first, 8, true);
    EXPECT_FALSE(spans->take(4).record) << "there was more";
    EXPECT_TRUE(spans->take(5).record);
}

TEST(Spans, SenselessRequestsAreRefused) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    EXPECT_EQ(spans->take(0).first, nullptr);
    EXPECT_EQ(spans->take(~usize{0}).first, nullptr);
    EXPECT_EQ(spans->take(~usize{0} - 5, 64).first, nullptr);
    EXPECT_EQ(spans->take(1, usize{1} << 46).first, nullptr);
    EXPECT_EQ(machine.owned_bytes(), 0U);
}

TEST(Spans, ReuseWhatIsDirtyBeforeTouchingNewMemory) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 256);  // so much lives that four units are no excess
    Cell& first = take_written(*spans, 4);
    take_written(*spans, 1);
    spans->give(first, 4, false);
    const usize resident = machine.resident_bytes();
    const Span again = spans->take(2);
    EXPECT_EQ(again.first, &first);
    EXPECT_FALSE(again.zeroed);
    std::memset(spans->windows().address_of(*again.first), 1, 2 * kUnit);
    EXPECT_EQ(machine.resident_bytes(), resident);
}

// The page that was given last is the next to be taken; but whoever wants several finds all that
// lie side by side, whatever order they came in.
TEST(Spans, SinglePagesComeBackLastInFirstOut) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 1024);  // so much lives that the others are no excess
    Cell& first = take_written(*spans, 32);
    take_written(*spans, 1);
    const auto give = [&](usize page) { spans->give_page((&first)[page]); };
    give(7);
    give(3);
    for (const usize page : {usize{3}, usize{7}}) {
        const Span span = spans->take_page(Density::Dense);
        EXPECT_EQ(span.first, &first + page);
        EXPECT_EQ(span.first->kind(), Kind::None);
        EXPECT_FALSE(span.zeroed);
    }
    const usize clean = spans->counts().clean_pages;
    for (usize i = 0; i < 32; i++) give(i * 5 % 32);
    EXPECT_EQ(spans->counts().dirty_pages, 32U);
    EXPECT_TRUE(spans->check_invariants());
    EXPECT_EQ(spans->take(32).first, &first);
    EXPECT_EQ(spans->counts().clean_pages, clean);
}

TEST(Spans, SinglePagesAgeLikeOthers) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 256);
    Cell* pages[4];
    for (auto& page : pages) {
        page = &take_written(*spans, 1);
        take_written(*spans, 1);  // keeps them apart
    }
    spans->give(*pages[0], 1, false);
    for (usize i = 1; i < 4; i++) {
        machine.advance(100);
        spans->give_page(*pages[i]);
    }
    machine.advance(100);
    EXPECT_EQ(spans->purge_older_than(401), 0U);
    EXPECT_EQ(spans->purge_older_than(300), 2U);
    EXPECT_EQ(machine.resident_bytes(spans->windows().address_of(*pages[1]), kUnit), 0U);
    EXPECT_EQ(machine.resident_bytes(spans->windows().address_of(*pages[2]), kUnit), kUnit);
    EXPECT_EQ(spans->purge_all(), 2U);
    EXPECT_EQ(spans->counts().dirty_pages, 0U);
}

// However many come at once.
TEST(Spans, ManySinglePagesGoTogether) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 4096);
    Cell& first = take_written(*spans, 256);
    for (usize i = 0; i < 256; i++) spans->give_page((&first)[i * 37 % 256]);
    EXPECT_EQ(spans->counts().dirty_pages, 256U);
    EXPECT_TRUE(spans->check_invariants());
    EXPECT_EQ(spans->take(256).first, &first);
}

TEST(Spans, PurgeTakesTheOldestOnlyWhenOldEnough) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    // Far below every bound: live memory is plenty.
    take_written(*spans, 256);
    Cell* runs[4];
    for (auto& run : runs) {
        run = &take_written(*spans, 1);
        take_written(*spans, 1);  // keeps them apart
    }
    for (Cell* run : runs) {
        spans->give(*run, 1, false);
        machine.advance(100);
    }
    EXPECT_EQ(spans->purge_older_than(401), 0U);
    EXPECT_EQ(spans->purge_older_than(300), 2U);
    EXPECT_EQ(machine.resident_bytes(spans->windows().address_of(*runs[0]), kUnit), 0U);
    EXPECT_EQ(machine.resident_bytes(spans->windows().address_of(*runs[2]), kUnit), kUnit);
    EXPECT_EQ(spans->purge_all(), 2U);
    EXPECT_EQ(spans->counts().dirty_pages, 0U);
}

// Rule 1: resident memory does not pass the recent peak of live memory by much.
TEST(Spans, GrowthPurgesWhatLiesAround) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    std::vector<Cell*> runs;
    for (int i = 0; i < 512; i++) runs.push_back(&take_written(*spans, 1));
    // Every other unit is free: 16 MiB dirty, none of it contiguous.
    for (usize i = 0; i < runs.size(); i += 2) spans->give(*runs[i], 1, false);
    // 512 was the peak; an eighth of what lives and the slack are tolerated.
    take_written(*spans, 128);
    take_written(*spans, 128);
    EXPECT_LE(machine.resident_bytes(), (512 + 512 / 8 + 4) * kUnit);
    EXPECT_GT(spans->counts().purged_pages, 128U);
}

// Rule 2: what a program has finished with goes back when most of it is freed.
TEST(Spans, CollapseGivesBackWhatWasFreed) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    std::vector<Cell*> runs;
    for (int i = 0; i < 1024; i++) runs.push_back(&take_written(*spans, 1));
    for (usize i = 0; i < runs.size(); i++) {
        spans->give(*runs[i], 1, false);
        const usize live = runs.size() - i - 1;
        const usize dirty = spans->counts().dirty_pages;
        ASSERT_LE(live + dirty, 1024U) << "within the peak";
        if (live < 1024 / 8) {
            ASSERT_LE(dirty, live / 8 + kMiB / kUnit);
        }
    }
    // All freed, and small at once.
    EXPECT_LE(machine.resident_bytes(), kMiB);
    EXPECT_LT(spans->counts().purges, 200U) << "not a system call for every unit";
}

// A peak is of now when nobody freed anything since: it has not faded before it is asked for.
TEST(Spans, CollapseIsSeenAfterALongTimeWithoutFrees) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    machine.advance(3'600'000);
    Cell& all = take_written(*spans, 1024);
    spans->give(all, 1024, false);
    EXPECT_LE(spans->counts().dirty_pages, kMiB / kUnit);
    EXPECT_LE(machine.resident_bytes(), kMiB);
}

// What a slab or a chunk has not filled yet has no memory behind it: the less
// dirty memory is tolerated when the process grows.
TEST(Spans, WhatIsUntouchedDoesNotCountAsLive) {
    const auto dirty_after_growth = [](bool half_filled) {
        SimMachine machine;
        const auto spans = std::make_unique<Units>();
        // There was more, an hour ago.
        spans->give(take_written(*spans, 4096), 4096, false);
        spans->purge_all();
        machine.advance(3'600'000);
        spans->give(take_written(*spans, 1), 1, false);
        for (int i = 0; i < 64; i++) {
            take_written(*spans, 16);
            if (half_filled) spans->note_untouched(8 * kUnit);
        }
        std::vector<Cell*> freed;
        for (int i = 0; i < 32; i++) {
            freed.push_back(&take_written(*spans, 8));
            take_written(*spans, 1);
        }
        for (Cell* run : freed) spans->give(*run, 8, false);
        // Longer than every dirty run, so it takes new memory.
        take_written(*spans, 300);
        return spans->counts().dirty_pages;
    };
    // What is left is what is tolerated beside the pages that live then.
    const PurgePolicy<1> policy;
    EXPECT_EQ(dirty_after_growth(false), policy.tolerance(64 * 16 + 32 + 300));
    EXPECT_EQ(dirty_after_growth(true), policy.tolerance(64 * 8 + 32 + 300));
}

// A run that fills slowly wants memory where it starts, be it little; the rest is told.
TEST(Spans, ARunThatFillsLittleByLittleStartsOnWhatIsDirty) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 1024);
    Cell& dirty = take_written(*spans, 4);
    spans->give(dirty, 4, false);
    Gaps gaps;
    const Span span = spans->take_to_fill(32, gaps);
    EXPECT_EQ(span.first, &dirty);
    EXPECT_EQ(gaps.pages(), 28U);
    EXPECT_FALSE(gaps.has(3));
    EXPECT_TRUE(gaps.has(4));
    EXPECT_EQ(spans->counts().dirty_pages, 0U);
    spans->note_touched(28 * kUnit);
    spans->give(*span.first, 4, false);
    spans->give(span.first[4], 28, true);
    EXPECT_EQ(spans->counts().dirty_pages, 4U);
    EXPECT_TRUE(spans->check_invariants());
    // Who fills it all at once has no use for so little.
    EXPECT_NE(spans->take(32).first, &dirty);
}

// Huge pages are for what is filled wholly, in programs that are large.
TEST(Spans, OnlyDenseRunsOfALargeProgramAreAdvised) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    ASSERT_NE(spans->take(1, 1, Density::Dense).first, nullptr);
    ASSERT_NE(spans->take(1024, 1, Density::Sparse).first, nullptr);
    EXPECT_EQ(machine.huge_bytes(), 0U);
    ASSERT_NE(spans->take(1, 1, Density::Sparse).first, nullptr);
    EXPECT_EQ(machine.huge_bytes(), 0U);
    ASSERT_NE(spans->take(1, 1, Density::Dense).first, nullptr);
    EXPECT_GE(machine.huge_bytes(), 2 * kMiB);
    EXPECT_LE(machine.huge_bytes(), 4 * kMiB) << "not far ahead of use";
}

// What describes units that nobody has had for long is no memory either, whatever order they
// went in; what describes those that are in use stays.
TEST(Spans, WhatDescribesCleanRunsGoes) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    std::vector<Cell*> units;
    for (int i = 0; i < 4096; i++) {
        Cell& cell = take_written(*spans, 1);
        cell.become<FreeTail>(Kind::Large);
        std::memset(&cell.body, 0x5a, sizeof cell.body);
        std::memset(spans->windows().side_of(cell), 0x5a, kUnits.side_bytes);
        units.push_back(&cell);
    }
    const auto& window = spans->windows()[0];
    const auto described = [&] {
        return machine.resident_bytes(window.cells, window.cells_claimed) +
               machine.resident_bytes(window.side, window.side_claimed);
    };
    const auto give = [&](Cell* cell) {
        std::memset(spans->windows().side_of(*cell), 0, kUnits.side_bytes);
        spans->give(*cell, 1, false);
    };
    EXPECT_GE(described(), 4096 * (sizeof(Cell) + kUnits.side_bytes));
    Cell* const kept = units[2000];
    units.erase(units.begin() + 2000);
    std::shuffle(units.begin(), units.end(), std::mt19937_64(1));
    for (Cell* cell : units) give(cell);
    spans->purge_all();
    // Of each array a page for the unit that is in use and one for each end of the two runs beside
    // it: a run's ends speak, and a window ends where it likes.
    EXPECT_LE(described(), 2 * 4 * 4 * kKiB);
    EXPECT_EQ(kept->kind(), Kind::Large);
    const char* side = spans->windows().side_of(*kept);
    for (usize i = 0; i < kUnits.side_bytes; i++) ASSERT_EQ(side[i], 0x5a);
    give(kept);
    spans->purge_all();
    EXPECT_LE(described(), 2 * 2 * 4 * kKiB) << "the ends of one run";
    const Span all = spans->take(4096);
    EXPECT_TRUE(all.zeroed);
    EXPECT_EQ(std::count_if(all.first, all.first + 4096,
                            [](const Cell& cell) { return cell.kind() == Kind::None; }),
              4096);
    EXPECT_TRUE(spans->check_invariants());
}

// A program that is small again has plain memory again, and what describes it can go; if it grows
// once more, it is advised once more.
TEST(Spans, AProgramThatHasShrunkTakesAdviceBack) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    const auto take_many = [&] {
        std::vector<Cell*> units;
        for (int i = 0; i < 4096; i++) {
            Cell& cell = *spans->take(1, 1, Density::Dense).first;
            std::memset(spans->windows().address_of(cell), 1, kUnit);
            units.push_back(&cell);
        }
        return units;
    };
    const auto huge_homes = [&] {
        const auto& window = spans->windows()[0];
        return std::count_if(window.cells, window.cells + window.limit,
                             [](const Cell& cell) { return cell.head.home != 0; });
    };
    std::vector<Cell*> units = take_many();
    EXPECT_GT(huge_homes(), 2048);
    // Half of it: that is still a program for huge pages.
    for (int i = 0; i < 2048; i++) {
        spans->give(*units.back(), 1, false);
        units.pop_back();
    }
    spans->purge_all();
    EXPECT_GT(huge_homes(), 2048);
    for (Cell* cell : units) spans->give(*cell, 1, false);
    EXPECT_LE(spans->counts().dirty_pages, 1U) << "fragments are no exception";
    spans->purge_all();
    // To look at it maps the page of zeros, which the machine counts, too.
    const auto& window = spans->windows()[0];
    EXPECT_LE(machine.resident_bytes(window.cells, window.cells_claimed), 3 * 4 * kKiB);
    EXPECT_EQ(huge_homes(), 0);
    EXPECT_TRUE(spans->check_invariants());
    const usize advised = machine.huge_bytes();
    take_many();
    EXPECT_GE(machine.huge_bytes(), advised + 64 * kMiB);
    EXPECT_TRUE(spans->check_invariants());
}

// Rule 3: what has been dirty for a second goes when somebody passes by.
TEST(Spans, WhatIsNotWantedAgainAges) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    take_written(*spans, 256);
    Cell& half = take_written(*spans, 128);
    spans->give(half, 128, false);
    EXPECT_EQ(spans->counts().dirty_pages, 128U) << "no collapse";
    machine.advance(2000);
    Cell& one = take_written(*spans, 1);
    spans->give(one, 1, false);
    EXPECT_LE(spans->counts().dirty_pages, 1U);
}

// Rule 4: a program that wants back what was purged is left more; and that wears off.
TEST(Spans, RegretRaisesTheBoundForAWhile) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    const auto purged_by_a_round = [&] {
        const usize before = spans->counts().purged_pages;
        Cell& run = take_written(*spans, 256);
        spans->give(run, 256, false);
        return spans->counts().purged_pages - before;
    };
    EXPECT_GT(purged_by_a_round(), 128U);
    for (int i = 0; i < 8; i++) purged_by_a_round();
    EXPECT_EQ(purged_by_a_round(), 0U) << "sixteen mebibytes in use again and again are kept";
    // An idle minute later the raise is gone; the next free brings the bound back.
    machine.advance(60'000);
    Cell& one = take_written(*spans, 1);
    spans->give(one, 1, false);
    EXPECT_LE(spans->counts().dirty_pages, 2 * kMiB / kUnit);
}

// When windows cannot grow, neighbours of any kind and order serve together.
TEST(Spans, ScatteredNeighboursServeAsTheLastResort) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    std::vector<Cell*> units;
    for (;;) {
        const Span span = spans->take(1);
        ASSERT_NE(span.first, nullptr);
        units.push_back(span.first);
        const SpanCounts counts = spans->counts();
        if (units.size() > 100 && counts.clean_pages == 0) break;
    }
    machine.refuse_after(0);
    std::sort(units.begin(), units.end());
    // Five units at an odd place: runs of one, two and two, some clean, some dirty.
    for (usize i = 33; i < 38; i++) {
        char* at = spans->windows().address_of(*units[i]);
        if (i % 2 == 0) {
            Sim::discard(at, kUnit);
        } else {
            std::memset(at, 1, kUnit);
        }
        spans->give(*units[i], 1, i % 2 == 0);
    }
    EXPECT_EQ(spans->take(6).first, nullptr);
    EXPECT_EQ(spans->take(4, 4).first, nullptr) << "33 to 37 hold no aligned four";
    const Span span = spans->take(5);
    EXPECT_EQ(span.first, units[33]);
    EXPECT_FALSE(span.zeroed);
    EXPECT_TRUE(spans->check_invariants());
}

}  // namespace
}  // namespace ashlar::pages
