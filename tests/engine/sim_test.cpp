// src/port/sim: the tests below rely on the simulated machine telling the truth.

#include <cstring>

#include <gtest/gtest.h>

#include "port/sim/sim.h"

namespace ashlar::port {
namespace {

char* claim_some(usize bytes) {
    char* at = static_cast<char*>(Sim::suggest(bytes));
    EXPECT_EQ(Sim::claim(at, bytes), Claim::Done);
    return at;
}

TEST(SimMachine, ClaimsGiveZeroedMemoryOnce) {
    SimMachine machine;
    char* at = claim_some(64 * kKiB);
    for (usize i = 0; i < 64 * kKiB; i++) ASSERT_EQ(at[i], 0);
    EXPECT_EQ(Sim::claim(at, 4096), Claim::Taken);
    EXPECT_EQ(Sim::claim(at + 60 * kKiB, 8192), Claim::Taken);
    EXPECT_EQ(Sim::claim(at + 64 * kKiB, 4096), Claim::Done);
    EXPECT_EQ(machine.owned_bytes(), 68 * kKiB);
    EXPECT_TRUE(machine.owns(at, 68 * kKiB));
    EXPECT_FALSE(machine.owns(at, 72 * kKiB));
}

TEST(SimMachine, OccupiedPlacesAreTaken) {
    SimMachine machine;
    char* at = claim_some(4096);
    machine.occupy(at + 8192, 4096);
    EXPECT_EQ(Sim::claim(at + 4096, 8192), Claim::Taken);
    EXPECT_EQ(Sim::claim(at + 4096, 4096), Claim::Done);
}

TEST(SimMachine, ResidencyFollowsTouchAndDiscard) {
    SimMachine machine;
    char* at = claim_some(kMiB);
    EXPECT_EQ(machine.resident_bytes(), 0U);
    std::memset(at, 1, 10 * 4096);
    std::memset(at + 100 * 4096, 1, 1);
    EXPECT_EQ(machine.resident_bytes(), 11 * 4096U);
    EXPECT_EQ(machine.resident_bytes(at, 5 * 4096), 5 * 4096U);
    Sim::discard(at, 8 * 4096);
    EXPECT_EQ(machine.resident_bytes(), 3 * 4096U);
    EXPECT_EQ(at[0], 0);
    EXPECT_EQ(at[9 * 4096], 1);
    EXPECT_EQ(machine.discards(), 1U);
}

TEST(SimMachine, LargePagesAreResidentAsAWhole) {
    SimMachine machine({.page_size = 64 * kKiB});
    char* at = claim_some(kMiB);
    at[70 * kKiB] = 1;
    EXPECT_EQ(machine.resident_bytes(), 64 * kKiB);
}

TEST(SimMachine, MoveCarriesPagesAndLeavesZeroes) {
    SimMachine machine;
    char* at = claim_some(kMiB);
    std::memset(at, 7, 8192);
    EXPECT_TRUE(Sim::move(at, at + 16384, 8192));
    EXPECT_EQ(at[0], 0);
    EXPECT_EQ(at[16384], 7);
    EXPECT_EQ(machine.moved_bytes(), 8192U);
    Sim::reset(at + 16384, 8192);
    EXPECT_EQ(at[16384], 0);
    EXPECT_EQ(machine.moved_bytes(), 0U);
    machine.set_moves(false);
    at[0] = 3;
    EXPECT_FALSE(Sim::move(at, at + 16384, 4096));
    EXPECT_EQ(at[0], 3);
}

TEST(SimMachine, RefusesAsPlanned) {
    SimMachine machine;
    char* at = claim_some(4096);
    auto next = [&, done = usize{1}]() mutable {
        const bool given = Sim::claim(at + done * 4096, 4096) == Claim::Done;
        done += given ? 1 : 0;
        return given;
    };
    machine.refuse_only(1);
    EXPECT_TRUE(next());
    EXPECT_FALSE(next());
    EXPECT_TRUE(next());
    machine.refuse_after(2);
    EXPECT_TRUE(next());
    EXPECT_TRUE(next());
    for (int i = 0; i < 5; i++) EXPECT_FALSE(next());
    machine.refuse_randomly(5, 3);
    int refused = 0;
    for (int i = 0; i < 3000; i++) refused += next() ? 0 : 1;
    EXPECT_GT(refused, 800);
    EXPECT_LT(refused, 1200);
    machine.refuse_nothing();
    EXPECT_TRUE(next());
    machine.set_budget(machine.owned_bytes());
    EXPECT_FALSE(next());
}

TEST(SimMachine, ReservationsAreCommittedPieceByPiece) {
    SimMachine machine({.address_space = 64 * kMiB, .suggests = false});
    EXPECT_EQ(Sim::suggest(4096), nullptr);
    EXPECT_EQ(Sim::reserve(128 * kMiB, 4096), nullptr);
    char* at = static_cast<char*>(Sim::reserve(8 * kMiB, 2 * kMiB));
    ASSERT_NE(at, nullptr);
    EXPECT_EQ(address(at) % (2 * kMiB), 0U);
    EXPECT_EQ(machine.reserved_bytes(), 8 * kMiB);
    EXPECT_FALSE(machine.owns(at, 4096));
    EXPECT_TRUE(Sim::commit(at, 4096));
    EXPECT_TRUE(machine.owns(at, 4096));
    EXPECT_EQ(Sim::claim(at + 4096, 4096), Claim::Taken);
}

TEST(SimMachineDeathTest, BrokenContractsEndTheProgram) {
    SimMachine machine;
    char* at = claim_some(64 * kKiB);
    EXPECT_DEATH(Sim::discard(at + 1, 4096), "not whole pages");
    EXPECT_DEATH(Sim::discard(at, 100), "not whole pages");
    EXPECT_DEATH(Sim::discard(at + 64 * kKiB, 4096), "not all of it is ours");
    EXPECT_DEATH(Sim::reset(at, 128 * kKiB), "not all of it is ours");
    EXPECT_DEATH(Sim::move(at, at + 4096, 8192), "overlap");
    EXPECT_DEATH(Sim::commit(at, 4096), "not in one reservation");
    EXPECT_DEATH(Sim::claim(at, 5), "not whole pages");
    EXPECT_DEATH(Sim::discard(&machine, 4096), "outside of the machine");
}

TEST(SimMachine, MachinesNest) {
    SimMachine outer;
    outer.advance(5);
    {
        SimMachine inner({.page_size = 64 * kKiB});
        EXPECT_EQ(Sim::page_size(), 64 * kKiB);
        EXPECT_EQ(Sim::now_ms(), 0U);
    }
    EXPECT_EQ(Sim::page_size(), 4 * kKiB);
    EXPECT_EQ(Sim::now_ms(), 5U);
}

}  // namespace
}  // namespace ashlar::port
