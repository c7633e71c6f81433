// Every replaceable operator new and delete, and what the C++ standard says of a failure: the
// new_handler is called again and again until memory is there, it throws, or there is none left.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/hide.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

using namespace ashlar::test;

namespace {

constexpr std::size_t kImpossible = PTRDIFF_MAX - 4096;

/// Restores the handler of the test before, whatever happens.
class HandlerIs {
  public:
    explicit HandlerIs(std::new_handler handler) : before_(std::set_new_handler(handler)) {}
    ~HandlerIs() { std::set_new_handler(before_); }
    HandlerIs(const HandlerIs&) = delete;
    HandlerIs& operator=(const HandlerIs&) = delete;

  private:
    std::new_handler before_;
};

int calls = 0;
void* reserve = nullptr;

void give_up_after_five_calls() {
    if (++calls == 5) std::set_new_handler(nullptr);
}
void throw_something_of_its_own() {
    throw std::runtime_error("handled");
}
void throw_bad_alloc_at_third_call() {
    if (++calls == 3) throw std::bad_alloc();
}
void release_the_reserve() {
    ++calls;
    std::free(reserve);
    reserve = nullptr;
    std::set_new_handler(nullptr);
}

struct alignas(128) Wide {
    char bytes[300];
};

struct Counted {
    static inline int live = 0;
    std::string text = "a string too long for the small buffer of std::string";
    Counted() { ++live; }
    ~Counted() { --live; }
};

struct ThrowsWhenBuilt {
    char bytes[1000];
    ThrowsWhenBuilt() { throw std::logic_error("no"); }
};

}  // namespace

TEST(Operators, PlainFormsGiveAlignedMemory) {
    for (std::size_t size = 0; size < 200000; size += 1 + size / 11) {
        void* one = hide(::operator new(hide(size)));
        void* many = hide(::operator new[](hide(size)));
        ASSERT_NE(one, nullptr);
        ASSERT_NE(one, many);
        for (void* block : {one, many}) {
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0u);
            EXPECT_GE(malloc_usable_size(block), size);
            fill(block, size, 1);
        }
        ::operator delete(one);
        ::operator delete[](many);
    }
}

TEST(Operators, SizedDeleteTakesTheSizeAskedFor) {
    for (std::size_t size = 0; size < 3000000; size += 1 + size / 5) {
        ::operator delete(hide(::operator new(hide(size))), size);
        ::operator delete[](hide(::operator new[](hide(size))), size);
    }
}

TEST(Operators, AlignedFormsAlign) {
    for (std::size_t alignment = 1; alignment <= 1u << 20; alignment *= 2) {
        const auto align = std::align_val_t{alignment};
        for (std::size_t size : {0u, 1u, 100u, 5000u, 100000u}) {
            void* blocks[] = {::operator new(hide(size), align),
                              ::operator new[](hide(size), align),
                              ::operator new(hide(size), align, std::nothrow),
                              ::operator new[](hide(size), align, std::nothrow),
                              ::operator new(hide(size), align),
                              ::operator new[](hide(size), align)};
            for (void* block : blocks) {
                ASSERT_NE(hide(block), nullptr);
                ASSERT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignment, 0u);
                fill(block, size, 5);
            }
            ::operator delete(blocks[0], align);
            ::operator delete[](blocks[1], align);
            ::operator delete(blocks[2], align, std::nothrow);
            ::operator delete[](blocks[3], align, std::nothrow);
            ::operator delete(blocks[4], size, align);
            ::operator delete[](blocks[5], size, align);
        }
    }
}

TEST(Operators, NothrowFormsReturnNullWhereOthersThrow) {
    HandlerIs none(nullptr);
    EXPECT_EQ(hide(::operator new(hide(kImpossible), std::nothrow)), nullptr);
    EXPECT_EQ(hide(::operator new[](hide(kImpossible), std::nothrow)), nullptr);
    EXPECT_EQ(hide(::operator new (hide(kImpossible), std::align_val_t{64}, std::nothrow)),
              nullptr);
    EXPECT_EQ(hide(::operator new[](hide(kImpossible), std::align_val_t{64}, std::nothrow)),
              nullptr);
    void* block = hide(::operator new(100, std::nothrow));
    ASSERT_NE(block, nullptr);
    ::operator delete(block, std::nothrow);
    block = hide(::operator new[](100, std::nothrow));
    ASSERT_NE(block, nullptr);
    ::operator delete[](block, std::nothrow);
}

