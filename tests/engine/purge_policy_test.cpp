// src/pages/purge_policy.h: the rules, as arithmetic.
#include <gtest/gtest.h>

#include "pages/purge_policy.h"

namespace ashlar::pages {
namespace {

TEST(PurgePolicy, OnlyAHabitIsKeptAtACollapse) {
    PurgePolicy<1> policy;
    for (int burst = 0; burst < 4; burst++) {
        policy.note_live(1000);
        EXPECT_EQ(policy.excess_after_collapse(0, 1000), 1000U) << burst << " regretted before";
        policy.note_regret(1000, 5, 6);
    }
    policy.note_live(1000);
    EXPECT_EQ(policy.excess_after_collapse(0, 1000), 0U);
    EXPECT_TRUE(policy.look_for_aged(5000, 0)) << "seconds pass";
    policy.note_live(1000);
    EXPECT_GT(policy.excess_after_collapse(0, 1000), 900U) << "the habit is forgotten";
}

// Rule 2: what was missed is purged again only when next to nothing lives, 8 pages here.
TEST(PurgePolicy, WhatWasMissedGoesWhenNothingIsLeft) {
    PurgePolicy<1> policy;
    policy.note_live(1000);
    EXPECT_EQ(policy.excess_after_collapse(100, 900), 900U - (1 + 100 / 32) / 2);
    policy.note_regret(125, 5, 6);
    EXPECT_GT(policy.excess_after_collapse(100, 900), 0U) << "an eighth is not much";
    policy.note_regret(1, 5, 6);
    EXPECT_EQ(policy.excess_after_collapse(100, 900), 0U);
    EXPECT_GT(policy.excess_after_collapse(100, 250), 0U) << "little is at stake";
    EXPECT_EQ(policy.excess_after_collapse(8, 900), 0U);
    EXPECT_GT(policy.excess_after_collapse(7, 900), 0U);
    EXPECT_TRUE(policy.look_for_aged(5000, 0)) << "seconds pass";
    policy.note_live(1000);
    EXPECT_GT(policy.excess_after_collapse(100, 900), 0U) << "it is forgotten";
}

// Rule 2: of a small heap what is left may be a third, or 8 pages here.
TEST(PurgePolicy, OfASmallHeapMoreMayBeLeft) {
    PurgePolicy<1> policy;
    policy.note_live(18);
    EXPECT_EQ(policy.excess_after_collapse(6, 10), 0U);
    EXPECT_EQ(policy.excess_after_collapse(5, 10), 10U);
    policy.note_live(60);
    EXPECT_EQ(policy.excess_after_collapse(8, 50), 0U);
    EXPECT_EQ(policy.excess_after_collapse(7, 50), 50U);
}

// Threads are told once that live memory has fallen, also where nothing is purged for it.
TEST(PurgePolicy, AFallIsToldOnce) {
    PurgePolicy<1> policy;
    policy.note_live(1000);
    EXPECT_EQ(policy.excess_after_collapse(500, 400), 0U);
    EXPECT_EQ(policy.lows(), 0U);
    EXPECT_GT(policy.excess_after_collapse(100, 400), 0U);
    EXPECT_GT(policy.excess_after_collapse(90, 400), 0U);
    EXPECT_EQ(policy.lows(), 1U);
    policy.note_regret(300, 5, 6);
    EXPECT_EQ(policy.excess_after_collapse(300, 700), 0U);
    EXPECT_EQ(policy.excess_after_collapse(100, 700), 0U);
    EXPECT_EQ(policy.lows(), 1U) << "it has not risen by much";
    EXPECT_EQ(policy.excess_after_collapse(500, 700), 0U);
    EXPECT_EQ(policy.excess_after_collapse(100, 700), 0U) << "missed before";
    EXPECT_EQ(policy.lows(), 2U);
}

// Rule 1: below the most there ever was some dirty memory is tolerated, above it none.
TEST(PurgePolicy, MoreThanEverIsPaidForByWhatIsDirty) {
    PurgePolicy<1> policy;
    policy.note_live(1000);
    EXPECT_TRUE(policy.note_resident(1000));
    EXPECT_EQ(policy.excess_at_growth(500, 500), 0U);
    EXPECT_EQ(policy.excess_at_growth(520, 500), 20U);
    EXPECT_EQ(policy.excess_at_growth(1100, 30), 30U) << "there is no more";
    EXPECT_FALSE(policy.note_resident(1000));
    EXPECT_TRUE(policy.note_resident(2000));
    const usize tolerance = policy.tolerance(520);
    EXPECT_EQ(policy.excess_at_growth(520, 480 + tolerance), 0U);
    EXPECT_EQ(policy.excess_at_growth(520, 500 + tolerance), 20U);
}

// Rule 5: ebbs take no more than the program grew by.
TEST(PurgePolicy, EbbsArePaidForByGrowth) {
    PurgePolicy<1> policy;
    policy.note_live(1000);
    EXPECT_EQ(policy.excess_after_ebb(500, 500), 0U) << "not most of it";
    EXPECT_EQ(policy.excess_after_ebb(300, 600), 600U);
    EXPECT_EQ(policy.excess_after_ebb(300, 600), 400U) << "no more is paid for";
    EXPECT_EQ(policy.excess_after_ebb(300, 400), 0U);
    policy.note_live(1000);
    EXPECT_EQ(policy.excess_after_ebb(100, 200), 0U) << "that is no growth";
    policy.note_live(1300);
    EXPECT_EQ(policy.excess_after_ebb(100, 297), 297U);
    EXPECT_EQ(policy.excess_after_ebb(100, 300), 0U) << "3 are not worth a call";
}

TEST(PurgePolicy, WhatIsWantedAgainDoesNotEbb) {
    PurgePolicy<1> policy;
    policy.note_live(1000);
    policy.note_reuse(500);
    EXPECT_EQ(policy.excess_after_ebb(300, 600), 500U) << "large blocks took dirty memory";
    policy.note_live(2000);
    policy.note_regret(100, 5, 6);
    EXPECT_EQ(policy.excess_after_ebb(300, 900), 700U) << "what was purged was missed";
}

}  // namespace
}  // namespace ashlar::pages
