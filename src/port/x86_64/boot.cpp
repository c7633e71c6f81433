// The start, on one CPU with the tables of boot.S, in this order:
//
//   what the loader says (memory, command line, module), what the firmware says (CPUs)
//   GS, segments, interrupts; early memory; exact page tables
//   the local APIC and the clock; tasks; the other CPUs
//   the library; then, in a task of its own, constructors and the kernel

#include "core/text.h"
#include "port/x86_64/machine.h"

extern "C" {
extern char ashlar_image_start[], ashlar_image_end[];
using Constructor = void (*)();
extern Constructor ashlar_init_array[], ashlar_init_array_end[], ashlar_fini_array[],
    ashlar_fini_array_end[];
}

namespace ashlar::x86 {
namespace {

struct StartInfo {
    u32 magic, version, flags, modules;
    u64 module_list, command_line, rsdp;
    u64 memory_map;
    u32 memory_entries, reserved;
};
struct MapEntry {
    u64 start, bytes;
    u32 type, reserved;
};
struct Module {
    u64 start, bytes, command_line, reserved;
};
constexpr u32 kMagic = 0x336ec578;
constexpr u32 kUsable = 1, kAcpi = 3;
constexpr u64 kLowMemory = 1 * kMiB;  // the firmware's, and the other CPUs' trampoline

char command_line[2048];
const void* module_start = nullptr;
usize module_bytes = 0;

void read_memory(const StartInfo& info) {
    if (info.memory_map == 0 || info.memory_entries == 0) refuse("the loader gives no memory map");
    const auto* map = linear<MapEntry>(info.memory_map);
    for (u32 i = 0; i < info.memory_entries; i++) {
        const MapEntry& entry = map[i];
        if (entry.type != kUsable && entry.type != kAcpi) continue;
        add_memory(entry.start, entry.start + entry.bytes);
        if (entry.type == kUsable) early_add(entry.start, entry.start + entry.bytes);
    }
    early_remove(0, kLowMemory);
    early_remove(address(ashlar_image_start) - kKernelBase,
                 address(ashlar_image_end) - kKernelBase);
}

void read_module(const StartInfo& info) {
    if (info.modules == 0) return;
    const auto* list = linear<Module>(info.module_list);
    module_start = linear(list[0].start);
    module_bytes = list[0].bytes;
    early_remove(list[0].start, list[0].start + list[0].bytes);
}

// ---- the firmware's tables --------------------------------------------------

struct [[gnu::packed]] TableHeader {
    char signature[4];
    u32 length;
    u8 rest[28];
};
struct [[gnu::packed]] Rsdp {
    char signature[8];
    u8 checksum;
    char maker[6];
    u8 revision;
    u32 rsdt;
    u32 length;
    u64 xsdt;
};

void read_processors(const TableHeader& madt) {
    const u8* at = reinterpret_cast<const u8*>(&madt) + sizeof(TableHeader) + 8;
    const u8* end = reinterpret_cast<const u8*>(&madt) + madt.length;
    for (; at + 2 <= end && at[1] != 0; at += at[1]) {
        // A local APIC: processor, its id, flags with bit 0 for enabled.
        if (at[0] == 0 && (at[4] & 1) != 0) note_cpu(at[3]);
    }
}

void read_firmware(const StartInfo& info) {
    if (info.rsdp == 0) return;
    const auto& rsdp = *linear<Rsdp>(info.rsdp);
    const bool wide = rsdp.revision >= 2 && rsdp.xsdt != 0;
    const auto& root = *linear<TableHeader>(wide ? rsdp.xsdt : rsdp.rsdt);
    const usize size = wide ? 8 : 4;
    const u8* entries = reinterpret_cast<const u8*>(&root) + sizeof(TableHeader);
    for (usize i = 0; i < (root.length - sizeof(TableHeader)) / size; i++) {
        u64 place = 0;
        __builtin_memcpy(&place, entries + i * size, size);
        const auto& table = *linear<TableHeader>(place);
        if (__builtin_memcmp(table.signature, "APIC", 4) == 0) read_processors(table);
    }
}

// ---- settings ---------------------------------------------------------------

void keep_command_line(const StartInfo& info) {
    if (info.command_line == 0) return;
    const auto* from = linear<char>(info.command_line);
    for (usize i = 0; i + 1 < sizeof(command_line) && from[i] != 0; i++) command_line[i] = from[i];
}

void run_kernel(void*) {
    for (Constructor* run = ashlar_init_array; run != ashlar_init_array_end; run++) (*run)();
    const int status = ashlar_kernel_main(command_line);
    for (Constructor* run = ashlar_fini_array; run != ashlar_fini_array_end; run++) (*run)();
    ashlar_port_die(status);
}

}  // namespace
}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

extern "C" [[noreturn]] void ashlar_x86_boot(u64 start_info) {
    start_serial();
    const auto& info = *linear<StartInfo>(start_info);
    if (info.magic != kMagic || info.version < 1)
        refuse("the loader is not a PVH loader of version 1");
    keep_command_line(info);
    read_memory(info);
    read_module(info);
    read_firmware(info);
    PerCpu& cpu = cpu_by_number(0);
    start_interrupts();
    set_up_cpu(cpu);
    start_tasks();
    start_paging();
    start_apic();
    start_clock();
    start_other_cpus();
    start_timer();
    ashlar_library_start();
    // The kernel gets a stack with a guard page; this one serves for idling.
    if (ashlar_port_spawn(run_kernel, nullptr, "main") != 0) refuse("no memory for the first task");
    become_idle();
}

const void* ashlar_x86_boot_module(size_t* size) {
    *size = module_bytes;
    return module_start;
}

int ashlar_port_setting(const char* name, char* value, size_t size) {
    const char* at = command_line;
    while (*at != 0) {
        while (*at == ' ') at++;
        const char* wanted = name;
        while (*wanted != 0 && *at == *wanted) {
            at++;
            wanted++;
        }
        if (*wanted == 0 && *at == '=') {
            Writer out(value, size);
            for (at++; *at != 0 && *at != ' '; at++) out << *at;
            return 1;
        }
        while (*at != 0 && *at != ' ') at++;
    }
    return 0;
}

// The command line came before anybody could set anything.
int ashlar_port_set_settings(const char*) {
    return -16;  // EBUSY
}
