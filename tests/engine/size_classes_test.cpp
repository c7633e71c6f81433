// src/classes: the properties that the static_asserts do not already prove.

#include <gtest/gtest.h>

#include "classes/size_classes.h"

namespace ashlar::classes {
namespace {

TEST(SizeClasses, GrowStrictlyInWholeQuanta) {
    for (usize i = 0; i < kCount; i++) {
        EXPECT_EQ(kSizes[i] % kQuantum, 0U);
        EXPECT_GT(kSizes[i], i == 0 ? 0 : kSizes[i - 1]);
    }
}

TEST(SizeClasses, EverySizeGetsTheSmallestClassThatHoldsIt) {
    for (usize size = 0; size <= kSmallMax; size++) {
        usize expected = 0;
        while (kSizes[expected] < size) expected++;
        ASSERT_EQ(class_of(size), expected) << size;
    }
}

// Programs ask for powers of two far more than for anything else.
TEST(SizeClasses, PowersOfTwoAreExact) {
    for (usize size = kQuantum; size <= kSmallMax; size *= 2) {
        EXPECT_EQ(size_of(class_of(size)), size);
    }
}

// Or for one and a small header.
TEST(SizeClasses, APowerOfTwoAndAHeaderWasteLittle) {
    for (usize power = 256; power < kSmallMax; power *= 2) {
        const usize most = power / 32 < kQuantum ? kQuantum : power / 32;
        EXPECT_EQ(size_of(class_of(power + 1)), power + most);
        EXPECT_EQ(size_of(class_of(power + kQuantum)), power + most);
    }
}

TEST(SizeClasses, AlignedSizesFindTheSmallestAlignedClassThatHolds) {
    for (usize align = 1; align <= kSmallMax; align *= 2) {
        for (usize size = 0; size <= kSmallMax; size++) {
            usize expected = 0;
            const usize least = size == 0 ? 1 : size;
            while (expected < kCount && (kSizes[expected] < least || kSizes[expected] % align != 0))
                expected++;
            ASSERT_EQ(class_of(aligned_size(size, align)), expected) << size << " at " << align;
        }
    }
}

}  // namespace
}  // namespace ashlar::classes
