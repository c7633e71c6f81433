// src/pages/spans.h and free_runs.h: runs of pages against a model of every page, exact
// knowledge of zeroed memory, and what the rules of purging do to it.

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "spans_support.h"

namespace ashlar::pages {
namespace {

using namespace testing_support;
using port::Sim;
using port::SimConfig;
using port::SimMachine;

// Pages of the machine's own size, so that the model sees each; the heap's units are the other.
constexpr Geometry kSmallPages{12, 8};

// What is known of the pages of one Spans, kept by the test: who holds which run.
template <Geometry kGeometry>
class Model {
  public:
    using Set = Spans<Sim, kGeometry>;
    static constexpr usize kPage = Set::kPage;

    struct Run {
        usize count;
        u64 tag;  // in every page; 0: zeroed and not written
    };

    explicit Model(u64 seed) : random(seed), spans(new Set) {}

    char* at(Cell& cell) { return spans->windows().address_of(cell); }
    Cell& cell_of(char* p) { return *spans->windows().find(p); }

    // Takes into the model what `span` gave; checks all that is promised of it.
    void accept(Span span, usize count, usize align) {
        char* first = at(*span.first);
        ASSERT_EQ((address(first) / kPage) % align, 0U);
        ASSERT_TRUE(SimMachine::current().owns(first, count * kPage));
        ASSERT_TRUE(is_unused(first, count)) << "handed out twice";
        for (usize i = 0; i < count; i++) {
            ASSERT_EQ(span.first[i].kind(), Kind::None);
            ASSERT_EQ(span.first[i].head.owner.get(), nullptr);
            ASSERT_NO_FATAL_FAILURE(
                check_zero(spans->windows().side_of(span.first[i]), kGeometry.side_bytes));
        }
        if (span.zeroed) ASSERT_NO_FATAL_FAILURE(check_zero(first, count * kPage));
        const u64 tag = random() | 1;
        for (usize i = 0; i < count; i++) mark(first + i * kPage, tag + i);
        span.first->become<Holder>(Kind::Large);
        runs[first] = {count, tag};
        live += count;
    }

    // Gives pages [from, from+count) of a run back.
    void give(char* first, usize from, usize count) {
        const Run run = runs.at(first);
        for (usize i = from; i < from + count; i++) {
            char* page = first + i * kPage;
            ASSERT_NO_FATAL_FAILURE(check_mark(page, run.tag + i));
            std::memset(spans->windows().side_of(cell_of(page)), 0, kGeometry.side_bytes);
        }
        runs.erase(first);
        if (from > 0) runs[first] = {from, run.tag};
        if (from + count < run.count) {
            char* behind = first + (from + count) * kPage;
            cell_of(behind).template become<Holder>(Kind::Large);
            runs[behind] = {run.count - from - count, run.tag + from + count};
        }
        char* start = first + from * kPage;
        bool zeroed = random() % 4 == 0;
        // Who gives memory back himself has not got moved pages.
        for (usize i = 0; i < count; i++) zeroed &= (&cell_of(start))[i].head.piece.get() == 0;
        if (zeroed) Sim::discard(start, count * kPage);
        if (count == 1 && !zeroed && random() % 2 == 0) {
            spans->give_page(cell_of(start));
        } else {
            spans->give(cell_of(start), count, zeroed);
        }
        live -= count;
    }

    // Whether any `count` free pages lie side by side, aligned, in some window.
    bool has_room(usize count, usize align) {
        bool found = false;
        for (usize w = 0; w < spans->windows().count(); w++) {
            auto& window = spans->windows()[w];
            const usize base = address(window.base) / kPage;
            std::vector<bool> used(window.limit);
            for (const auto& [first, run] : runs) {
                if (spans->windows().find(first) < window.cells ||
                    spans->windows().find(first) >= window.cells + window.limit)
                    continue;
                const usize start = address(first) / kPage - base;
                for (usize i = 0; i < run.count; i++) used[start + i] = true;
            }
            for (usize i = align_up(base, align) - base; i + count <= used.size(); i += align) {
                found |= std::none_of(used.begin() + static_cast<long>(i),
                                      used.begin() + static_cast<long>(i + count),
                                      [](bool b) { return b; });
            }
        }
        return found;
    }

