// src/pages/window.h: growth, and what happens when the system says no.

#include <cstring>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "pages/window.h"
#include "port/sim/sim.h"

namespace ashlar::pages {
namespace {

using port::Sim;
using port::SimMachine;

constexpr Geometry kUnits{16, 128};
using Windows = WindowSet<Sim, kUnits>;
constexpr usize kPage = Windows::kPage;

// All that must hold for a piece of new pages.
void check_growth(Windows& windows, const Windows::Growth& growth, usize wanted) {
    ASSERT_GE(growth.count, wanted);
    auto& window = *growth.window;
    char* pages = window.base + growth.first * kPage;
    ASSERT_TRUE(SimMachine::current().owns(pages, growth.count * kPage));
    ASSERT_EQ(address(window.base) % Windows::kBaseAlign, 0U);
    for (const usize i : {growth.first, growth.first + growth.count - 1}) {
        Cell& cell = window.cells[i];
        char* page = window.base + i * kPage;
        ASSERT_EQ(windows.find(page), &cell);
        ASSERT_EQ(windows.find(page + kPage - 1), &cell);
        ASSERT_EQ(windows.address_of(cell), page);
        ASSERT_EQ(&windows.window_of(cell), &window);
        ASSERT_EQ(cell.kind(), Kind::None);
        // Descriptor and side bytes are there to be written.
        cell.clear();
        char* side = windows.side_of(cell);
        for (usize b = 0; b < kUnits.side_bytes; b++) ASSERT_EQ(side[b], 0);
        std::memset(side, 0, kUnits.side_bytes);
        ASSERT_EQ(page[0], 0);
    }
    ASSERT_EQ(windows.find(pages + growth.count * kPage), nullptr);
}

TEST(Windows, AreEmptyAtFirst) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    EXPECT_EQ(windows->find(nullptr), nullptr);
    EXPECT_EQ(windows->find(windows.get()), nullptr);
    EXPECT_EQ(windows->count(), 0U);
    EXPECT_EQ(machine.requests(), 0U);
}

TEST(Windows, GrowInOnePieceUpwards) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    usize end = 0;
    for (const usize wanted : {1U, 1U, 63U, 500U, 1U, 3000U}) {
        const auto growth = windows->grow(wanted);
        ASSERT_NO_FATAL_FAILURE(check_growth(*windows, growth, wanted));
        EXPECT_EQ(growth.first, end);
        end += growth.count;
    }
    EXPECT_EQ(windows->count(), 1U);
}

// The number of system calls is logarithmic in the size of the process.
TEST(Windows, StepsGrowWithTheWindow) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    usize pages = 0;
    int growths = 0;
    while (pages < (8 * kGiB) / kPage) {
        pages += windows->grow(1).count;
        growths++;
    }
    EXPECT_LT(growths, 90);
    // Nothing of it was touched.
    EXPECT_EQ(machine.resident_bytes(), 0U);
}

TEST(Windows, AForeignMappingInTheWayOpensAFurtherWindow) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    const auto first = windows->grow(1);
    char* behind = first.window->base + (first.first + first.count) * kPage;
    machine.occupy(behind + 40 * kPage, kPage);
    const auto small = windows->grow(8);
    EXPECT_EQ(windows->count(), 1U) << "one huge page's worth still fits";
    ASSERT_NO_FATAL_FAILURE(check_growth(*windows, small, 8));
    const auto second = windows->grow(100);
    ASSERT_NO_FATAL_FAILURE(check_growth(*windows, second, 100));
    EXPECT_EQ(windows->count(), 2U);
    EXPECT_NE(windows->find(first.window->base), nullptr);
    EXPECT_EQ(windows->find(behind + 40 * kPage), nullptr);
    // From now on the newest window grows.
    const auto third = windows->grow(100);
    EXPECT_EQ(third.window, second.window);
}

TEST(Windows, AForeignDescriptorAreaIsSteppedOver) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    // The first place suggested is somebody's already.
    char* place = static_cast<char*>(Sim::suggest(0));
    machine.occupy(place + 16 * kGiB, kPage);
    const auto growth = windows->grow(5);
    ASSERT_NO_FATAL_FAILURE(check_growth(*windows, growth, 5));
    EXPECT_EQ(windows->count(), 1U);
}

