// The C library's calls that tell about the heap: mallinfo and its kin.

#include <cerrno>
#include <cstdio>

#include <malloc.h>

#include "assemble/preload/statistics.h"
#include "observe/report.h"

using ashlar::Text;
using ashlar::preload::ProcessPort;
namespace observe = ashlar::observe;

// The fields as far as they have a meaning here: `arena` is address space in
// use, `uordblks` live bytes but those of large blocks, which `hblkhd` counts,
// `fordblks` the rest, `keepcost` what malloc_trim would give back.
ASHLAR_EXPORT struct mallinfo2 mallinfo2() {
    const ashlar::heap::Census census = ashlar::preload::take_census();
    const ashlar::usize in_use =
        (census.spans.window_pages - census.spans.clean_pages) * ashlar::heap::kUnit;
    struct mallinfo2 info {};
    info.arena = in_use;
    info.ordblks = census.spans.dirty_pages;
    info.hblks = census.large.blocks;
    info.hblkhd = census.large.bytes;
    info.uordblks = census.small.bytes + census.medium.bytes;
    info.fordblks = in_use > census.live_bytes() ? in_use - census.live_bytes() : 0;
    info.keepcost = census.spans.dirty_pages * ashlar::heap::kUnit;
    return info;
}

ASHLAR_EXPORT struct mallinfo mallinfo() {
    const struct mallinfo2 wide = mallinfo2();
    struct mallinfo info {};
    info.arena = static_cast<int>(wide.arena);
    info.ordblks = static_cast<int>(wide.ordblks);
    info.hblks = static_cast<int>(wide.hblks);
    info.hblkhd = static_cast<int>(wide.hblkhd);
    info.uordblks = static_cast<int>(wide.uordblks);
    info.fordblks = static_cast<int>(wide.fordblks);
    info.keepcost = static_cast<int>(wide.keepcost);
    return info;
}

ASHLAR_EXPORT int malloc_info(int options, FILE* stream) {
    if (options != 0) return EINVAL;
    Text<observe::kReportBytes> out;
    observe::write_xml(out, ashlar::preload::current_statistics());
    fputs(out.c_str(), stream);
    return 0;
}

ASHLAR_EXPORT void malloc_stats() {
    Text<observe::kReportBytes> out;
    observe::write_table(out, ashlar::preload::current_statistics());
    ProcessPort::write_all(2, out.c_str(), out.size());
}
