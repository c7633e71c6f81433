// src/pages/moves.h, through spans.h: dirty memory moves to where it is wanted.

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "spans_support.h"

namespace ashlar::pages {
namespace {

using namespace testing_support;
using port::SimMachine;

// `runs` dirty runs of `count` units each that nothing joins.
std::vector<Cell*> leave_dirty(Units& spans, usize runs, usize count) {
    take_written(spans, 1024);  // so much lives that they are no excess
    std::vector<Cell*> cells;
    for (usize i = 0; i < runs; i++) {
        cells.push_back(&take_written(spans, count));
        take_written(spans, 1);
    }
    for (Cell* cell : cells) spans.give(*cell, count, false);
    return cells;
}

TEST(Moves, ALongRunIsFilledWithWhatLiesElsewhere) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    const auto sources = leave_dirty(*spans, 8, 8);
    const usize resident = machine.resident_bytes();
    const Span span = take_filled(*spans, 64, 1);
    ASSERT_NE(span.first, nullptr);
    EXPECT_EQ(span.missing, 0U);
    EXPECT_FALSE(span.zeroed);
    char* at = spans->windows().address_of(*span.first);
    EXPECT_EQ(machine.resident_bytes(at, 64 * kUnit), 64 * kUnit);
    EXPECT_GE(machine.resident_bytes(), resident) << "nothing lost";
    EXPECT_LT(machine.resident_bytes(), resident + kUnit) << "nothing new but descriptors";
    EXPECT_EQ(machine.moved_bytes(), 64 * kUnit);
    EXPECT_EQ(spans->counts().dirty_pages, 0U);
    EXPECT_EQ(spans->counts().purged_pages, 0U);
    for (Cell* cell : sources) {
        const char* old = spans->windows().address_of(*cell);
        for (usize i = 0; i < 8 * kUnit; i += 4096) ASSERT_EQ(old[i], 0);
    }
    EXPECT_TRUE(spans->check_invariants());
}

// What moved once moves again, in parts and joined with others, and its mappings end with it.
TEST(Moves, PiecesAreCutAndForgotten) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    leave_dirty(*spans, 4, 16);
    Cell* all = take_filled(*spans, 64, 1).first;
    // The second of its four pieces lives on in the middle.
    spans->give(*all, 20, false);
    spans->give(all[28], 36, false);
    take_written(*spans, 20);
    take_written(*spans, 4);
    const Span span = take_filled(*spans, 40, 1);
    ASSERT_NE(span.first, nullptr);
    EXPECT_EQ(span.missing, 8U) << "32 units were dirty";
    EXPECT_EQ(machine.torn_moves(), 0U);
    EXPECT_TRUE(spans->check_invariants());
    spans->give(*span.first, 40, false);
    spans->give(all[20], 8, false);
    spans->purge_all();
    EXPECT_EQ(machine.moved_bytes(), 24 * kUnit) << "what still lives";
    EXPECT_TRUE(spans->check_invariants());
}

// Its owner may have given back what is behind a piece; given as clean, it is a piece no more.
TEST(Moves, APieceEndsWithItsMemory) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    leave_dirty(*spans, 4, 16);
    Cell* all = take_filled(*spans, 64, 1).first;
    port::Sim::discard(spans->windows().address_of(all[16]), 20 * kUnit);
    spans->give(all[16], 20, true);
    EXPECT_TRUE(spans->check_invariants());
    EXPECT_EQ(machine.moved_bytes(), 44 * kUnit);
    EXPECT_EQ(machine.torn_moves(), 0U);
}

TEST(Moves, OnlyWhatIsMissingIsMovedIn) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    leave_dirty(*spans, 2, 16);
    const Span span = take_filled(*spans, 24, 1);
    ASSERT_NE(span.first, nullptr);
    EXPECT_EQ(span.missing, 0U);
    EXPECT_EQ(spans->counts().dirty_pages, 8U);
    // A run that fits is taken where it is.
    const usize moved = machine.moved_bytes();
    EXPECT_EQ(take_filled(*spans, 8, 1).missing, 0U);
    EXPECT_EQ(machine.moved_bytes(), moved);
}

TEST(Moves, AMoveThatIsRefusedCostsNothing) {
    SimMachine machine;
    machine.set_moves(false);
    const auto spans = std::make_unique<Units>();
    leave_dirty(*spans, 8, 8);
    const Span span = take_filled(*spans, 64, 1);
    ASSERT_NE(span.first, nullptr);
    EXPECT_EQ(span.missing, 64U);
    EXPECT_TRUE(span.zeroed);
    EXPECT_EQ(machine.moved_bytes(), 0U);
    EXPECT_TRUE(spans->check_invariants());
    EXPECT_EQ(
        spans->counts().window_pages - spans->counts().clean_pages - spans->counts().dirty_pages,
        1024U + 8 + 64);
}

}  // namespace
}  // namespace ashlar::pages