TEST(Operators, FailureIsACatchableBadAlloc) {
    HandlerIs none(nullptr);
    EXPECT_THROW(hide(::operator new(hide(kImpossible))), std::bad_alloc);
    EXPECT_THROW(hide(::operator new[](hide(kImpossible))), std::bad_alloc);
    EXPECT_THROW(hide(::operator new(hide(SIZE_MAX))), std::bad_alloc);
    EXPECT_THROW(hide(::operator new (hide(kImpossible), std::align_val_t{64})), std::bad_alloc);
    EXPECT_THROW(hide(::operator new[](hide(kImpossible), std::align_val_t{64})), std::bad_alloc);
    EXPECT_THROW(std::vector<char>(hide(kImpossible)), std::bad_alloc);
    EXPECT_THROW(hide(new long[hide(std::size_t{1} << 61)]), std::bad_alloc);
    try {
        hide(::operator new(hide(kImpossible)));
        FAIL();
    } catch (const std::exception& error) {
        EXPECT_STREQ(error.what(), "std::bad_alloc");
    }
}

TEST(Operators, HandlerIsCalledUntilThereIsNone) {
    HandlerIs handler(give_up_after_five_calls);
    calls = 0;
    EXPECT_THROW(hide(::operator new(hide(kImpossible))), std::bad_alloc);
    EXPECT_EQ(calls, 5);
    calls = 0;
    std::set_new_handler(give_up_after_five_calls);
    EXPECT_EQ(hide(::operator new(hide(kImpossible), std::nothrow)), nullptr);
    EXPECT_EQ(calls, 5) << "the nothrow forms call the handler too";
    calls = 0;
    std::set_new_handler(give_up_after_five_calls);
    EXPECT_THROW(hide(::operator new[](hide(kImpossible), std::align_val_t{256})), std::bad_alloc);
    EXPECT_EQ(calls, 5);
}

TEST(Operators, HandlersExceptionsPassThrough) {
    HandlerIs handler(throw_something_of_its_own);
    EXPECT_THROW(hide(::operator new(hide(kImpossible))), std::runtime_error);
    EXPECT_THROW(hide(::operator new (hide(kImpossible), std::align_val_t{64})),
                 std::runtime_error);
}

TEST(Operators, NothrowFormsTurnTheHandlersBadAllocIntoNull) {
    HandlerIs handler(throw_bad_alloc_at_third_call);
    calls = 0;
    EXPECT_EQ(hide(::operator new(hide(kImpossible), std::nothrow)), nullptr);
    EXPECT_EQ(calls, 3);
    calls = 0;
    EXPECT_EQ(hide(::operator new[](hide(kImpossible), std::align_val_t{64}, std::nothrow)),
              nullptr);
    EXPECT_EQ(calls, 3);
}

TEST(Operators, HandlerMayMakeRoomAndTheRequestSucceeds) {
    const Ending ending = in_child([] {
        reserve = hide(std::malloc(64u << 20));
        fill(reserve, 64u << 20, 1);
        CHILD_CHECK(set_limit(RLIMIT_AS, address_space() + (24u << 20)));
        calls = 0;
        std::set_new_handler(release_the_reserve);
        auto* block = hide(::operator new(hide(std::size_t{48} << 20)));
        CHILD_CHECK(block != nullptr);
        CHILD_CHECK(calls == 1);
        fill(block, 48u << 20, 2);
        ::operator delete(block);
        return 0;
    });
    EXPECT_TRUE(ending.is_success()) << ending.text();
}

TEST(Operators, ExpressionsBuildAndDestroy) {
    auto* one = new Counted;
    auto* many = new Counted[100];
    EXPECT_EQ(Counted::live, 101);
    delete one;
    delete[] many;
    EXPECT_EQ(Counted::live, 0);
    auto* wide = hide(new Wide[10]);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wide) % 128, 0u);
    delete[] wide;
}

TEST(Operators, MemoryOfAFailedConstructorComesBack) {
    const auto build = [] { return hide(new ThrowsWhenBuilt); };
    for (int i = 0; i < 1000; ++i) EXPECT_THROW(build(), std::logic_error);
    const std::size_t before = resident_kib();
    for (int i = 0; i < 20000; ++i) EXPECT_THROW(build(), std::logic_error);
    EXPECT_LE(resident_kib(), before + 1024);
}

TEST(Operators, NewAndMallocAreOneHeap) {
    // Not for programs to rely on, but many do: under glibc free() takes what new gave.
    for (std::size_t size : {1u, 100u, 10000u, 1000000u}) {
        std::free(hide(::operator new(size)));
        ::operator delete(hide(std::malloc(size)));
    }
}
