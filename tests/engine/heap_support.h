// What the tests of the heap share: the settings they run on, and how.
#pragma once

#include <cstring>

#include <gtest/gtest.h>

#include "fresh_process.h"
#include "heap/census.h"
#include "heap/heap.h"
#include "settings.h"

namespace ashlar::testing_support {

using HeapSettings = testing::Types<OnLinux, OnSim, OnLargePages, OnReservations, WithoutMove>;

inline bool is_filled(const void* p, int value, usize bytes) {
    const auto* c = static_cast<const unsigned char*>(p);
    if (bytes == 0) return true;
    return c[0] == value && std::memcmp(c, c + 1, bytes - 1) == 0;
}

}  // namespace ashlar::testing_support

// The body runs in a fresh process with these names at hand.
#define HEAP_TEST_IN(Suite, name)                                \
    template <class Setting>                                     \
    struct name##Body {                                          \
        using Port = typename Setting::Port;                     \
        using H = Heap<Port>;                                    \
        using Taker = CensusTaker<Port>;                         \
        Setting setting;                                         \
        void run();                                              \
    };                                                           \
    TYPED_TEST(Suite, name) {                                    \
        in_fresh_process([] { name##Body<TypeParam>().run(); }); \
    }                                                            \
    template <class Setting>                                     \
    void name##Body<Setting>::run()
