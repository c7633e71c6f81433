// src/core: arithmetic, lists, the lock, text.

#include <cstring>
#include <list>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/bits.h"
#include "core/descriptor.h"
#include "core/list.h"
#include "core/lock.h"
#include "core/text.h"
#include "port/sim/sim.h"

namespace ashlar {
namespace {

TEST(Bits, PowersOfTwoAreExactlyThoseWithOneBit) {
    EXPECT_FALSE(is_power_of_two(0));
    for (unsigned bit = 0; bit < 64; bit++) {
        const usize x = usize{1} << bit;
        EXPECT_TRUE(is_power_of_two(x));
        if (bit < 2) continue;
        EXPECT_FALSE(is_power_of_two(x - 1));
        EXPECT_FALSE(is_power_of_two(x + 1));
    }
}

TEST(Bits, AligningFindsTheNearestMultiple) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 10000; i++) {
        const usize align = usize{1} << random() % 32;
        const usize x = random() >> (1 + random() % 62);
        const usize up = align_up(x, align);
        const usize down = align_down(x, align);
        EXPECT_EQ(up % align, 0U);
        EXPECT_EQ(down % align, 0U);
        EXPECT_TRUE(up >= x && up - x < align);
        EXPECT_TRUE(down <= x && x - down < align);
        EXPECT_EQ(is_aligned(x, align), up == down);
    }
}

TEST(Bits, LogarithmsBracketTheirArgument) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 10000; i++) {
        const usize x = (random() >> random() % 63) | 1;
        EXPECT_LE(usize{1} << log2_floor(x), x);
        EXPECT_EQ(x >> log2_floor(x), 1U);
        if (x == 1 || x > usize{1} << 63) continue;
        EXPECT_GE(usize{1} << log2_ceil(x), x);
        EXPECT_LT(usize{1} << (log2_ceil(x) - 1), x);
    }
    EXPECT_EQ(log2_ceil(0), 0U);
    EXPECT_EQ(log2_ceil(1), 0U);
}

TEST(Bits, CeilDivDoesNotWrapAtTheTop) {
    EXPECT_EQ(ceil_div(~usize{0}, 2), usize{1} << 63);
    EXPECT_EQ(ceil_div(0, 7), 0U);
    EXPECT_EQ(ceil_div(1, ~usize{0}), 1U);
}

TEST(Bits, BitRunCoversEveryPlaceAndLength) {
    for (unsigned from = 0; from < 64; from++) {
        for (unsigned count = 0; from + count <= 64; count++) {
            u64 expected = 0;
            for (unsigned bit = from; bit < from + count; bit++) expected |= u64{1} << bit;
            ASSERT_EQ(bit_run(from, count), expected) << from << ' ' << count;
        }
    }
}

struct Node {
    int value = 0;
    Link<Node> link;
};
Link<Node>& node_link(Node& node) {
    return node.link;
}

template <class ListType>
class ListTest : public testing::Test {};
using Lists = testing::Types<List<Node, node_link>, FrontList<Node, node_link>>;
TYPED_TEST_SUITE(ListTest, Lists);

TYPED_TEST(ListTest, BehavesAsAStandardList) {
    constexpr bool kHasBack = requires(TypeParam l) {
        l.back();
    };
    std::mt19937_64 random(3);
    std::vector<Node> nodes(50);
    std::vector<bool> linked(nodes.size());
    TypeParam list;
    std::list<Node*> model;
    for (int step = 0; step < 20000; step++) {
        const usize i = random() % nodes.size();
        Node& node = nodes[i];
        if (linked[i]) {
            list.remove(node);
            model.remove(&node);
        } else if (!kHasBack || random() % 2 == 0) {
            list.push_front(node);
            model.push_front(&node);
        } else if constexpr (kHasBack) {
            list.push_back(node);
            model.push_back(&node);
        }
        linked[i] = !linked[i];
        if (random() % 16 == 0) {
            Node* popped = list.pop_front();
            ASSERT_EQ(popped, model.empty() ? nullptr : model.front());
            if (popped != nullptr) {
                model.pop_front();
                linked[static_cast<usize>(popped - nodes.data())] = false;
            }
        }
        ASSERT_EQ(list.empty(), model.empty());
        if (!model.empty()) {
            ASSERT_EQ(list.front(), model.front());
            if constexpr (kHasBack) ASSERT_EQ(list.back(), model.back());
        }
        Node* at = list.front();
        for (Node* expected : model) {
            ASSERT_EQ(at, expected);
            at = list.next(*at);
        }
        ASSERT_EQ(at, nullptr);
    }
}

TEST(Descriptor, EveryNewLifeStartsFresh) {
    struct Use {
        DescriptorHead head;
        u64 value = 7;
    };
    Cell cell;
    std::memset(static_cast<void*>(&cell), 0xee, sizeof cell);
    Use& use = cell.become<Use>(Kind::Large);
    EXPECT_EQ(cell.kind(), Kind::Large);
    EXPECT_EQ(use.value, 7U);
    EXPECT_EQ(use.head.owner.get(), nullptr);
    use.head.owner.set(&cell);
    use.head.order = 5;
    cell.clear();
    EXPECT_EQ(cell.kind(), Kind::None);
    EXPECT_EQ(cell.head.owner.get(), nullptr);
    EXPECT_EQ(cell.head.order, 0);
    EXPECT_EQ(&Cell::of(use), &cell);
}

// More threads than cores, so that waiters really sleep and must be woken.
TEST(Lock, ExcludesAndLosesNoWakeUp) {
    constexpr int kThreads = 8;
    constexpr int kRounds = 20000;
    Lock<port::Sim> lock;
    u64 counter = 0;  // not atomic: only the lock makes the sum come out
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; t++) {
        threads.emplace_back([&] {
            for (int i = 0; i < kRounds; i++) {
                const Guard guard(lock);
                counter++;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(counter, u64{kThreads} * kRounds);
    EXPECT_TRUE(lock.try_lock());
    EXPECT_FALSE(lock.try_lock());
    lock.unlock();
}

TEST(Lock, ASleeperIsWokenByUnlock) {
    Lock<port::Sim> lock;
    std::atomic<bool> entered{false};
    lock.lock();
    std::thread waiter([&] {
        lock.lock();
        entered = true;
        lock.unlock();
    });
    // Long enough for the waiter to be asleep: it spins for about a microsecond.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(entered);
    lock.unlock();
    waiter.join();
    EXPECT_TRUE(entered);
}

TEST(Text, WritesWhatPrintfWould) {
    std::mt19937_64 random(4);
    for (int i = 0; i < 1000; i++) {
        const u64 number = random() >> random() % 64;
        const void* pointer = reinterpret_cast<void*>(random() >> random() % 64);
        Text<100> text;
        text << "n=" << number << ' ' << pointer;
        char expected[100];
        std::snprintf(expected, sizeof expected, "n=%lu 0x%lx", number, address(pointer));
        ASSERT_STREQ(text.c_str(), expected);
        ASSERT_EQ(text.size(), std::strlen(expected));
        ASSERT_FALSE(text.truncated());
    }
}

TEST(Text, TruncatesInsteadOfOverflowing) {
    for (usize length = 0; length < 20; length++) {
        Text<8> text;
        text << std::string(length, 'x').c_str();
        EXPECT_EQ(text.size(), length < 8 ? length : 7);
        EXPECT_EQ(text.truncated(), length > 7);
        EXPECT_EQ(std::strlen(text.c_str()), text.size());
    }
    Text<8> part;
    part.append("abcdef", 3) << '!';
    EXPECT_STREQ(part.c_str(), "abc!");
}

}  // namespace
}  // namespace ashlar
