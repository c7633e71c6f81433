// src/slab: an active slab that stacks gives what was freed last.

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "heap_support.h"
#include "slab_support.h"

namespace ashlar::slab {
namespace {

using namespace testing_support;

using Stack = SlabTest;

constexpr usize kBin = 1;

// A front end whose active slab of a size has some live objects, and stacks.
struct Stacking : Front {
    Stacking() {
        for (usize i = 0; i < 200; i++) objects.push_back(allocate(kBin));
        while (!slab().stacks()) objects.push_back(allocate(kBin));
    }
    ~Stacking() {
        for (void* object : objects) free(object);
        abandon();
    }
    Slab& slab() { return *bins[kBin].active; }

    std::vector<void*> objects;
};

TEST_F(Stack, WhatWasFreedLastIsNext) {
    Stacking front;
    std::set<void*> given;
    const u32 used = front.slab().used();
    for (usize i = 0; i < 1000; i++) {
        void* first = front.allocate(kBin);
        void* second = front.allocate(kBin);
        given.insert({first, second});
        front.free(first);
        front.free(second);
        ASSERT_EQ(front.slab().used(), used) << "what is on the chain counts as used";
    }
    EXPECT_EQ(given.size(), 2U);
    EXPECT_EQ(front.slab().local, nullptr);
    EXPECT_TRUE(front.check());
}

// More frees than a countdown can tell.
TEST_F(Stack, TheBooksOutliveManyFrees) {
    Stacking front;
    void* object = front.objects.back();
    for (usize i = 0; i < 200000; i++) {
        front.free(object);
        object = front.allocate(kBin);
        ASSERT_EQ(object, front.objects.back());
        if (i % 1000 == 0) ASSERT_TRUE(front.check());
    }
    EXPECT_TRUE(front.check());
}

// What others freed comes when the chain is at its end, and is counted.
TEST_F(Stack, OthersAreMetAtTheEndOfTheChain) {
    Stacking front;
    Front other;
    std::set<void*> theirs;
    for (usize i = 0; i < 20; i++) {
        theirs.insert(front.objects.back());
        other.free(front.objects.back());
        front.objects.pop_back();
    }
    const Slab* slab = &front.slab();
    for (usize i = 0; !theirs.empty(); i++) {
        ASSERT_LT(i, kSlabBytes / kSizes[kBin]);
        front.objects.push_back(front.allocate(kBin));
        theirs.erase(front.objects.back());
        EXPECT_TRUE(front.check());
    }
    EXPECT_EQ(&front.slab(), slab);
}

// A slab that is taken and given back between two looks is in use, although its lists are the same.
TEST_F(Stack, WhatIsUsedBetweenLooksIsNotTaken) {
    Front front;
    const auto pass_through = [&front] {
        for (usize i = 0; i < 300; i++) front.free(front.allocate(kBin));
    };
    pass_through();
    ASSERT_TRUE(front.bins[kBin].active->stacks());
    for (usize i = 0; i < 5; i++) {
        EXPECT_EQ(TestEngine::take_idle(front, front.bins[kBin]), nullptr);
        front.free(front.allocate(kBin));
    }
    EXPECT_EQ(TestEngine::take_idle(front, front.bins[kBin]), nullptr);
    pages->give(TestEngine::take_idle(front, front.bins[kBin]));
    EXPECT_EQ(pages->in_use(), 0U);
}

// A slab that is to go with its last object counts, until it is refilled.
TEST_F(Stack, AShrinkingOwnerCounts) {
    Front front;
    std::vector<void*> objects;
    for (usize i = 0; i < 400; i++) objects.push_back(front.allocate(kBin));
    for (usize i = 0; i < 300; i++) {
        front.free(objects.back());
        objects.pop_back();
    }
    front.free(front.allocate(kBin));
    pages->give(TestEngine::shrink(front, front.bins[kBin]));
    ASSERT_FALSE(front.bins[kBin].active->stacks());
    for (void* object : objects) front.free(object);
    EXPECT_EQ(pages->in_use(), 0U);
    EXPECT_EQ(front.bins[kBin].active, nullptr);
}

}  // namespace
}  // namespace ashlar::slab

namespace ashlar::heap {
namespace {

template <class T>
class HeapStack : public testing::Test {};
TYPED_TEST_SUITE(HeapStack, testing_support::HeapSettings);

using namespace testing_support;

// Of new memory calloc clears the first word alone: what was freed there must not come back so.
HEAP_TEST_IN(HeapStack, WhatWasFreedIsClearedAgain) {
    for (const usize size : {16, 200, 1000}) {
        for (usize i = 0; i < 3000; i++) {
            void* first = H::allocate_zeroed(size);
            void* second = H::allocate_zeroed(size);
            ASSERT_TRUE(is_filled(first, 0, size)) << size << " at " << i;
            ASSERT_TRUE(is_filled(second, 0, size)) << size << " at " << i;
            std::memset(first, 0x77, size);
            std::memset(second, 0x77, size);
            H::deallocate(first);
            if (i % 3 != 0) H::deallocate(second);
        }
    }
}

}  // namespace
}  // namespace ashlar::heap