class ReservedWindows : public testing::TestWithParam<usize> {};

// No place is known: a reservation of the system's choice serves, as large as can be had.
TEST_P(ReservedWindows, ServeWhatFits) {
    const usize space = GetParam();
    SimMachine machine({.address_space = space, .suggests = false});
    const auto windows = std::make_unique<Windows>();
    usize pages = 0;
    for (;;) {
        const auto growth = windows->grow(1);
        if (growth.count == 0) break;
        ASSERT_NO_FATAL_FAILURE(check_growth(*windows, growth, 1));
        pages += growth.count;
    }
    EXPECT_GT(windows->count(), 0U);
    EXPECT_GE(pages * kPage, space / 2) << "more than half of the space serves";
}

INSTANTIATE_TEST_SUITE_P(Spaces, ReservedWindows,
                         testing::Values(16 * kMiB, 64 * kMiB, 100 * kMiB, kGiB, 3 * kGiB));

// What a refusal leaves behind must be used by the next attempt: a program that
// keeps asking at its limit must not eat its address space.
TEST(Windows, RefusalsDoNotAddUp) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    windows->grow(1);
    machine.occupy(windows->operator[](0).base + windows->operator[](0).limit * kPage, kPage);
    // Descriptors of a second window may still be had, its pages not.
    machine.set_budget(machine.owned_bytes() + kMiB);
    EXPECT_EQ(windows->grow(100).count, 0U);
    const usize owned = machine.owned_bytes();
    const usize reserved = machine.reserved_bytes();
    for (int i = 0; i < 50; i++) EXPECT_EQ(windows->grow(100).count, 0U);
    EXPECT_EQ(machine.owned_bytes(), owned);
    EXPECT_EQ(machine.reserved_bytes(), reserved);
    machine.set_budget(kGiB);
    ASSERT_NO_FATAL_FAILURE(check_growth(*windows, windows->grow(100), 100));
}

TEST(Windows, RefusedReservationsDoNotAddUp) {
    SimMachine machine({.address_space = 8 * kGiB, .suggests = false, .budget = 0});
    const auto windows = std::make_unique<Windows>();
    EXPECT_EQ(windows->grow(1).count, 0U);
    const usize reserved = machine.reserved_bytes();
    for (int i = 0; i < 50; i++) EXPECT_EQ(windows->grow(1).count, 0U);
    EXPECT_EQ(machine.reserved_bytes(), reserved);
    machine.set_budget(kGiB);
    ASSERT_NO_FATAL_FAILURE(check_growth(*windows, windows->grow(1), 1));
}

// The k-th request fails, for each k that growth makes: either it is served
// some other way or nothing has happened and the next attempt succeeds.
TEST(Windows, SurviveARefusalAtEveryStep) {
    for (const bool suggests : {true, false}) {
        for (u64 k = 0; k < 40; k++) {
            SimMachine machine({.suggests = suggests});
            const auto windows = std::make_unique<Windows>();
            machine.refuse_only(k);
            usize pages = 0;
            for (int i = 0; i < 6; i++) {
                auto growth = windows->grow(100);
                if (growth.count == 0) growth = windows->grow(100);
                ASSERT_NO_FATAL_FAILURE(check_growth(*windows, growth, 100)) << k;
                pages += growth.count;
            }
            usize limits = 0;
            for (usize w = 0; w < windows->count(); w++) limits += (*windows)[w].limit;
            ASSERT_EQ(limits, pages) << k;
        }
    }
}

TEST(Windows, AbsurdRequestsAreRefusedWithoutAskingTheSystem) {
    SimMachine machine;
    const auto windows = std::make_unique<Windows>();
    EXPECT_EQ(windows->grow(~usize{0}).count, 0U);
    EXPECT_EQ(windows->grow(usize{1} << 47).count, 0U);
    EXPECT_EQ(machine.requests(), 0U);
}

TEST(Windows, WorkWithLargePages) {
    SimMachine machine({.page_size = 64 * kKiB});
    const auto windows = std::make_unique<Windows>();
    for (const usize wanted : {1U, 70U, 1000U}) {
        ASSERT_NO_FATAL_FAILURE(check_growth(*windows, windows->grow(wanted), wanted));
    }
}

}  // namespace
}  // namespace ashlar::pages
