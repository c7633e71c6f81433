// src/slab: an active slab tells its front end that most of it came back.

#include <vector>

#include <gtest/gtest.h>

#include "slab_support.h"

namespace ashlar::slab {
namespace {

using namespace testing_support;

using Ebb = SlabTest;

struct TidePolicy : TestPolicy {
    static constexpr bool kTide = true;
};

// An active slab that is its size's only one tells when most of it came back, once; after that, and
// when it was refilled meanwhile, it is asked to tell again.
TEST_F(Ebb, AnOnlySlabTellsAnEbb) {
    using Tides = Engine<TidePolicy>;
    constexpr u32 kSize = 256;
    constexpr usize kPageful = 4096 / kSize;
    void* chain = nullptr;
    Bin bin;
    bin.chain = &chain;
    bin.object_size = kSize;
    TestOwner owner;
    const auto allocate = [&] {
        if (chain == nullptr && Tides::refill(owner, bin) == Refill::NeedSpan) {
            Tides::donate(owner, bin, pages->take(false), kSlabBytes, false);
        }
        void* object = chain;
        chain = *static_cast<void**>(object);
        return object;
    };
    std::vector<void*> objects;
    // Frees until an ebb is told or nothing is left; how many were freed.
    const auto free_until_told = [&] {
        for (usize freed = 1; !objects.empty(); freed++) {
            void* object = objects.back();
            objects.pop_back();
            auto& slab = pages->cell_of(object).as<Slab>();
            if (slab.push_local(object, static_cast<void**>(object))) {
                EXPECT_TRUE(Tides::tells_ebb(owner, slab));
                EXPECT_EQ(Tides::ebb(slab), freed * kSize);
                return freed;
            }
        }
        return usize{0};
    };
    for (usize i = 0; i < 8 * kPageful; i++) objects.push_back(allocate());
    EXPECT_EQ(free_until_told(), 7 * kPageful * 3 / 4);
    EXPECT_EQ(Tides::used_bytes(bin), objects.size() * kSize);
    EXPECT_EQ(Tides::carved_bytes(bin), 8 * kPageful * kSize);
    const usize left = objects.size();
    Tides::expect_half(bin);
    for (usize freed = 1;; freed++) {
        void* object = objects.back();
        objects.pop_back();
        if (bin.active->push_local(object, static_cast<void**>(object))) {
            EXPECT_EQ(freed, left / 2);
            break;
        }
    }
    // One that is watched goes with its last object instead.
    pages->give(Tides::shrink(owner, bin));
    ASSERT_NE(bin.active, nullptr);
    Tides::expect_half(bin);
    while (bin.active != nullptr && !objects.empty()) {
        void* object = objects.back();
        objects.pop_back();
        Slab& slab = *bin.active;
        if (!slab.push_local(object, static_cast<void**>(object))) continue;
        EXPECT_FALSE(Tides::tells_ebb(owner, slab));
        pages->give(Tides::on_countdown(owner, slab));
    }
    EXPECT_TRUE(objects.empty());
    EXPECT_EQ(pages->in_use(), 0U);
}

// An only slab that nobody used between two looks goes if nothing of it is live.
TEST_F(Ebb, WhatIdlesIsTakenAtTheSecondLook) {
    Front front;
    const auto look = [&] { return TestEngine::take_idle(front, front.bins[2]); };
    EXPECT_EQ(look(), nullptr) << "there is no slab";
    void* object = front.allocate(2);
    EXPECT_EQ(look(), nullptr);
    EXPECT_EQ(look(), nullptr) << "an object is live";
    EXPECT_EQ(look(), nullptr);
    front.free(object);
    EXPECT_EQ(look(), nullptr) << "it came back since";
    front.free(front.allocate(2));
    EXPECT_EQ(look(), nullptr) << "one was taken and freed";
    Slab* idle = look();
    ASSERT_NE(idle, nullptr);
    EXPECT_EQ(front.bins[2].active, nullptr);
    EXPECT_EQ(front.chains[2], nullptr);
    pages->give(idle);
    EXPECT_EQ(pages->in_use(), 0U);
    front.free(front.allocate(2));
    pages->give(TestEngine::abandon(front, front.bins[2]));
    EXPECT_EQ(pages->in_use(), 0U);
}

// Frees of others are seen, and of a size with more slabs none is taken.
TEST_F(Ebb, WhatOthersFreedIdles) {
    Front front;
    void* object = front.allocate(3);
    pages->give(TestEngine::free_remote(pages->cell_of(object).as<Slab>(), object, object, 1));
    Slab* idle = nullptr;
    for (int looks = 0; looks < 3 && idle == nullptr; looks++) {
        idle = TestEngine::take_idle(front, front.bins[3]);
    }
    ASSERT_NE(idle, nullptr);
    pages->give(idle);
    std::vector<void*> objects;
    while (front.bins[3].slabs.get() < 2) objects.push_back(front.allocate(3));
    for (int looks = 0; looks < 3; looks++) {
        EXPECT_EQ(TestEngine::take_idle(front, front.bins[3]), nullptr);
    }
    for (void* p : objects) front.free(p);
    pages->give(TestEngine::abandon(front, front.bins[3]));
    EXPECT_EQ(pages->in_use(), 0U);
}

// A size in steady use hears of no ebb: its chain is used up first.
TEST_F(Ebb, SteadyUseTellsNoEbb) {
    using Tides = Engine<TidePolicy>;
    void* chain = nullptr;
    Bin bin;
    bin.chain = &chain;
    bin.object_size = 256;
    TestOwner owner;
    std::vector<void*> objects(40);
    for (usize i = 0; i < 100000; i++) {
        void*& object = objects[i % objects.size()];
        if (object != nullptr) {
            auto& slab = pages->cell_of(object).as<Slab>();
            EXPECT_FALSE(slab.push_local(object, static_cast<void**>(object)));
        }
        if (chain == nullptr && Tides::refill(owner, bin) == Refill::NeedSpan) {
            Tides::donate(owner, bin, pages->take(false), kSlabBytes, false);
        }
        object = chain;
        chain = *static_cast<void**>(object);
    }
    for (void* object : objects) {
        auto& slab = pages->cell_of(object).as<Slab>();
        if (slab.push_local(object, static_cast<void**>(object))) Tides::ebb(slab);
    }
    pages->give(Tides::abandon(owner, bin));
    EXPECT_EQ(pages->in_use(), 0U);
}

}  // namespace
}  // namespace ashlar::slab
