// src/pages/runs.h: free runs of two kinds over one window against a model of every page.

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "pages/runs.h"

namespace ashlar::pages {
namespace {

constexpr usize kWall = 8;
constexpr u8 kHugeHome = 1;
using Clean = Runs<Kind::FreeClean, kWall>;
using Dirty = Runs<Kind::FreeDirty, kWall>;

struct Arena {
    explicit Arena(usize pages) : cells(new Cell[pages]), where(pages, Kind::None) {}

    usize index_of(FreeRun& run) const { return static_cast<usize>(&Cell::of(run) - cells.get()); }

    // Whether runs of one kind may not cross the boundary before page `i`.
    bool is_wall(usize i) const {
        const u8 home = cells[i].head.home;
        return cells[i - 1].head.home != home || (home == kHugeHome && i % kWall == 0);
    }

    template <class R>
    void add(R& runs, usize first, usize count, Kind kind) {
        for (usize i = first; i < first + count;) {
            usize end = i + 1;
            while (end < first + count && !is_wall(end)) end++;
            const auto on_change = [](FreeRun& old, FreeRun& run) {
                EXPECT_EQ(&Cell::of(old) - &Cell::of(run), run.length - old.length);
            };
            const usize before = runs.pages();
            if (!extends || !runs.extend(cells.get(), where.size(), i, end - i, on_change)) {
                EXPECT_EQ(runs.pages(), before);
                runs.add(cells.get(), where.size(), i, end - i, [](FreeRun&) {});
            }
            EXPECT_EQ(runs.pages(), before + end - i);
            i = end;
        }
        std::fill_n(where.begin() + static_cast<long>(first), count, kind);
    }

