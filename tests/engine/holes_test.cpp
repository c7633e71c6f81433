// src/slab/holes.h: the memory of what others freed goes back and comes back.

#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "slab_support.h"

namespace ashlar::slab {
namespace {

using namespace testing_support;

using HolesTest = SlabTest;

constexpr usize kPart = TestPolicy::kPartBytes;

// A slab's worth of objects of a bin.
std::vector<void*> allocate_slab(Front& owner, usize bin) {
    std::vector<void*> objects;
    const usize capacity = kSlabBytes / kSizes[bin];
    for (usize i = 0; i < capacity; i++) {
        objects.push_back(owner.allocate(bin));
        std::memset(objects.back(), 1, kSizes[bin]);
    }
    return objects;
}

// All but the last go; when the owner comes back, the objects are there again.
TEST_F(HolesTest, TheMemoryOfASleepersSlabGoesBack) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects = allocate_slab(owner, bin);
        auto& slab = pages->cell_of(objects[0]).as<Slab>();
        EXPECT_EQ(TestEngine::hollow(slab), 0U) << "all of it is live";
        void* last = objects.back();
        objects.pop_back();
        for (void* object : objects) other.free(object);
        const usize waits = objects.size() * kSizes[bin];
        EXPECT_EQ(TestEngine::holding(slab).waiting, waits);
        const usize gone = TestEngine::hollow(slab);
        EXPECT_GE(gone + 2 * kPart, waits);
        EXPECT_LE(gone, waits);
        EXPECT_EQ(TestEngine::holding(slab).waiting, waits - gone);
        EXPECT_EQ(TestEngine::hollow(slab), 0U) << "it is gone already";
        for (usize at = 0; at < gone; at++) ASSERT_EQ(static_cast<char*>(objects[0])[at], 0);
        EXPECT_TRUE(owner.check());

        std::set<void*> again;
        for (usize i = 0; i < objects.size(); i++) again.insert(owner.allocate(bin));
        EXPECT_EQ(again, std::set<void*>(objects.begin(), objects.end()));
        EXPECT_EQ(pages->hollow_bytes, 0U);
        EXPECT_EQ(pages->in_use(), 1U);
        EXPECT_TRUE(owner.check());
        other.free(last);
        for (void* object : again) other.free(object);
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U) << kSizes[bin];
    }
}

// Holes grow with what is freed later, and survive that their slab is left and taken over.
TEST_F(HolesTest, AnAbandonedSlabKeepsItsHoles) {
    constexpr usize kBin = 2;
    Front owner;
    Front other;
    std::vector<void*> objects = allocate_slab(owner, kBin);
    auto& slab = pages->cell_of(objects[0]).as<Slab>();
    const usize half = objects.size() / 2;
    for (usize i = 0; i < half; i++) other.free(objects[i]);
    EXPECT_EQ(TestEngine::hollow(slab), 4 * kPart);
    for (usize i = half; i < half + half / 2; i++) other.free(objects[i]);
    EXPECT_EQ(TestEngine::hollow(slab), 2 * kPart);
    EXPECT_EQ(TestEngine::hole_bytes(slab), 6 * kPart);
    EXPECT_TRUE(TestEngine::in_hole(slab, objects[half]));
    EXPECT_FALSE(TestEngine::in_hole(slab, objects.back()));
    owner.abandon();
    EXPECT_EQ(TestEngine::hollow(slab), 0U) << "it is nobody's";
    EXPECT_TRUE(owner.check());
    ASSERT_TRUE(TestEngine::adopt(owner, owner.bins[kBin], other, other.bins[kBin]));
    const std::set<void*> freed(objects.begin(), objects.begin() + half + half / 2);
    for (usize i = 0; i < freed.size(); i++) EXPECT_EQ(freed.count(other.allocate(kBin)), 1U);
    EXPECT_TRUE(other.check());
    for (void* object : objects) owner.free(object);
    other.abandon();
    EXPECT_EQ(pages->in_use(), 0U);
}

// What goes with its last object, goes with its holes: nothing of them is touched again.
TEST_F(HolesTest, AnIdleSlabGoesWithItsHoles) {
    constexpr usize kBin = 3;
    const auto hollow_slab = [](Front& owner, usize live) {
        Front other;
        std::vector<void*> objects = allocate_slab(owner, kBin);
        auto& slab = pages->cell_of(objects[0]).as<Slab>();
        for (usize i = live; i < objects.size(); i++) other.free(objects[i]);
        EXPECT_GE(TestEngine::hollow(slab), 7 * kPart);
        objects.resize(live);
        return objects;
    };
    Front owner;
    hollow_slab(owner, 0);
    Slab* idle = nullptr;
    for (int looks = 0; looks < 3 && idle == nullptr; looks++) {
        idle = TestEngine::take_idle(owner, owner.bins[kBin]);
    }
    ASSERT_NE(idle, nullptr);
    EXPECT_EQ(TestEngine::hole_bytes(*idle), kSlabBytes);
    pages->give(idle);
    hollow_slab(owner, 0);
    idle = TestEngine::shrink(owner, owner.bins[kBin]);
    ASSERT_NE(idle, nullptr);
    EXPECT_EQ(TestEngine::hole_bytes(*idle), kSlabBytes);
    pages->give(idle);
    // The last object is the owner's own.
    const std::vector<void*> live = hollow_slab(owner, 1);
    EXPECT_EQ(TestEngine::shrink(owner, owner.bins[kBin]), nullptr);
    owner.free(live[0]);
    EXPECT_EQ(pages->in_use(), 0U);
    EXPECT_EQ(pages->hollow_bytes, 0U);
}

// What others free is told, about all of it.
TEST_F(HolesTest, WhatOthersFreeIsTold) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (int i = 0; i < 4; i++) {
            for (void* object : allocate_slab(owner, bin)) objects.push_back(object);
        }
        TestPolicy::remote = 0;
        for (void* object : objects) other.free(object);
        const usize few = kSlabBytes / kSizes[bin] < 4 ? 4 * kSlabBytes : 0;
        EXPECT_GE(TestPolicy::remote + few, 2 * kSlabBytes) << kSizes[bin];
        EXPECT_LE(TestPolicy::remote, 5 * kSlabBytes) << kSizes[bin];
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

// An owner that works all the time while others free what it hands out and hollow its slab.
TEST_F(HolesTest, AnOwnerMayComeBackAtAnyMoment) {
    constexpr usize kBin = 2;
    constexpr usize kSlots = 300;
    std::vector<std::atomic<void*>> box(kSlots);
    std::atomic<bool> done{false};
    std::atomic<usize> gone{0};
    std::atomic<int> mistakes{0};
    Front owner;
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
        Front other;
        while (!done) {
            for (auto& slot : box) {
                void* object = slot.exchange(nullptr);
                if (object == nullptr) continue;
                if (*static_cast<void**>(object) != object) mistakes++;
                auto& slab = pages->cell_of(object).as<Slab>();
                other.free(object);
                gone += TestEngine::hollow(slab);
            }
        }
    });
    for (usize i = 0; i < 400 * kSlots || gone == 0; i++) {
        auto* object = static_cast<void**>(owner.allocate(kBin));
        *object = object;
        if (void* old = box[i % kSlots].exchange(object)) owner.free(old);
    }
    done = true;
    threads[0].join();
    EXPECT_EQ(mistakes, 0);
    EXPECT_TRUE(owner.check());
    for (auto& slot : box) {
        if (void* object = slot.load()) owner.free(object);
    }
    owner.abandon();
    EXPECT_EQ(pages->in_use(), 0U);
}

}  // namespace
}  // namespace ashlar::slab
