// What <ashlar/ashlar.hpp> offers to C++.

#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <ashlar/ashlar.hpp>

namespace {

// The compiler must not see that these sizes are absurd: it would say so.
volatile std::size_t most = std::numeric_limits<std::size_t>::max();

struct alignas(256) Wide {
    char bytes[256];
};

template <class T>
bool is_aligned(const T* p, std::size_t align = alignof(T)) {
    return reinterpret_cast<std::uintptr_t>(p) % align == 0;
}

bool is_live(const void* p) {
    return ashlar_where(p).state == ASHLAR_BLOCK_LIVE;
}

TEST(CppAllocator, ServesContainers) {
    std::vector<std::string, ashlar::allocator<std::string>> texts(100, "a text of some length");
    EXPECT_TRUE(is_live(texts.data()));
    std::list<Wide, ashlar::allocator<Wide>> wide(50);
    for (const Wide& each : wide) EXPECT_TRUE(is_aligned(&each));
    std::map<int, int, std::less<>, ashlar::allocator<std::pair<const int, int>>> map;
    for (int i = 0; i < 1000; i++) map[i * 7919 % 1000] = i;
    EXPECT_EQ(map.size(), 1000u);
    EXPECT_TRUE(ashlar::allocator<int>() == ashlar::allocator<char>());
}

TEST(CppAllocator, RefusesWhatCannotBe) {
    ashlar::allocator<Wide> allocator;
    EXPECT_THROW((void)allocator.allocate(most / 100), std::bad_array_new_length);
    EXPECT_THROW((void)allocator.allocate(most / 256), std::bad_alloc);
}

// Every resource keeps what std::pmr promises.
void exercise(std::pmr::memory_resource& resource, std::size_t largest_align) {
    std::pmr::map<int, std::pmr::string> map(&resource);
    for (int i = 0; i < 200; i++) map[i].assign(static_cast<std::size_t>(i), 'x');
    for (int i = 0; i < 200; i += 2) map.erase(i);
    for (const auto& [key, text] : map) {
        EXPECT_EQ(text.size(), static_cast<std::size_t>(key));
        EXPECT_EQ(text.find_first_not_of('x'), std::string::npos);
    }
    for (std::size_t align = 1; align <= largest_align; align *= 2) {
        void* p = resource.allocate(3 * align, align);
        EXPECT_TRUE(is_aligned(static_cast<char*>(p), align)) << align;
        std::memset(p, 1, 3 * align);
        resource.deallocate(p, 3 * align, align);
    }
    void* nothing = resource.allocate(0);
    EXPECT_NE(nothing, nullptr);
    resource.deallocate(nothing, 0);
    EXPECT_THROW((void)resource.allocate(most / 2 + 1), std::bad_alloc);
    EXPECT_THROW((void)resource.allocate(most - 100, 64), std::bad_alloc);
    EXPECT_TRUE(resource.is_equal(resource));
    EXPECT_FALSE(resource.is_equal(*std::pmr::new_delete_resource()));
}

TEST(MemoryResource, OfTheProcess) {
    exercise(*ashlar::process_resource(), 1 << 20);
    EXPECT_EQ(ashlar::process_resource(), ashlar::process_resource());
    void* p = ashlar::process_resource()->allocate(100);
    EXPECT_TRUE(is_live(p));
    std::thread([p] { ashlar::process_resource()->deallocate(p, 100); }).join();
    EXPECT_FALSE(is_live(p));
}

TEST(MemoryResource, OfAHeapOfOnesOwn) {
    ashlar::heap_resource resource;
    exercise(resource, 1 << 20);
    void* kept = resource.allocate(1000);
    EXPECT_EQ(ashlar_heap_of(kept), resource.handle());
    for (int i = 0; i < 10000; i++) (void)resource.allocate(static_cast<std::size_t>(i) % 300);
    resource.release();
    EXPECT_FALSE(is_live(kept));
    ashlar_stats stats;
    ashlar_heap_stats_get(resource.handle(), &stats, sizeof stats);
    EXPECT_EQ(stats.live_blocks, 0u);
    exercise(resource, 4096);
    const ashlar::heap_resource other;
    EXPECT_FALSE(resource.is_equal(other));
}

TEST(MemoryResource, OfABuffer) {
    alignas(16) static char buffer[256 * 1024];
    ashlar::buffer_resource resource(buffer, sizeof buffer);
    exercise(resource, 4096);
    for (int round = 0; round < 3; round++) {
        std::vector<void*> blocks;
        try {
            for (;;) blocks.push_back(resource.allocate(1000));
        } catch (const std::bad_alloc&) {
        }
        EXPECT_GT(blocks.size(), 240u) << "as much again in each round";
        for (void* p : blocks) {
            EXPECT_TRUE(ashlar_buffer_heap_contains(resource.handle(), p));
            resource.deallocate(p, 1000);
        }
    }
    EXPECT_THROW(ashlar::buffer_resource(buffer, ASHLAR_BUFFER_HEAP_MIN / 2), std::bad_alloc);
}

// --- stack_buffer ---

TEST(StackBuffer, IsOnTheStackWhileThereIsRoom) {
    const char* kept = nullptr;
    {
        ASHLAR_STACK_BUFFER(char, small, 5000);
        EXPECT_TRUE(small.on_stack());
        EXPECT_EQ(small.size(), 5000u);
        EXPECT_EQ(ashlar_where(small.data()).kind, ASHLAR_PLACE_STACK);
        std::memset(small.data(), 'x', small.size());
        ASHLAR_STACK_BUFFER(char, large, ashlar_stack_left());
        EXPECT_FALSE(large.on_stack());
        EXPECT_TRUE(is_live(large.data()));
        std::memset(large.data(), 'y', large.size());
        for (const char c : small) ASSERT_EQ(c, 'x');
        kept = large.data();
    }
    EXPECT_FALSE(is_live(kept));
    ASHLAR_STACK_BUFFER(int, none, 0);
    EXPECT_EQ(none.begin(), none.end());
}

TEST(StackBuffer, RefusesWhatCannotBe) {
    const auto make = [](std::size_t count) {
        ASHLAR_STACK_BUFFER(Wide, buffer, count);
        return buffer.size();
    };
    EXPECT_EQ(make(3), 3u);
    EXPECT_THROW(make(most / 200), std::bad_array_new_length);
    EXPECT_THROW(make(most / 512), std::bad_alloc);
}

TEST(StackBuffer, AlignsAnyType) {
    const auto check = [](std::size_t count) {
        ASHLAR_STACK_BUFFER(Wide, buffer, count);
        std::memset(static_cast<void*>(buffer.data()), 1, count * sizeof(Wide));
        return is_aligned(buffer.data());
    };
    for (std::size_t count = 1; count < 20; count++) EXPECT_TRUE(check(count));
    EXPECT_TRUE(check(100000)) << "from the heap";
}

struct Counted {
    static inline int alive = 0;
    static inline int until_failure = 1000000;
    Counted() {
        if (--until_failure == 0) throw std::runtime_error("enough");
        alive++;
    }
    ~Counted() { alive--; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    std::string text = "constructed";
};

TEST(StackBuffer, ElementsLiveAsLongAsIt) {
    {
        ASHLAR_STACK_BUFFER(Counted, buffer, 20);
        EXPECT_EQ(Counted::alive, 20);
        for (const Counted& each : buffer) EXPECT_EQ(each.text, "constructed");
    }
    EXPECT_EQ(Counted::alive, 0);
    for (const std::size_t count : {20ul, 1000000ul}) {
        Counted::until_failure = 10;
        const auto make = [count] { ASHLAR_STACK_BUFFER(Counted, buffer, count); };
        EXPECT_THROW(make(), std::runtime_error);
        EXPECT_EQ(Counted::alive, 0);
    }
}

// However deep buffers are nested they never overflow a stack.
std::size_t nest(std::size_t depth) {
    ASHLAR_STACK_BUFFER(char, buffer, 4000);
    for (std::size_t i = 0; i < buffer.size(); i += 500) buffer[i] = 1;
    if (!buffer.on_stack()) return depth;
    const std::size_t deepest = nest(depth + 1);
    return buffer[500] == 1 ? deepest : 0;
}

TEST(StackBuffer, FallsBackBeforeTheStackEnds) {
    struct Nested {
        std::size_t stack = 0;
        std::size_t depth = 0;
    } nested;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 2 << 20);
    pthread_t thread;
    ASSERT_EQ(pthread_create(
                  &thread, &attributes,
                  [](void* result) -> void* {
                      auto* found = static_cast<Nested*>(result);
                      found->stack = ashlar_stack_left();
                      found->depth = nest(0);
                      return nullptr;
                  },
                  &nested),
              0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    EXPECT_GT(nested.depth, 30u);
    EXPECT_LT(nested.depth, nested.stack / 4000);
}

}  // namespace
