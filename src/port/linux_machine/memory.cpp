// Physical memory and its mappings.
//
//   linear   [linear, linear + size)     all of the memory, mapped once
//   vmalloc  [vmalloc, + 64 TiB/64)      nothing, until frames are mapped here again
//   modules  [1 GiB, + 768 MiB)          likewise, executable on demand
//
// The two ranges are reserved by choice of address only: a mapping to hold them
// would be split in three by every area inside, and the kernel allows 65,530
// mappings. vmalloc's place lies between where executables and where libraries
// are put, far from both. Modules lie in the lowest 2 GiB, where code that was
// compiled with absolute addresses works, and above what the heap of a program
// that is linked there is likely to grow to. Every mapping is made so that it
// never replaces another one.

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/config.h"
#include "port/linux_machine/machine.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

namespace ashlar::machine {
namespace {

// The thread sanitizer knows few application ranges; the low one is the emptiest.
constexpr uptr kRanges = kThreadSanitizer ? uptr{0x10'0000'0000} : uptr{0x1100'0000'0000};
constexpr uptr kLinearRoom = kThreadSanitizer ? 64 * kGiB : 4096 * kGiB;
constexpr u64 kVmallocBytes = kThreadSanitizer ? 128 * kGiB : 1024 * kGiB;
constexpr uptr kModules = 1 * kGiB;
constexpr u64 kModulesBytes = 768 * kMiB;
constexpr usize kFrame = usize{1} << ASHLAR_FRAME_SHIFT;

ashlar_window window;
int memory_file = -1;
int pagemap_file = -1;

void* map_memory(uptr at, u64 bytes, int file, int flags) {
    void* got = mmap(reinterpret_cast<void*>(at), bytes, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_FIXED_NOREPLACE | flags, file, 0);
    if (got != MAP_FAILED && got != reinterpret_cast<void*>(at)) {
        munmap(got, bytes);
        got = MAP_FAILED;
        errno = EEXIST;
    }
    return got;
}

int protection(unsigned rights) {
    return PROT_READ | ((rights & ASHLAR_MAP_WRITE) != 0 ? PROT_WRITE : 0) |
           ((rights & ASHLAR_MAP_EXEC) != 0 ? PROT_EXEC : 0);
}

}  // namespace

void start_memory(const Settings& wanted) {
    window.linear = kRanges;
    window.bytes = wanted.size;
    window.vmalloc = kRanges + kLinearRoom;
    window.vmalloc_bytes = kVmallocBytes;
    window.modules = kModules;
    window.modules_bytes = kModulesBytes;
    window.mappable_from = wanted.hugetlb >> ASHLAR_FRAME_SHIFT;
    window.contiguous_pages = wanted.hugetlb != 0 ? 9 : 0;
    if (wanted.size > kLinearRoom) {
        refuse("ASHLAR_MACHINE: size=%lluM is more than this build can map (%lluM)",
               static_cast<unsigned long long>(wanted.size / kMiB),
               static_cast<unsigned long long>(kLinearRoom / kMiB));
    }
    if (wanted.hugetlb != 0) {
        const int huge =
            memfd_create("ashlar huge frames", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);
        // Reserved and populated at once: a huge page that is missing later would be a SIGBUS.
        if (huge < 0 || ftruncate(huge, static_cast<off_t>(wanted.hugetlb)) != 0 ||
            map_memory(window.linear, wanted.hugetlb, huge, MAP_POPULATE) == MAP_FAILED) {
            refuse(
                "hugetlb=%lluM: the system has not that many free huge pages (%s); "
                "write the number to /proc/sys/vm/nr_hugepages",
                static_cast<unsigned long long>(wanted.hugetlb / kMiB), strerror(errno));
        }
        close(huge);
    }
    const u64 rest = wanted.size - wanted.hugetlb;
    memory_file = memfd_create("ashlar frames", MFD_CLOEXEC);
    if (memory_file < 0 || ftruncate(memory_file, static_cast<off_t>(rest)) != 0 ||
        (rest != 0 && map_memory(window.linear + wanted.hugetlb, rest, memory_file,
                                 MAP_NORESERVE) == MAP_FAILED)) {
        refuse("%lluM of physical memory cannot be mapped (%s)",
               static_cast<unsigned long long>(rest / kMiB), strerror(errno));
    }
    // Fork gives the child the same physical memory: a second machine on it would corrupt both.
    madvise(reinterpret_cast<void*>(window.linear), wanted.size, MADV_DONTFORK);
}

}  // namespace ashlar::machine

using namespace ashlar;
using namespace ashlar::machine;

const ashlar_window* ashlar_port_window() {
    if (window.bytes == 0) ashlar_port_context();
    return &window;
}

int ashlar_port_memory(unsigned index, uint64_t* first, uint64_t* end) {
    *first = 0;
    *end = window.bytes >> ASHLAR_FRAME_SHIFT;
    return index == 0 ? 1 : 0;
}

void* ashlar_port_early(size_t bytes) {
    void* got = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return got == MAP_FAILED ? nullptr : got;
}

int ashlar_port_map(uintptr_t address, uint64_t frame, size_t count, unsigned rights) {
    if (frame < window.mappable_from) return -EINVAL;
    void* got = mmap(reinterpret_cast<void*>(address), count * kFrame, protection(rights),
                     MAP_SHARED | MAP_POPULATE | MAP_FIXED_NOREPLACE, memory_file,
                     static_cast<off_t>((frame - window.mappable_from) * kFrame));
    if (got == reinterpret_cast<void*>(address)) return 0;
    const int error = got == MAP_FAILED ? errno : EEXIST;
    if (got != MAP_FAILED) munmap(got, count * kFrame);
    return -error;
}

void ashlar_port_unmap(uintptr_t address, size_t bytes) {
    munmap(reinterpret_cast<void*>(address), bytes);
}

// munmap is seen by every thread when it returns.
void ashlar_port_flush(uintptr_t, size_t) {}

int ashlar_port_protect(uintptr_t address, size_t bytes, unsigned rights) {
    return mprotect(reinterpret_cast<void*>(address), bytes, protection(rights)) == 0 ? 0 : -errno;
}

uint64_t ashlar_port_bus_address(const void* linear) {
    const uptr at = reinterpret_cast<uptr>(linear);
    const uptr offset = at - window.linear;
    if (offset >> ASHLAR_FRAME_SHIFT >= window.mappable_from) return 0;
    if (pagemap_file < 0) pagemap_file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    u64 entry = 0;
    const off_t place = static_cast<off_t>((at >> ASHLAR_FRAME_SHIFT) * sizeof(entry));
    if (pagemap_file < 0 || pread(pagemap_file, &entry, sizeof(entry), place) != sizeof(entry)) {
        return 0;
    }
    const u64 present = u64{1} << 63;
    const u64 frame = entry & ((u64{1} << 55) - 1);
    // Without the right the kernel shows zero.
    if ((entry & present) == 0 || frame == 0) return 0;
    return (frame << ASHLAR_FRAME_SHIFT) | (at & (kFrame - 1));
}