    std::unique_ptr<Cell[]> cells;
    std::vector<Kind> where;
    bool extends = false;  // add by extending a run where that is possible
};

// The runs are exactly the longest stretches of pages of the kind between walls.
template <class R>
void check(R& runs, const Arena& arena, Kind kind) {
    std::vector<usize> found(arena.where.size(), 0);
    usize pages = 0;
    runs.for_each([&](FreeRun& run) {
        ASSERT_EQ(run.head.kind.get(), kind);
        found[arena.index_of(run)] = run.length;
        pages += run.length;
    });
    ASSERT_EQ(runs.pages(), pages);
    for (usize i = 0; i < arena.where.size();) {
        usize end = i + 1;
        if (arena.where[i] == kind) {
            while (end < arena.where.size() && arena.where[end] == kind && !arena.is_wall(end))
                end++;
            ASSERT_EQ(found[i], end - i) << "a run starts at " << i;
            ASSERT_EQ(run_before(arena.cells.get(), end), &arena.cells[i].as<FreeRun>());
        } else {
            ASSERT_EQ(found[i], 0U) << "no run starts at " << i;
        }
        i = end;
    }
}

bool anything(FreeRun&) {
    return true;
}

class RunsModel : public testing::TestWithParam<unsigned> {};

TEST_P(RunsModel, AgreesAfterEveryStep) {
    std::mt19937_64 random(GetParam());
    const usize pages = 40 + random() % 300;
    Arena arena(pages);
    for (usize i = kWall; i + kWall <= pages / 2; i++) arena.cells[i].head.home = kHugeHome;
    Clean clean;
    Dirty dirty;
    arena.add(clean, 0, pages, Kind::FreeClean);
    std::vector<std::pair<usize, usize>> used;
    for (int step = 0; step < 1500; step++) {
        arena.extends = random() % 2 == 0;
        const bool from_clean = random() % 2 == 0;
        const Kind kind = from_clean ? Kind::FreeClean : Kind::FreeDirty;
        if (random() % 2 == 0) {
            const usize count = 1 + random() % 24;
            if (FreeRun* run = dirty.find(count, count, anything);
                !from_clean && run != nullptr && run->length > count && random() % 2 == 0) {
                const usize first = arena.index_of(*run);
                run->stamp = static_cast<u32>(step);
                const FreeRun& rest = dirty.cut_front(*run, count, [](FreeRun&, FreeRun&) {});
                ASSERT_EQ(&Cell::of(*run) + count, reinterpret_cast<const Cell*>(&rest));
                ASSERT_EQ(rest.stamp, static_cast<u32>(step));
                Cell::of(*run).clear();
                for (usize i = first; i < first + count; i++) {
                    ASSERT_EQ(arena.where[i], kind);
                    ASSERT_EQ(arena.cells[i].kind(), Kind::None);
                    arena.where[i] = Kind::None;
                }
                used.emplace_back(first, count);
                ASSERT_NO_FATAL_FAILURE(check(dirty, arena, Kind::FreeDirty));
                continue;
            }
            FreeRun* run = from_clean ? clean.take(count, count, anything)
                                      : dirty.take(count, count, anything);
            if (run == nullptr) {
                usize longest = 0;
                const auto look = [&](FreeRun& r) { longest = std::max<usize>(longest, r.length); };
                from_clean ? clean.for_each(look) : dirty.for_each(look);
                ASSERT_LT(longest, count) << "a short look at its own length is enough here";
                continue;
            }
            ASSERT_GE(run->length, count);
            const usize first = arena.index_of(*run);
            const usize length = run->length;
            Cell::of(*run).clear();
            for (usize i = first; i < first + length; i++) {
                ASSERT_EQ(arena.where[i], kind);
                ASSERT_EQ(arena.cells[i].kind(), Kind::None);
                arena.where[i] = Kind::None;
            }
            if (length > count) {
                from_clean ? arena.add(clean, first + count, length - count, kind)
                           : arena.add(dirty, first + count, length - count, kind);
            }
            used.emplace_back(first, count);
        } else if (!used.empty()) {
            std::swap(used[random() % used.size()], used.back());
            const auto [first, count] = used.back();
            used.pop_back();
            from_clean ? arena.add(clean, first, count, kind)
                       : arena.add(dirty, first, count, kind);
        }
        ASSERT_NO_FATAL_FAILURE(check(clean, arena, Kind::FreeClean));
        ASSERT_NO_FATAL_FAILURE(check(dirty, arena, Kind::FreeDirty));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RunsModel, testing::Range(1U, 9U));

TEST(Runs, GiveTheShortestThatFits) {
    Arena arena(4000);
    Clean runs;
    for (const auto& [first, count] :
         {std::pair<usize, usize>{0, 3}, {10, 5}, {20, 300}, {400, 1000}}) {
        arena.add(runs, first, count, Kind::FreeClean);
    }
    EXPECT_EQ(arena.index_of(*runs.take(4, 4, anything)), 10U);
    EXPECT_EQ(arena.index_of(*runs.take(4, 4, anything)), 20U);
    EXPECT_EQ(arena.index_of(*runs.take(1, 1, anything)), 0U);
    EXPECT_EQ(runs.take(1001, 1001, anything), nullptr);
    EXPECT_EQ(arena.index_of(*runs.take(1000, 1000, anything)), 400U);
    EXPECT_EQ(runs.pages(), 0U);
}

TEST(Runs, OnlyWhatTheCallerSaysFits) {
    Arena arena(100);
    Clean runs;
    arena.add(runs, 1, 8, Kind::FreeClean);
    arena.add(runs, 16, 9, Kind::FreeClean);
    const auto at_eight = [&](FreeRun& run) {
        const usize first = arena.index_of(run);
        return align_up(first, 8) + 8 <= first + run.length;
    };
    EXPECT_EQ(arena.index_of(*runs.take(8, 15, at_eight)), 16U);
    EXPECT_EQ(runs.take(8, 15, at_eight), nullptr);
}

TEST(Runs, LookBelowGoesFromTheLongest) {
    Arena arena(200);
    Clean runs;
    for (usize i = 1; i <= 5; i++) arena.add(runs, i * 20, i, Kind::FreeClean);
    std::vector<u32> seen;
    runs.look_below(4, 3, [&](FreeRun& run) {
        seen.push_back(run.length);
        return false;
    });
    EXPECT_EQ(seen, (std::vector<u32>{4, 3, 2}));
}

}  // namespace
}  // namespace ashlar::pages
