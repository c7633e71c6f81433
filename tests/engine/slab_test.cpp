// src/slab: the engine against a model that knows every object, and its
// transitions under the hands of several threads.

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "slab_support.h"

namespace ashlar::slab {
namespace {

using namespace testing_support;

void fill(void* object, u64 tag, usize size) {
    auto* words = static_cast<u64*>(object);
    for (usize i = 0; i < size / 8; i += (size > 256 ? size / 64 : 1)) words[i] = tag + i;
}
bool is_filled(void* object, u64 tag, usize size) {
    auto* words = static_cast<u64*>(object);
    for (usize i = 0; i < size / 8; i += (size > 256 ? size / 64 : 1)) {
        if (words[i] != tag + i) return false;
    }
    return true;
}

class SlabModel : public SlabTest, public testing::WithParamInterface<u64> {};

// Four owners on one thread: every object is known, all equations hold after every step.
TEST_P(SlabModel, AgreesAfterEveryStep) {
    std::mt19937_64 random(GetParam());
    constexpr usize kOwners = 4;
    std::vector<std::unique_ptr<Front>> owners;
    for (usize i = 0; i < kOwners; i++) owners.push_back(std::make_unique<Front>());
    struct Object {
        usize bin;
        u64 tag;
    };
    std::map<char*, Object> live;
    std::vector<char*> order;  // the same, for picking by chance
    usize phase = 60;
    for (int step = 0; step < 12000; step++) {
        if (step % 1000 == 0) phase = 30 + random() % 50;  // grow, shrink, grow
        Front& owner = *owners[random() % kOwners];
        const u64 choice = random() % 100;
        if (choice < phase && order.size() < 3000) {
            const usize bin = random() % 4 == 0 ? random() % kBins : random() % 4;
            bool fresh = false;
            auto* object = static_cast<char*>(owner.allocate(bin, random() % 2 == 0, fresh));
            const usize size = kSizes[bin];
            auto after = live.lower_bound(object);
            if (after != live.end()) ASSERT_LE(object + size, after->first) << "overlap";
            if (after != live.begin()) {
                const auto& [p, before] = *std::prev(after);
                ASSERT_LE(p + kSizes[before.bin], object) << "overlap";
            }
            if (fresh) {
                for (usize i = 8; i < size; i++) ASSERT_EQ(object[i], 0) << "not fresh";
            }
            const u64 tag = random();
            fill(object, tag, size);
            live[object] = {bin, tag};
            order.push_back(object);
        } else if (choice < 98 && !order.empty()) {
            std::swap(order[random() % order.size()], order.back());
            char* object = order.back();
            order.pop_back();
            const Object known = live.at(object);
            ASSERT_TRUE(is_filled(object, known.tag, kSizes[known.bin])) << "contents lost";
            live.erase(object);
            // Its owner, or anybody.
            Front& freer =
                random() % 2 == 0
                    ? owner
                    : static_cast<Front&>(TestEngine::owner_of(pages->cell_of(object).as<Slab>()));
            freer.free(object);
        } else if (choice == 98 && random() % 8 == 0) {
            owner.abandon();
        } else if (choice == 98) {
            for (Bin& bin : owner.bins) {
                if (bin.active != nullptr) TestEngine::hollow(*bin.active);
            }
        } else if (choice == 99) {
            // What this owner has left lying goes to another one that runs short.
            Front& to = *owners[random() % kOwners];
            const usize bin = random() % kBins;
            if (&to != &owner && to.bins[bin].active == nullptr) {
                TestEngine::adopt(owner, owner.bins[bin], to, to.bins[bin]);
            }
        }
        for (auto& o : owners) {
            if (step % 16 == 0 || o.get() == &owner) ASSERT_TRUE(o->check()) << "step " << step;
        }
    }
    for (char* object : order) owners[random() % kOwners]->free(object);
    for (auto& o : owners) {
        ASSERT_TRUE(o->check());
        o->abandon();
        EXPECT_EQ(o->partial_slabs, 0U);
    }
    EXPECT_EQ(pages->in_use(), 0U) << "no object lives, and no slab";
}

INSTANTIATE_TEST_SUITE_P(Seeds, SlabModel, testing::Range(u64{1}, u64{7}));

// How many slabs may stay when nothing is live: the active one of a bin.
TEST_F(SlabTest, FreedByItsOwnerASlabGoesBack) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        std::vector<void*> objects;
        for (usize i = 0; i < 8 * kSlabBytes / kSizes[bin]; i++) {
            objects.push_back(owner.allocate(bin));
        }
        EXPECT_GE(pages->in_use(), 8U);
        for (void* object : objects) owner.free(object);
        EXPECT_LE(pages->in_use(), 1U) << kSizes[bin];
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

// A long life with few objects must not fill a slab of every size: the chain grows until going
// through it again is cheap, and no further.
TEST_F(SlabTest, FewLiveObjectsTouchLittle) {
    for (const usize live : {1, 3}) {
        for (usize bin = 0; bin < kBins && kSizes[bin] <= 4096; bin++) {
            Front owner;
            std::vector<void*> objects(live);
            for (void*& object : objects) object = owner.allocate(bin);
            for (usize i = 0; i < 100000; i++) {
                void*& object = objects[i % live];
                owner.free(object);
                object = owner.allocate(bin);
            }
            const Slab& slab = pages->cell_of(objects[0]).as<Slab>();
            EXPECT_EQ(pages->in_use(), 1U);
            EXPECT_LE(slab.carved * kSizes[bin], 36 * kKiB) << kSizes[bin];
            EXPECT_GE(slab.carved, live + 4) << kSizes[bin];
            for (void* object : objects) owner.free(object);
            owner.abandon();
        }
    }
}

struct ClockPolicy : TestPolicy {
    static u32 now_ms() { return now; }
    inline static u32 now = 0;
};

// Where a front end has a clock, only a size that is wanted often gets a longer chain.
TEST_F(SlabTest, ASizeThatIsSeldomWantedKeepsAShortChain) {
    using Clocked = Engine<ClockPolicy>;
    const auto carved_after = [](u32 ms_between) {
        void* chain = nullptr;
        Bin bin;
        bin.chain = &chain;
        bin.object_size = 2560;
        TestOwner owner;
        Slab* slab = nullptr;
        for (usize i = 0; i < 1000; i++, ClockPolicy::now += ms_between) {
            void* object = chain == nullptr ? Clocked::swap(bin) : nullptr;
            if (object == nullptr) {
                if (chain == nullptr && Clocked::refill(owner, bin) == Refill::NeedSpan) {
                    Clocked::donate(owner, bin, pages->take(false), kSlabBytes, false);
                }
                object = chain;
                chain = *static_cast<void**>(object);
            }
            slab = &pages->cell_of(object).as<Slab>();
            EXPECT_FALSE(slab->push_local(object, static_cast<void**>(object)));
        }
        const usize carved = slab->carved;
        pages->give(Clocked::abandon(owner, bin));
        return carved;
    };
    EXPECT_GE(carved_after(0), 8U);
    EXPECT_EQ(carved_after(1), 1U);
    EXPECT_EQ(pages->in_use(), 0U);
}

TEST_F(SlabTest, FreedByOthersASlabGoesBack) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (usize i = 0; i < 8 * kSlabBytes / kSizes[bin]; i++) {
            objects.push_back(owner.allocate(bin));
        }
        for (void* object : objects) other.free(object);
        EXPECT_LE(pages->in_use(), 1U) << kSizes[bin];
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

// Of an owner that nobody meets a slab is looked at when it has something to give, and when it is
// empty; of any other in between, too.
TEST_F(SlabTest, NobodyElseMeansNoLooksInBetween) {
    constexpr usize kBin = 3;
    constexpr usize kObjects = kSlabBytes / kSizes[kBin];
    for (const bool alone : {true, false}) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (usize i = 0; i < 2 * kObjects; i++) objects.push_back(owner.allocate(kBin));
        if (!alone) {
            other.free(objects.back());
            objects.pop_back();
        }
        owner.countdowns = 0;
        for (usize i = 0; i < kObjects; i++) owner.free(objects[i]);
        EXPECT_EQ(owner.countdowns == 2, alone) << owner.countdowns;
        EXPECT_EQ(pages->in_use(), 1U);
        for (usize i = kObjects; i < objects.size(); i++) owner.free(objects[i]);
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

// Slabs that wait for the last of their objects are told when somebody frees one of them.
TEST_F(SlabTest, WhoIsMetLaterIsMetInAllSlabs) {
    constexpr usize kBin = 3;
    constexpr usize kObjects = kSlabBytes / kSizes[kBin];
    constexpr usize kSlabs = 8;
    Front owner;
    Front other;
    std::vector<void*> objects;
    for (usize i = 0; i < kSlabs * kObjects; i++) objects.push_back(owner.allocate(kBin));
    const auto free_of_all = [&](usize from, usize end, Front& freer) {
        for (usize slab = 0; slab < kSlabs; slab++) {
            for (usize i = from; i < end; i++) freer.free(objects[slab * kObjects + i]);
        }
    };
    // By the owner, until all but the last slab are partial.
    free_of_all(0, kObjects / 2, owner);
    free_of_all(kObjects / 2, kObjects / 2 + 1, other);
    // Any refill.
    owner.free(owner.allocate(0));
    free_of_all(kObjects / 2 + 1, kObjects, owner);
    EXPECT_LE(pages->in_use(), 2U) << "the active slabs";
    owner.abandon();
    EXPECT_EQ(pages->in_use(), 0U);
}

// Regression: with remote frees pending, the countdown did not come to zero with the last
// local free, and nobody noticed that the slab was empty.
TEST_F(SlabTest, FreedByOthersAndThenByItsOwnerASlabGoesBack) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (usize i = 0; i < 8 * kSlabBytes / kSizes[bin]; i++) {
            objects.push_back(owner.allocate(bin));
        }
        for (usize i = 0; i < objects.size(); i += 2) other.free(objects[i]);
        for (usize i = 1; i < objects.size(); i += 2) owner.free(objects[i]);
        EXPECT_LE(pages->in_use(), 1U) << kSizes[bin];
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

TEST_F(SlabTest, FreedInTurnsASlabGoesBack) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (usize i = 0; i < 8 * kSlabBytes / kSizes[bin]; i++) {
            objects.push_back(owner.allocate(bin));
        }
        for (usize i = 0; i < objects.size(); i++) (i % 2 == 0 ? owner : other).free(objects[i]);
        EXPECT_LE(pages->in_use(), 2U) << kSizes[bin];
        owner.abandon();
        EXPECT_EQ(pages->in_use(), 0U);
    }
}

// What an owner leaves behind goes back with its last object, whoever frees that.
TEST_F(SlabTest, AbandonedSlabsGoBackWithTheirLastObject) {
    for (usize bin = 0; bin < kBins; bin++) {
        Front owner;
        Front other;
        std::vector<void*> objects;
        for (usize i = 0; i < 3 * kSlabBytes / kSizes[bin]; i++) {
            objects.push_back(owner.allocate(bin));
        }
        owner.abandon();
        EXPECT_TRUE(owner.check());
        for (void* object : objects) other.free(object);
        EXPECT_EQ(pages->in_use(), 0U) << kSizes[bin];
    }
}

TEST_F(SlabTest, AdoptedSlabsServeTheirNewOwner) {
    Front old;
    Front young;
    constexpr usize kBin = 2;
    std::vector<void*> objects;
    for (usize i = 0; i < kSlabBytes / kSizes[kBin]; i++) objects.push_back(old.allocate(kBin));
    for (usize i = 0; i < objects.size() / 2; i++) young.free(objects[i]);
    old.abandon();
    ASSERT_TRUE(TestEngine::adopt(old, old.bins[kBin], young, young.bins[kBin]));
    EXPECT_FALSE(TestEngine::adopt(old, old.bins[kBin], young, young.bins[kBin]));
    const usize before = pages->in_use();
    for (usize i = 0; i < objects.size() / 2; i++) young.allocate(kBin);
    EXPECT_EQ(pages->in_use(), before) << "the adopted slab had room";
    EXPECT_EQ(&TestEngine::owner_of(pages->cell_of(objects[0]).as<Slab>()), &young);
    EXPECT_TRUE(young.check());
    EXPECT_TRUE(old.check());
}

// A chain of objects is one push.
TEST_F(SlabTest, ChainsAreFreedInOnePush) {
    Front owner;
    constexpr usize kBin = 1;
    const usize capacity = kSlabBytes / kSizes[kBin];
    std::vector<void*> objects;
    for (usize i = 0; i < 2 * capacity; i++) objects.push_back(owner.allocate(kBin));
    auto& slab = pages->cell_of(objects[0]).as<Slab>();
    void** previous = nullptr;
    for (usize i = 0; i < capacity; i++) {
        auto* object = static_cast<void**>(objects[i]);
        if (previous != nullptr) *previous = object;
        previous = object;
    }
    *previous = nullptr;
    pages->give(TestEngine::free_remote(slab, objects[0], previous, static_cast<u32>(capacity)));
    EXPECT_EQ(pages->in_use(), 1U);
    EXPECT_TRUE(owner.check());
}

// --- several threads ---

// Owners allocate; everything is freed by whoever takes it out of the box.
TEST_F(SlabTest, ThreadsExchangeObjects) {
    constexpr int kThreads = 4;
    constexpr usize kSlots = 256;
    struct Slot {
        void* object = nullptr;
        usize bin = 0;
        u64 tag = 0;
        std::mutex mutex;
    };
    std::vector<Slot> box(kSlots);
    std::vector<std::unique_ptr<Front>> owners;
    for (int i = 0; i < kThreads; i++) owners.push_back(std::make_unique<Front>());
    std::atomic<int> mistakes{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; t++) {
        threads.emplace_back([&, t] {
            std::mt19937_64 random(static_cast<u64>(t));
            Front& owner = *owners[static_cast<usize>(t)];
            for (int i = 0; i < 30000; i++) {
                const usize bin = random() % 5;
                const u64 tag = random();
                void* object = owner.allocate(bin);
                fill(object, tag, kSizes[bin]);
                Slot& slot = box[random() % kSlots];
                Slot mine;
                {
                    const std::lock_guard guard(slot.mutex);
                    mine.object = std::exchange(slot.object, object);
                    mine.bin = std::exchange(slot.bin, bin);
                    mine.tag = std::exchange(slot.tag, tag);
                }
                if (mine.object == nullptr) continue;
                if (!is_filled(mine.object, mine.tag, kSizes[mine.bin])) mistakes++;
                auto& slab = pages->cell_of(mine.object).as<Slab>();
                if (i % 16 == 0) TestEngine::hollow(slab);
                owner.free(mine.object);
                if (i % 16 == 1) TestEngine::hollow(slab);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(mistakes, 0);
    for (auto& owner : owners) EXPECT_TRUE(owner->check());
    for (Slot& slot : box) {
        if (slot.object != nullptr) owners[0]->free(slot.object);
    }
    for (auto& owner : owners) owner->abandon();
    EXPECT_EQ(pages->in_use(), 0U);
}

// Regression: a remote freer that moved a full slab to the partial list wrote the countdown
// while the owner was decrementing it; a slab with live objects went back.
TEST_F(SlabTest, OwnerAndOthersFreeTheSameSlabsAtOnce) {
    constexpr int kOthers = 2;
    constexpr int kRounds = 200;
    // Slabs of 16 objects: the first remote free of each moves it.
    constexpr usize kBin = 5;
    constexpr usize kObjects = 400 * kSlabBytes / kSizes[kBin];
    std::atomic<int> mistakes{0};
    std::vector<void*> objects(kObjects);
    Front owner;
    pages->poison = 16;
    const auto free_every = [&](Front& freer, usize from) {
        for (usize i = from; i < kObjects; i += kOthers + 1) {
            if (!is_filled(objects[i], i, 64)) mistakes++;
            freer.free(objects[i]);
        }
    };
    std::atomic<int> round{0};
    std::atomic<int> finished{0};
    std::vector<std::thread> threads;
    for (usize t = 1; t <= kOthers; t++) {
        threads.emplace_back([&, t] {
            Front other;
            for (int r = 1; r <= kRounds; r++) {
                while (round.load() < r) std::this_thread::yield();
                free_every(other, t);
                finished++;
            }
        });
    }
    for (int r = 1; r <= kRounds; r++) {
        for (usize i = 0; i < kObjects; i++) {
            objects[i] = owner.allocate(kBin);
            fill(objects[i], i, 64);
        }
        round = r;
        free_every(owner, 0);
        while (finished.load() < r * kOthers) std::this_thread::yield();
        EXPECT_EQ(mistakes, 0);
        EXPECT_TRUE(owner.check()) << "round " << r;
        if (HasFailure()) break;
    }
    round = kRounds;
    for (auto& thread : threads) thread.join();
    owner.abandon();
    EXPECT_EQ(pages->in_use(), 0U);
}

// Owners come and go while others free what they left and take over their slabs.
TEST_F(SlabTest, OwnersComeAndGo) {
    constexpr int kThreads = 3;
    constexpr usize kSlots = 512;
    std::vector<std::atomic<void*>> box(kSlots);
    std::vector<std::unique_ptr<Front>> gone;
    std::mutex gone_mutex;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; t++) {
        threads.emplace_back([&, t] {
            std::mt19937_64 random(static_cast<u64>(t) + 100);
            for (int life = 0; life < 40; life++) {
                auto owner = std::make_unique<Front>();
                for (int i = 0; i < 1000; i++) {
                    const usize bin = random() % 4;
                    if (owner->bins[bin].active == nullptr && random() % 4 == 0) {
                        const std::lock_guard guard(gone_mutex);
                        if (!gone.empty()) {
                            Front& from = *gone[random() % gone.size()];
                            if (TestEngine::adopt(from, from.bins[bin], *owner, owner->bins[bin])) {
                                ASSERT_EQ(owner->chains[bin], nullptr);
                            }
                        }
                    }
                    void* object = box[random() % kSlots].exchange(owner->allocate(bin));
                    if (object == nullptr) continue;
                    if (i % 16 == 0) TestEngine::hollow(pages->cell_of(object).as<Slab>());
                    owner->free(object);
                }
                owner->abandon();
                const std::lock_guard guard(gone_mutex);
                gone.push_back(std::move(owner));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    Front last;
    for (auto& slot : box) {
        if (void* object = slot.load()) last.free(object);
    }
    for (auto& owner : gone) EXPECT_TRUE(owner->check());
    EXPECT_EQ(pages->in_use(), 0U) << "nobody is there, nothing is live, nothing is kept";
}

}  // namespace
}  // namespace ashlar::slab
