// The heap's address space: units of 64 KiB, and what a descriptor says of
// each use of them.
//
// Beside each unit the window keeps 16 entries of 16 bits, one for every 4 KiB
// ("granule"): the length of the medium block that starts there.
#pragma once

#include "core/descriptor.h"
#include "core/list.h"
#include "pages/spans.h"

namespace ashlar::heap {

inline constexpr unsigned kUnitShift = 16;
inline constexpr usize kUnit = usize{1} << kUnitShift;
inline constexpr unsigned kGranuleShift = 12;
inline constexpr usize kGranule = usize{1} << kGranuleShift;
inline constexpr usize kGranulesPerUnit = kUnit / kGranule;

inline constexpr pages::Geometry kGeometry{kUnitShift, kGranulesPerUnit * sizeof(u16)};

template <class Port>
using Spans = pages::Spans<Port, kGeometry>;

// What is in a block that was just allocated.
enum class Contents : u8 { Any, Zero };

// A large block: whole units for itself.
struct LargeRun {
    DescriptorHead head;  // flags: kGaps, kProbe
    usize bytes = 0;      // usable, whole machine pages
    usize units = 0;
    void* home = nullptr;  // the private heap's Home; null for the process's heap
    Link<LargeRun> link;   // on its home's list

    // Parts of it had no memory at first, so some may have none at the end.
    static constexpr u8 kGaps = 1;
    // The last unit is such a part: whether it has memory at the end tells whether the
    // block was filled (see fullness.h).
    static constexpr u8 kProbe = 2;
};
static_assert(sizeof(LargeRun) <= kCommonBytes);

inline Link<LargeRun>& large_link(LargeRun& run) {
    return run.link;
}
using LargeList = List<LargeRun, large_link>;

// A unit of a chunk of medium blocks (see medium.h).
struct MediumUnit {
    DescriptorHead head;   // state: its number in the chunk; extra: of the first, the arena's index
    u64 bits = 0;          // of the chunk's bitmaps
    void* home = nullptr;  // the private heap's Home; null in an arena of the process's heap
    // Of the chunk's first unit:
    u16 free_granules = 0;
    u16 longest = 0;  // upper bound of the longest run of free granules
    u16 bucket = 0;
    Link<MediumUnit> link;
};
static_assert(sizeof(MediumUnit) <= kCommonBytes);

inline Link<MediumUnit>& chunk_link(MediumUnit& unit) {
    return unit.link;
}

}  // namespace ashlar::heap
