#include "observe/report.h"

namespace ashlar::observe {

namespace {

void write_json_kind(Writer& out, const char* name, const ashlar_kind_stats& kind) {
    out << "  \"" << name << "\": {\"bytes\": " << kind.bytes << ", \"blocks\": " << kind.blocks
        << ", \"address_bytes\": " << kind.address_bytes << "},\n";
}

void write_json_number(Writer& out, const char* name, u64 value) {
    out << "  \"" << name << "\": " << value << ",\n";
}

void write_xml_kind(Writer& out, const char* name, const ashlar_kind_stats& kind) {
    out << "<total type=\"" << name << "\" count=\"" << kind.blocks << "\" size=\"" << kind.bytes
        << "\"/>\n";
}

// Right-aligned in a column of `width`.
void write_column(Writer& out, u64 value, usize width) {
    Text<24> digits;
    digits << value;
    for (usize i = digits.size(); i < width; i++) out << ' ';
    out << digits.c_str();
}

void write_table_kind(Writer& out, const char* name, const ashlar_kind_stats& kind) {
    out << "  " << name;
    write_column(out, kind.blocks, 12);
    out << " blocks";
    write_column(out, kind.bytes / kKiB, 12);
    out << " KiB\n";
}

}  // namespace

void write_json(Writer& out, const ashlar_stats& stats) {
    out << "{\n";
    write_json_kind(out, "small", stats.small);
    write_json_kind(out, "medium", stats.medium);
    write_json_kind(out, "large", stats.large);
    write_json_number(out, "live_bytes", stats.live_bytes);
    write_json_number(out, "live_blocks", stats.live_blocks);
    write_json_number(out, "cached_bytes", stats.cached_bytes);
    write_json_number(out, "address_bytes", stats.address_bytes);
    write_json_number(out, "dirty_bytes", stats.dirty_bytes);
    write_json_number(out, "purged_bytes", stats.purged_bytes);
    write_json_number(out, "purges", stats.purges);
    write_json_number(out, "shards", stats.shards);
    write_json_number(out, "idle_shards", stats.idle_shards);
    write_json_number(out, "private_heaps", stats.private_heaps);
    out << "  \"classes\": [";
    for (usize i = 0; i < stats.class_count; i++) {
        const ashlar_class_stats& c = stats.classes[i];
        out << (i == 0 ? "\n" : ",\n") << "    {\"size\": " << u64{c.size}
            << ", \"slabs\": " << u64{c.slabs} << ", \"blocks\": " << c.blocks << "}";
    }
    out << "\n  ]\n}\n";
}

void write_table(Writer& out, const ashlar_stats& stats) {
    out << "ashlar: live memory\n";
    write_table_kind(out, "small ", stats.small);
    write_table_kind(out, "medium", stats.medium);
    write_table_kind(out, "large ", stats.large);
    if (stats.address_bytes == 0) return;
    out << "ashlar: address space " << stats.address_bytes / kKiB << " KiB, dirty "
        << stats.dirty_bytes / kKiB << " KiB, given back " << stats.purged_bytes / kKiB
        << " KiB in " << stats.purges << " purges, " << stats.shards << " shards\n";
}

void write_xml(Writer& out, const ashlar_stats& stats) {
    out << "<malloc version=\"ashlar-1\">\n<heap nr=\"0\">\n<sizes>\n";
    for (usize i = 0; i < stats.class_count; i++) {
        const ashlar_class_stats& c = stats.classes[i];
        out << "  <size size=\"" << u64{c.size} << "\" slabs=\"" << u64{c.slabs} << "\" live=\""
            << c.blocks << "\"/>\n";
    }
    out << "</sizes>\n";
    write_xml_kind(out, "small", stats.small);
    write_xml_kind(out, "medium", stats.medium);
    write_xml_kind(out, "large", stats.large);
    out << "</heap>\n<system type=\"current\" size=\"" << stats.address_bytes << "\"/>\n";
    out << "<total type=\"dirty\" size=\"" << stats.dirty_bytes << "\"/>\n</malloc>\n";
}

}  // namespace ashlar::observe
