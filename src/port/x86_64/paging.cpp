// Page tables of four levels, shared by all CPUs.
//
//   linear map   all memory of the firmware's map, by 1 GiB or 2 MiB pages where they fit
//   kernel       code read and execute, constants read, data read and write; nothing both
//                writable and executable
//   vmalloc, modules   4 KiB pages, mapped and unmapped at run time
//   stacks       each below a page that is never mapped
//
// A directory entry that refers to a table of the run-time ranges keeps the
// number of the table's live entries in bits 52 to 61, which the processor
// ignores. A table whose count falls to zero is taken off and freed after the
// next flush: until then a CPU may still walk it.
//
// Unmapping only clears entries and notes the range. The flush interrupts the
// other CPUs once for all ranges that were noted; each invalidates page by page
// up to kFewPages and reloads CR3 above it.

#include "port/x86_64/machine.h"

extern "C" char ashlar_image_start[], ashlar_text_end[], ashlar_rodata_end[], ashlar_data_end[],
    ashlar_image_end[];

namespace ashlar::x86 {
namespace {

constexpr u64 kPresent = 1, kWritable = 2, kUncached = 0x18, kAccessed = 0x20, kDirty = 0x40,
              kLarge = 0x80;
constexpr u64 kNoExecute = u64{1} << 63;
constexpr u64 kTouched = kAccessed | kDirty;  // set beforehand: the processor need not write them
constexpr u64 kFrameMask = 0x000ffffffffff000;
constexpr int kCountShift = 52;
constexpr u64 kCountOne = u64{1} << kCountShift;
constexpr u64 kCountMask = u64{0x3ff} << kCountShift;

// Invalidating a page costs about a fortieth of what the misses after a reload do.
constexpr usize kFewPages = 32;
constexpr usize kRanges = 8;

u64* root = nullptr;
u64 root_physical = 0;
u64 memory_end = 0;
ashlar_window window;
u64 table_frames = 0;
u64 flushes = 0;
u64 flushed_ranges = 0;

SpinLock tables_lock;

struct Batch {
    struct {
        uptr start, end;
    } ranges[kRanges];
    usize count;
    usize pages;
    bool all;
    u64 tables;  // frames of tables that were taken off, linked through their first entry
};
Batch pending;

struct Piece {
    u64 start, end;
};
Piece memory[64];
usize memory_count = 0;

u64* table_at(u64 entry) {
    return linear<u64>(entry & kFrameMask);
}
usize index_at(uptr address, int level) {
    return address >> (12 + 9 * level) & 511;
}

// At start only: one CPU, no lock.
u64* next_table(u64& entry) {
    if ((entry & kPresent) == 0) {
        const u64 page = early_pages(kPage);
        if (page == 0) refuse("no memory for page tables");
        entry = page | kPresent | kWritable;
    }
    return table_at(entry);
}

void map_at_start(uptr address, u64 physical, u64 bytes, u64 flags) {
    const bool giant = (cpuid(0x80000001).d & 1u << 26) != 0;
    while (bytes != 0) {
        u64* table = next_table(root[index_at(address, 3)]);
        u64 step = kGiB;
        if (giant && ((address | physical) & (kGiB - 1)) == 0 && bytes >= kGiB) {
            table[index_at(address, 2)] = physical | flags | kLarge;
        } else {
            table = next_table(table[index_at(address, 2)]);
            step = 2 * kMiB;
            if (((address | physical) & (2 * kMiB - 1)) == 0 && bytes >= 2 * kMiB) {
                table[index_at(address, 1)] = physical | flags | kLarge;
            } else {
                step = kPage;
                table = next_table(table[index_at(address, 1)]);
                table[index_at(address, 0)] = physical | flags;
            }
        }
        address += step;
        physical += step;
        bytes -= step;
    }
}

void map_linear(u64 start, u64 end, u64 writable) {
    if (start >= end) return;
    map_at_start(kLinear + start, start, end - start, kPresent | writable | kNoExecute | kTouched);
}

u64 min(u64 a, u64 b) {
    return a < b ? a : b;
}
u64 max(u64 a, u64 b) {
    return a < b ? b : a;
}

void map_image(char* from, char* to, u64 flags) {
    const uptr start = address(from);
    map_at_start(start, start - kKernelBase, (address(to) - start + kPage - 1) & ~u64{kPage - 1},
                 flags | kTouched);
}

u64 rights_of(unsigned rights) {
    return kPresent | kTouched | ((rights & ASHLAR_MAP_WRITE) != 0 ? kWritable : 0) |
           ((rights & ASHLAR_MAP_EXEC) != 0 ? 0 : kNoExecute);
}

// ---- run-time ranges --------------------------------------------------------

// The directory entry of an address's table, under the lock; null when a directory above is
// missing.
u64* directory_entry(uptr address) {
    u64* table = root;
    for (int level = 3; level >= 2; level--) {
        const u64 entry = table[index_at(address, level)];
        if ((entry & kPresent) == 0) return nullptr;
        table = table_at(entry);
    }
    return &table[index_at(address, 1)];
}

// Without the lock. Puts a table, or the highest directory that is missing, in place of nothing.
bool extend(uptr address) {
    u64 frame = 0;
    if (early_is_over()) {
        frame = ashlar_library_frame() * kPage;
    } else {
        frame = early_pages(kPage);
    }
    if (frame == 0) return false;
    const kernel::Pinned pinned(kernel::self());
    tables_lock.lock();
    u64* table = root;
    for (int level = 3; level >= 1; level--) {
        u64& entry = table[index_at(address, level)];
        if ((entry & kPresent) == 0) {
            entry = frame | kPresent | kWritable;
            frame = 0;
            table_frames++;
            break;
        }
        table = table_at(entry);
    }
    tables_lock.unlock();
    // Somebody else was faster.
    if (frame != 0) ashlar_library_frame_free(frame / kPage);
    return true;
}

void note(uptr start, uptr end) {
    Batch& batch = pending;
    batch.pages += (end - start) / kPage;
    if (batch.count != 0 && batch.ranges[batch.count - 1].end == start) {
        batch.ranges[batch.count - 1].end = end;
    } else if (batch.count < kRanges) {
        batch.ranges[batch.count++] = {start, end};
    } else {
        batch.all = true;
    }
}

void invalidate(void* argument) {
    const Batch& batch = *static_cast<const Batch*>(argument);
    if (batch.all || batch.pages > kFewPages) {
        load_page_tables();
        return;
    }
    for (usize i = 0; i < batch.count; i++) {
        for (uptr at = batch.ranges[i].start; at < batch.ranges[i].end; at += kPage) {
            asm volatile("invlpg (%0)" : : "r"(at) : "memory");
        }
    }
}

void flush() {
    static SpinLock flush_lock;
    u64 tables = 0;
    {
        const kernel::Pinned pinned(kernel::self());
        // Who waits here answers interrupts; that the other's flush is over is part of our promise.
        flush_lock.lock();
        tables_lock.lock();
        Batch batch = pending;
        pending = Batch{};
        tables_lock.unlock();
        if (batch.count != 0 || batch.tables != 0) {
            batch.all |= batch.tables != 0;
            flushes++;
            flushed_ranges += batch.count;
            now(invalidate, &batch);
            invalidate(&batch);
        }
        tables = batch.tables;
        flush_lock.unlock();
    }
    while (tables != 0) {
        const u64 next = *linear<u64>(tables);
        ashlar_library_frame_free(tables / kPage);
        tables = next;
    }
}

}  // namespace

void add_memory(u64 start, u64 end) {
    if (memory_count == sizeof(memory) / sizeof(memory[0]))
        refuse("the memory map has too many pieces");
    memory[memory_count++] = {start & ~u64{kPage - 1}, (end + kPage - 1) & ~u64{kPage - 1}};
    if (memory[memory_count - 1].end > memory_end) memory_end = memory[memory_count - 1].end;
}

void start_paging() {
    window.linear = kLinear;
    window.bytes = memory_end;
    window.vmalloc = kVmalloc;
    window.vmalloc_bytes = kVmallocBytes;
    window.modules = kModules;
    window.modules_bytes = kModulesBytes;
    window.contiguous_pages = 0;
    root_physical = early_pages(kPage);
    root = linear<u64>(root_physical);
    // What is read-only in the image is so in the linear map, too.
    const u64 fixed = address(ashlar_image_start) - kKernelBase;
    const u64 fixed_end = address(ashlar_rodata_end) - kKernelBase;
    for (usize i = 0; i < memory_count; i++) {
        map_linear(memory[i].start, min(memory[i].end, fixed), kWritable);
        map_linear(max(memory[i].start, fixed), min(memory[i].end, fixed_end), 0);
        map_linear(max(memory[i].start, fixed_end), memory[i].end, kWritable);
    }
    map_image(ashlar_image_start, ashlar_text_end, kPresent);
    map_image(ashlar_text_end, ashlar_rodata_end, kPresent | kNoExecute);
    map_image(ashlar_rodata_end, ashlar_data_end, kPresent | kWritable | kNoExecute);
    map_image(ashlar_data_end, ashlar_image_end, kPresent | kNoExecute);
    map_at_start(kLocalApic, read_msr(0x1b) & kFrameMask, kPage,
                 kPresent | kWritable | kNoExecute | kUncached | kTouched);
    load_page_tables();
}

void load_page_tables() {
    asm volatile("mov %0, %%cr3" : : "r"(root_physical) : "memory");
}

bool map_stack(uptr at, usize bytes) {
    for (usize done = 0; done < bytes; done += kPage) {
        const u64 page = early_pages(kPage);
        if (page == 0) return false;
        const kernel::Pinned pinned(kernel::self());
        tables_lock.lock();
        map_at_start(at + done, page, kPage, kPresent | kWritable | kNoExecute | kTouched);
        tables_lock.unlock();
    }
    return true;
}

u64 entry_of(uptr address) {
    u64* table = root;
    if (table == nullptr) return 0;
    for (int level = 3;; level--) {
        const u64 entry = table[index_at(address, level)];
        if ((entry & kPresent) == 0 || level == 0 || (entry & kLarge) != 0) return entry;
        table = table_at(entry);
    }
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

const ashlar_window* ashlar_port_window() {
    return &window;
}

int ashlar_port_map(uintptr_t at, uint64_t frame, size_t count, unsigned rights) {
    const u64 flags = rights_of(rights);
    const uptr start = at;
    while (count != 0) {
        int error = 0;
        {
            const kernel::Pinned pinned(kernel::self());
            tables_lock.lock();
            u64* entry = directory_entry(at);
            if (entry != nullptr && (*entry & kPresent) != 0) {
                u64* table = table_at(*entry);
                usize added = 0;
                for (usize i = index_at(at, 0); i < 512 && count != 0;
                     i++, count--, frame++, at += kPage) {
                    if ((table[i] & kPresent) != 0) {
                        error = -17;  // EEXIST
                        break;
                    }
                    poke(table[i], frame * kPage | flags);
                    added++;
                }
                *entry += added * kCountOne;
                tables_lock.unlock();
                if (error == 0) continue;
            } else {
                tables_lock.unlock();
            }
        }
        if (error == 0 && extend(at)) continue;
        if (at != start) ashlar_port_unmap(start, at - start);
        return error != 0 ? error : -12;  // ENOMEM
    }
    return 0;
}

void ashlar_port_unmap(uintptr_t at, size_t bytes) {
    const uptr end = at + bytes;
    const kernel::Pinned pinned(kernel::self());
    while (at < end) {
        tables_lock.lock();
        u64* entry = directory_entry(at);
        uptr chunk_end = (at | (2 * kMiB - 1)) + 1;
        if (chunk_end > end || chunk_end == 0) chunk_end = end;
        if (entry != nullptr && (*entry & kPresent) != 0) {
            u64* table = table_at(*entry);
            uptr run = 0;
            usize cleared = 0;
            for (; at < chunk_end; at += kPage) {
                u64& slot = table[index_at(at, 0)];
                if ((slot & kPresent) != 0) {
                    poke(slot, u64{0});
                    cleared++;
                    if (run == 0) run = at;
                } else if (run != 0) {
                    note(run, at);
                    run = 0;
                }
            }
            if (run != 0) note(run, at);
            *entry -= cleared * kCountOne;
            if (cleared != 0 && (*entry & kCountMask) == 0) {
                const u64 frame = *entry & kFrameMask;
                poke(*entry, u64{0});
                table[0] = pending.tables;
                pending.tables = frame;
                table_frames--;
            }
        }
        tables_lock.unlock();
        at = chunk_end;
    }
}

void ashlar_port_flush(uintptr_t, size_t) {
    flush();
}

int ashlar_port_protect(uintptr_t at, size_t bytes, unsigned rights) {
    int error = 0;
    {
        const kernel::Pinned pinned(kernel::self());
        tables_lock.lock();
        note(at, at + bytes);
        for (const uptr end = at + bytes; at < end; at += kPage) {
            u64* entry = directory_entry(at);
            u64* slot = entry != nullptr && (*entry & kPresent) != 0
                            ? &table_at(*entry)[index_at(at, 0)]
                            : nullptr;
            if (slot == nullptr || (*slot & kPresent) == 0) {
                error = -22;  // EINVAL
                break;
            }
            poke(*slot, (*slot & kFrameMask) | rights_of(rights));
        }
        tables_lock.unlock();
    }
    flush();
    return error;
}

uint64_t ashlar_port_bus_address(const void* at) {
    return address(at) - kLinear;
}

namespace ashlar::x86 {
void count_paging(ashlar_x86_counts& counts) {
    counts.shootdowns = peek(flushes);
    counts.shot_ranges = peek(flushed_ranges);
    counts.table_frames = peek(table_frames);
}
}  // namespace ashlar::x86
