#include "assemble/preload/report.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include "assemble/preload/options.h"
#include "assemble/preload/process_heap.h"
#include "core/text.h"

using ashlar::u64;
using ashlar::usize;
using ashlar::heap::Census;
using ashlar::preload::ProcessHeap;

namespace {

usize system_bytes(const Census& census) {
    return census.spans.window_pages * ashlar::heap::kUnit;
}
usize dirty_bytes(const Census& census) {
    return census.spans.dirty_pages * ashlar::heap::kUnit;
}

}  // namespace

// The fields as far as they have a meaning here: `arena` is address space in
// use, `uordblks` live bytes but those of large blocks,
// which `hblkhd` counts, `fordblks` the rest, `keepcost` what malloc_trim
// would give back.
ASHLAR_EXPORT struct mallinfo2 mallinfo2() {
    const Census census = ashlar::preload::take_census();
    const usize in_use = system_bytes(census) - census.spans.clean_pages * ashlar::heap::kUnit;
    struct mallinfo2 info {};
    info.arena = in_use;
    info.ordblks = census.spans.dirty_pages;
    info.hblks = census.large.blocks;
    info.hblkhd = census.large.bytes;
    info.uordblks = census.small.bytes + census.medium.bytes;
    info.fordblks = in_use > census.live_bytes() ? in_use - census.live_bytes() : 0;
    info.keepcost = dirty_bytes(census);
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
    const Census census = ashlar::preload::take_census();
    fprintf(stream, "<malloc version=\"ashlar-1\">\n<heap nr=\"0\">\n<sizes>\n");
    for (usize i = 0; i < ashlar::classes::kCount; i++) {
        if (census.class_slabs[i] == 0) continue;
        fprintf(stream, "  <size size=\"%u\" slabs=\"%zu\" live=\"%zu\"/>\n",
                unsigned{ashlar::classes::kSizes[i]}, census.class_slabs[i],
                census.class_blocks[i]);
    }
    fprintf(stream, "</sizes>\n");
    fprintf(stream, "<total type=\"small\" count=\"%zu\" size=\"%zu\"/>\n", census.small.blocks,
            census.small.bytes);
    fprintf(stream, "<total type=\"medium\" count=\"%zu\" size=\"%zu\"/>\n", census.medium.blocks,
            census.medium.bytes);
    fprintf(stream, "<total type=\"large\" count=\"%zu\" size=\"%zu\"/>\n", census.large.blocks,
            census.large.bytes);
    fprintf(stream, "</heap>\n<system type=\"current\" size=\"%zu\"/>\n", system_bytes(census));
    fprintf(stream, "<total type=\"dirty\" size=\"%zu\"/>\n</malloc>\n", dirty_bytes(census));
    return 0;
}

namespace {

void append_json_kind(ashlar::Text<8192>& out, const char* name,
                      const ashlar::heap::KindCensus& kind) {
    out << "  \"" << name << "\": {\"bytes\": " << u64{kind.bytes}
        << ", \"blocks\": " << u64{kind.blocks}
        << ", \"address_bytes\": " << u64{kind.units * ashlar::heap::kUnit} << "},\n";
}

void append_json(ashlar::Text<8192>& out, const Census& census) {
    out << "{\n";
    append_json_kind(out, "small", census.small);
    append_json_kind(out, "medium", census.medium);
    append_json_kind(out, "large", census.large);
    out << "  \"live_bytes\": " << u64{census.live_bytes()} << ",\n";
    out << "  \"live_blocks\": " << u64{census.live_blocks()} << ",\n";
    out << "  \"cached_bytes\": " << u64{census.cached_bytes} << ",\n";
    out << "  \"address_bytes\": " << u64{system_bytes(census)} << ",\n";
    out << "  \"dirty_bytes\": " << u64{dirty_bytes(census)} << ",\n";
    out << "  \"purged_bytes\": " << u64{census.spans.purged_pages * ashlar::heap::kUnit} << ",\n";
    out << "  \"purges\": " << u64{census.spans.purges} << ",\n";
    out << "  \"shards\": " << u64{census.shards} << ",\n";
    out << "  \"idle_shards\": " << u64{census.idle_shards} << ",\n";
    out << "  \"classes\": [";
    bool first = true;
    for (usize i = 0; i < ashlar::classes::kCount; i++) {
        if (census.class_slabs[i] == 0) continue;
        out << (first ? "\n" : ",\n") << "    {\"size\": " << u64{ashlar::classes::kSizes[i]}
            << ", \"slabs\": " << u64{census.class_slabs[i]}
            << ", \"blocks\": " << u64{census.class_blocks[i]} << "}";
        first = false;
    }
    out << "\n  ]\n}\n";
}

void append_kind(ashlar::Text<8192>& out, const char* name, const ashlar::heap::KindCensus& kind) {
    out << "  " << name << u64{kind.blocks} << " blocks, " << u64{kind.bytes / ashlar::kKiB}
        << " KiB\n";
}

void append_table(ashlar::Text<8192>& out, const Census& census) {
    out << "ashlar: live memory\n";
    append_kind(out, "small   ", census.small);
    append_kind(out, "medium  ", census.medium);
    append_kind(out, "large   ", census.large);
    out << "ashlar: address space " << u64{system_bytes(census) / ashlar::kKiB} << " KiB, dirty "
        << u64{dirty_bytes(census) / ashlar::kKiB} << " KiB, given back "
        << u64{census.spans.purged_pages * ashlar::heap::kUnit / ashlar::kKiB} << " KiB in "
        << u64{census.spans.purges} << " purges, " << u64{census.shards} << " shards\n";
}

}  // namespace

ASHLAR_EXPORT void malloc_stats() {
    ashlar::Text<8192> out;
    append_table(out, ashlar::preload::take_census());
    ashlar::preload::ProcessPort::write_all(2, out.c_str(), out.size());
}

namespace {

// Programs close standard error before libraries end, so a report to it needs
// a descriptor of its own.
int report_fd = -1;

bool reports_to_stderr() {
    using ashlar::preload::options;
    constexpr char kStderr[] = "stderr";
    return options.stats != nullptr && options.stats_length == sizeof(kStderr) - 1 &&
           std::memcmp(options.stats, kStderr, options.stats_length) == 0;
}

}  // namespace

void ashlar::preload::prepare_statistics() {
    constexpr int kOutOfTheWay = 100;
    if (reports_to_stderr()) report_fd = fcntl(2, F_DUPFD_CLOEXEC, kOutOfTheWay);
}

void ashlar::preload::write_statistics_at_exit() {
    if (options.stats == nullptr) return;
    if (reports_to_stderr()) {
        Text<8192> out;
        append_table(out, take_census());
        return ProcessPort::write_all(report_fd, out.c_str(), out.size());
    }
    Text<4096> path;
    for (usize i = 0; i < options.stats_length; i++) {
        if (i + 1 < options.stats_length && options.stats[i] == '%' &&
            options.stats[i + 1] == 'p') {
            path << u64{static_cast<u64>(getpid())};
            i++;
        } else {
            path << options.stats[i];
        }
    }
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        Text<512> line;
        line << "ashlar: cannot write statistics to '" << path.c_str() << "'\n";
        return ProcessPort::write_all(2, line.c_str(), line.size());
    }
    Text<8192> out;
    append_json(out, take_census());
    ProcessPort::write_all(fd, out.c_str(), out.size());
    close(fd);
}
