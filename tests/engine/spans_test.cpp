// src/pages/spans.h and free_runs.h: runs of pages against a model of every page, and exact
// knowledge of zeroed memory.

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