    void check() {
        ASSERT_TRUE(spans->check_invariants());
        const SpanCounts counts = spans->counts();
        ASSERT_EQ(counts.window_pages, counts.clean_pages + counts.dirty_pages + live);
        // Clean means no memory: what is resident is live or dirty.
        usize resident = 0;
        for (usize w = 0; w < spans->windows().count(); w++) {
            auto& window = spans->windows()[w];
            resident += SimMachine::current().resident_bytes(window.base, window.limit * kPage);
        }
        ASSERT_LE(resident, (live + counts.dirty_pages) * kPage);
    }

    void give_all() {
        while (!runs.empty()) {
            const auto [first, run] = *runs.begin();
            ASSERT_NO_FATAL_FAILURE(give(first, 0, run.count));
        }
    }

    std::mt19937_64 random;
    std::unique_ptr<Set> spans;
    std::map<char*, Run> runs;
    usize live = 0;

  private:
    struct Holder {
        DescriptorHead head;
    };

    bool is_unused(char* first, usize count) {
        auto after = runs.lower_bound(first);
        if (after != runs.end() && after->first < first + count * kPage) return false;
        if (after == runs.begin()) return true;
        const auto& before = *std::prev(after);
        return before.first + before.second.count * kPage <= first;
    }

    static void check_zero(const char* p, usize bytes) {
        for (usize i = 0; i < bytes; i += 8) {
            u64 word = 0;
            std::memcpy(&word, p + i, 8);
            ASSERT_EQ(word, 0U) << "said to be zeroed, byte " << i << " of " << bytes;
        }
    }
    // Both ends and the middle of a page, and what describes it.
    void mark(char* page, u64 tag) {
        for (const usize offset : {usize{0}, kPage / 2, kPage - 8}) {
            std::memcpy(page + offset, &tag, 8);
        }
        Cell& cell = cell_of(page);
        std::memcpy(&cell.body, &tag, 8);
        std::memset(spans->windows().side_of(cell), static_cast<u8>(tag | 1), kGeometry.side_bytes);
    }
    void check_mark(char* page, u64 tag) {
        for (const usize offset : {usize{0}, kPage / 2, kPage - 8}) {
            ASSERT_EQ(std::memcmp(page + offset, &tag, 8), 0) << "contents lost";
        }
        Cell& cell = cell_of(page);
        ASSERT_EQ(std::memcmp(&cell.body, &tag, 8), 0) << "descriptor lost";
        const char* side = spans->windows().side_of(cell);
        for (usize i = 0; i < kGeometry.side_bytes; i++) {
            ASSERT_EQ(static_cast<u8>(side[i]), static_cast<u8>(tag | 1)) << "side bytes lost";
        }
    }
};

template <Geometry kGeometry>
void run_model(u64 seed, const SimConfig& config, int steps) {
    SimMachine machine(config);
    Model<kGeometry> model(seed);
    auto& random = model.random;
    const bool plenty = config.budget > kGiB && config.address_space > kGiB;
    for (int step = 0; step < steps; step++) {
        const u64 choice = random() % 100;
        if (choice < 45) {
            const usize count = 1 + random() % (usize{1} << random() % 8);
            const usize align = random() % 4 == 0 ? usize{1} << random() % 10 : 1;
            const bool single = count == 1 && align == 1 && random() % 2 == 0;
            const Span span = single              ? model.spans->take_page(Density::Sparse)
                              : random() % 2 == 0 ? model.spans->take(count, align)
                                                  : take_filled(*model.spans, count, align);
            if (span.first != nullptr) {
                ASSERT_NO_FATAL_FAILURE(model.accept(span, count, align));
            } else {
                ASSERT_FALSE(plenty);
                ASSERT_FALSE(model.has_room(count, align)) << "refused although there is room";
            }
        } else if (choice < 85 && !model.runs.empty()) {
            auto it = model.runs.begin();
            std::advance(it, random() % model.runs.size());
            const auto [first, run] = *it;
            const bool whole = random() % 4 != 0;
            const usize from = whole ? 0 : random() % run.count;
            const usize count = whole ? run.count : 1 + random() % (run.count - from);
            ASSERT_NO_FATAL_FAILURE(model.give(first, from, count));
        } else if (choice < 95 && !model.runs.empty()) {
            // Exactly the pages behind a run, as realloc asks for them.
            auto it = model.runs.begin();
            std::advance(it, random() % model.runs.size());
            char* behind = it->first + it->second.count * Model<kGeometry>::kPage;
            auto& window = model.spans->windows().window_of(model.cell_of(it->first));
            const usize index = (address(behind) - address(window.base)) / Model<kGeometry>::kPage;
            const usize count = 1 + random() % 16;
            const auto next = std::next(it);
            const bool fits =
                index + count <= window.limit &&
                (next == model.runs.end() ||
                 next->first >= behind + count * Model<kGeometry>::kPage || next->first < behind);
            Gaps gaps;
            Span span = model.spans->take_at(window, index, count, gaps);
            ASSERT_EQ(span.first != nullptr, fits);
            if (fits && gaps.pages() != 0) {
                model.spans->supply(span, gaps, random() % (count + 1));
            }
            if (fits) ASSERT_NO_FATAL_FAILURE(model.accept(span, count, 1));
        } else if (choice < 97) {
            model.spans->purge_older_than(static_cast<u32>(random() % 2000));
        } else if (choice == 97) {
            model.spans->purge_all();
        } else {
            machine.advance(static_cast<u32>(random() % 500));
        }
        if (step % 32 == 0) ASSERT_NO_FATAL_FAILURE(model.check());
    }
    ASSERT_NO_FATAL_FAILURE(model.give_all());
    ASSERT_NO_FATAL_FAILURE(model.check());
    model.spans->purge_all();
    ASSERT_NO_FATAL_FAILURE(model.check());
    EXPECT_EQ(model.spans->counts().dirty_pages, 0U);
    for (usize w = 0; w < model.spans->windows().count(); w++) {
        auto& window = model.spans->windows()[w];
        EXPECT_EQ(machine.resident_bytes(window.base, window.limit * Model<kGeometry>::kPage), 0U);
    }
}

class SpansModel : public testing::TestWithParam<u64> {};

TEST_P(SpansModel, SmallPagesWithPlentyOfRoom) {
    run_model<kSmallPages>(GetParam(), {}, 1500);
}
TEST_P(SpansModel, SmallPagesUntilMemoryRunsOut) {
    run_model<kSmallPages>(GetParam(), {.budget = 12 * kMiB}, 1500);
}
TEST_P(SpansModel, SmallPagesInASmallAddressSpace) {
    run_model<kSmallPages>(GetParam(), {.address_space = 16 * kMiB, .suggests = false}, 1500);
}
TEST_P(SpansModel, UnitsOnAMachineWithLargePages) {
    run_model<kUnits>(GetParam(), {.page_size = 64 * kKiB}, 400);
}
TEST_P(SpansModel, UnitsUntilMemoryRunsOut) {
    run_model<kUnits>(GetParam(), {.budget = 24 * kMiB}, 400);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SpansModel, testing::Range(u64{1}, u64{5}));

// --- single promises ---

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

// Several threads take, write, check and give; purges run in between.
TEST(Spans, ThreadsNeverShareARun) {
    SimMachine machine;
    const auto spans = std::make_unique<Units>();
    std::vector<std::thread> threads;
    std::atomic<int> mistakes{0};
    for (u64 t = 0; t < 4; t++) {
        threads.emplace_back([&, t] {
            std::mt19937_64 random(t);
            std::vector<std::pair<Cell*, usize>> mine;
            for (int i = 0; i < 3000; i++) {
                if (mine.size() < 8 && random() % 2 == 0) {
                    const usize count = 1 + random() % 8;
                    const usize align = random() % 8 == 0 ? 64 : 1;
                    const Span span = random() % 2 == 0 ? spans->take(count, align)
                                                        : take_filled(*spans, count, align);
                    char* at = spans->windows().address_of(*span.first);
                    for (usize u = 0; u < count; u++) {
                        u64 word = 0;
                        std::memcpy(&word, at + u * kUnit, 8);
                        if (span.zeroed && word != 0) mistakes++;
                        std::memcpy(at + u * kUnit, &t, 8);
                    }
                    mine.emplace_back(span.first, count);
                } else if (!mine.empty()) {
                    const auto [cell, count] = mine.back();
                    mine.pop_back();
                    char* at = spans->windows().address_of(*cell);
                    for (usize u = 0; u < count; u++) {
                        if (std::memcmp(at + u * kUnit, &t, 8) != 0) mistakes++;
                    }
                    spans->give(*cell, count, false);
                }
                if (random() % 256 == 0) spans->purge_all();
            }
            for (const auto& [cell, count] : mine) spans->give(*cell, count, false);
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(mistakes, 0);
    EXPECT_TRUE(spans->check_invariants());
    const SpanCounts counts = spans->counts();
    EXPECT_EQ(counts.window_pages, counts.clean_pages + counts.dirty_pages);
}

}  // namespace
}  // namespace ashlar::pages
