// src/heap/fullness.h: what past blocks say of the next.

#include <gtest/gtest.h>

#include "heap/fullness.h"

namespace ashlar::heap {
namespace {

TEST(Fullness, WhatIsNotKnownIsNotExpected) {
    const Fullness fullness;
    for (const usize units : {usize{1}, usize{9}, usize{1} << 14, usize{1} << 30}) {
        EXPECT_FALSE(fullness.expects(units));
    }
}

TEST(Fullness, SizesAreJudgedByThemselves) {
    Fullness fullness;
    fullness.note(100, true);
    EXPECT_TRUE(fullness.expects(64));
    EXPECT_TRUE(fullness.expects(127));
    EXPECT_FALSE(fullness.expects(63));
    EXPECT_FALSE(fullness.expects(128));
    fullness.note(usize{1} << 30, true);
    EXPECT_TRUE(fullness.expects(usize{1} << 20)) << "all that is very long is one size";
}

TEST(Fullness, OneThatIsNotFilledOutweighsTwo) {
    Fullness fullness;
    fullness.note(10, true);
    fullness.note(10, true);
    fullness.note(10, false);
    EXPECT_FALSE(fullness.expects(10));
    for (int i = 0; i < 100; i++) fullness.note(10, true);
    fullness.note(10, false);
    EXPECT_TRUE(fullness.expects(10)) << "an exception";
    fullness.note(10, false);
    EXPECT_FALSE(fullness.expects(10)) << "but not for long";
    for (int i = 0; i < 100; i++) fullness.note(10, false);
    for (int i = 0; i < 5; i++) fullness.note(10, true);
    EXPECT_TRUE(fullness.expects(10)) << "nor for ever";
}

TEST(Fullness, SomeAreLookedAtAgain) {
    Fullness fullness;
    int looks = 0;
    for (int i = 0; i < 40; i++) looks += fullness.looks_again() ? 1 : 0;
    EXPECT_EQ(looks, 10);
}

}  // namespace
}  // namespace ashlar::heap
