// src/pages/buddy.h against a model that is one flag a page.

#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "pages/buddy.h"

namespace ashlar::pages {
namespace {

constexpr unsigned kOrders = 10;
using CleanBuddy = Buddy<kOrders, Kind::FreeClean>;
using DirtyBuddy = Buddy<kOrders, Kind::FreeDirty>;

// A window's descriptors, and for each page which buddy has it (None: in use).
struct Arena {
    explicit Arena(usize pages) : cells(new Cell[pages]), where(pages, Kind::None) {
        for (usize i = 0; i < pages; i++) cells[i].clear();
    }
    Extent extent() const { return {cells.get(), where.size()}; }
    usize index_of(FreeBlock& run) const {
        return static_cast<usize>(&Cell::of(run) - cells.get());
    }

    std::unique_ptr<Cell[]> cells;
    std::vector<Kind> where;
};

template <class B>
void give(B& buddy, Arena& arena, usize first, usize count, Kind kind) {
    buddy.give(
        arena.extent(), first, count, [](FreeBlock&) {}, [](FreeBlock&) {});
    for (usize i = first; i < first + count; i++) arena.where[i] = kind;
}

// Every run is aligned to its length, covers only pages the model has here, and
// is larger than its free neighbours allow it to stay.
template <class B>
void check(B& buddy, const Arena& arena, Kind kind) {
    std::set<std::pair<usize, usize>> runs;  // (length, first)
    usize pages = 0;
    buddy.for_each([&](FreeBlock& run) {
        const usize first = arena.index_of(run);
        const usize length = usize{1} << run.head.order;
        ASSERT_EQ(first % length, 0U);
        ASSERT_LE(first + length, arena.where.size());
        for (usize i = first; i < first + length; i++) ASSERT_EQ(arena.where[i], kind);
        ASSERT_TRUE(runs.insert({length, first}).second);
        pages += length;
    });
    usize expected = 0;
    for (Kind k : arena.where) expected += k == kind ? 1 : 0;
    ASSERT_EQ(pages, expected);
    ASSERT_EQ(buddy.pages(), expected);
    for (const auto& [length, first] : runs) {
        if (length == usize{1} << (kOrders - 1)) continue;
        ASSERT_EQ(runs.count({length, first ^ length}), 0U) << "buddies that did not merge";
    }
}

class BuddyModel : public testing::TestWithParam<usize> {};

// Two buddies over one array of descriptors, as clean and dirty runs are.
TEST_P(BuddyModel, AgreesAfterEveryStep) {
    const usize pages = GetParam();
    std::mt19937_64 random(pages);
    Arena arena(pages);
    CleanBuddy clean;
    DirtyBuddy dirty;
    give(clean, arena, 0, pages, Kind::FreeClean);
    std::map<usize, usize> used;  // first -> count
    for (int step = 0; step < 4000; step++) {
        if (random() % 2 == 0) {
            const auto order = static_cast<unsigned>(random() % (kOrders + 1));
            const bool from_clean = random() % 2 == 0;
            const Kind kind = from_clean ? Kind::FreeClean : Kind::FreeDirty;
            FreeBlock* run = from_clean ? clean.take(order) : dirty.take(order);
            if (run == nullptr) {
                // Then no run of that length may be free.
                usize longest = 0;
                const auto look = [&](FreeBlock& r) {
                    longest = std::max(longest, usize{1} << r.head.order);
                };
                from_clean ? clean.for_each(look) : dirty.for_each(look);
                ASSERT_LT(longest, usize{1} << order);
                continue;
            }
            const usize first = arena.index_of(*run);
            const usize length = usize{1} << run->head.order;
            ASSERT_GE(length, usize{1} << order);
            Cell::of(*run).clear();
            for (usize i = first; i < first + length; i++) {
                ASSERT_EQ(arena.where[i], kind);
                arena.where[i] = Kind::None;
            }
            used[first] = length;
        } else if (!used.empty()) {
            // A part of a run that is in use goes back, into either buddy.
            auto it = used.begin();
            std::advance(it, random() % used.size());
            const auto [first, length] = *it;
            const usize from = first + random() % length;
            const usize count = 1 + random() % (first + length - from);
            used.erase(it);
            if (from > first) used[first] = from - first;
            if (from + count < first + length) used[from + count] = first + length - from - count;
            if (random() % 2 == 0) {
                give(clean, arena, from, count, Kind::FreeClean);
            } else {
                give(dirty, arena, from, count, Kind::FreeDirty);
            }
        }
        if (step % 16 != 0) continue;
        ASSERT_NO_FATAL_FAILURE(check(clean, arena, Kind::FreeClean));
        ASSERT_NO_FATAL_FAILURE(check(dirty, arena, Kind::FreeDirty));
    }
    for (const auto& [first, count] : used) give(clean, arena, first, count, Kind::FreeClean);
    ASSERT_NO_FATAL_FAILURE(check(clean, arena, Kind::FreeClean));
}

INSTANTIATE_TEST_SUITE_P(WindowLengths, BuddyModel,
                         testing::Values(1, 2, 3, 63, 64, 100, 511, 512, 1000, 2048));

TEST(Buddy, GivesTheSmallestRunThatFits) {
    Arena arena(64);
    CleanBuddy buddy;
    give(buddy, arena, 0, 1, Kind::FreeClean);
    give(buddy, arena, 8, 8, Kind::FreeClean);
    give(buddy, arena, 32, 32, Kind::FreeClean);
    EXPECT_EQ(arena.index_of(*buddy.take(1)), 8U);
    EXPECT_EQ(arena.index_of(*buddy.take(0)), 0U);
    EXPECT_EQ(arena.index_of(*buddy.take(0)), 32U);
    EXPECT_EQ(buddy.take(0), nullptr);
}

TEST(Buddy, TellsOfEveryRunThatMergesAndEnters) {
    Arena arena(16);
    CleanBuddy buddy;
    std::vector<usize> merged;
    std::vector<usize> entered;
    const auto give_telling = [&](usize first, usize count) {
        merged.clear();
        entered.clear();
        buddy.give(
            arena.extent(), first, count,
            [&](FreeBlock& r) { merged.push_back(arena.index_of(r)); },
            [&](FreeBlock& r) { entered.push_back(arena.index_of(r)); });
    };
    give_telling(1, 1);
    EXPECT_EQ(entered, std::vector<usize>({1}));
    give_telling(2, 2);
    EXPECT_TRUE(merged.empty());
    give_telling(0, 1);  // joins 1, then 2..3
    EXPECT_EQ(merged, std::vector<usize>({1, 2}));
    EXPECT_EQ(entered, std::vector<usize>({0}));
    give_telling(5, 9);  // 5, 6..7, 8..11, 12..13
    EXPECT_EQ(entered, std::vector<usize>({5, 6, 8, 12}));
}

TEST(Buddy, AnOrderThatDoesNotExistIsRefused) {
    Arena arena(1024);
    CleanBuddy buddy;
    give(buddy, arena, 0, 1024, Kind::FreeClean);
    EXPECT_EQ(buddy.take(kOrders), nullptr);
    EXPECT_EQ(buddy.take(63), nullptr);
    EXPECT_EQ(buddy.pages(), 1024U);
}

}  // namespace
}  // namespace ashlar::pages
