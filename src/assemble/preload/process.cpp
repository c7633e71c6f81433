// The library's life in a process: what happens at load, at fork, on misuse.
//
// The heap works before any of this has run; the constructor only adds what
// needs the environment or the C library.

#include <cstdlib>

#include <pthread.h>
#include <sys/auxv.h>

#include "assemble/preload/options.h"
#include "assemble/preload/process_heap.h"
#include "assemble/preload/report.h"
#include "assemble/preload/stack.h"
#include "core/text.h"

namespace ashlar::preload {

namespace {

const char* describe(heap::Misuse kind) {
    switch (kind) {
        case heap::Misuse::DoubleFree:
            return "ashlar: double free: ";
        case heap::Misuse::InvalidFree:
            return "ashlar: invalid free: ";
        case heap::Misuse::ForeignFree:
        case heap::Misuse::WrongHeap:
            return "ashlar: invalid free: ";
        case heap::Misuse::DeadHeap:
            return "ashlar: invalid heap: ";
    }
    return "ashlar: misuse: ";
}

const char* explain(heap::Misuse kind) {
    switch (kind) {
        case heap::Misuse::DoubleFree:
            return " is free already\n";
        case heap::Misuse::InvalidFree:
            return " is not the start of a live block\n";
        case heap::Misuse::ForeignFree:
            return " is not memory of this heap\n";
        case heap::Misuse::WrongHeap:
            return " is not a block of the heap it was given to\n";
        case heap::Misuse::DeadHeap:
            return " was destroyed or is no heap\n";
    }
    return "\n";
}

// Memory that the dynamic loader allocated for itself before the program's
// malloc was known lies behind the loader's image; it is freed like any other.
bool is_loader_memory(const void* p) {
    constexpr usize kLoaderSpan = 4 * kMiB;
    const uptr loader = getauxval(AT_BASE);
    return loader != 0 && address(p) - loader < kLoaderSpan;
}

void on_misuse(heap::Misuse kind, const void* p) {
    if (kind == heap::Misuse::ForeignFree && is_loader_memory(p)) return;
    Text<128> line;
    line << describe(kind) << p << explain(kind);
    ProcessPort::write_all(2, line.c_str(), line.size());
    if (!options.misuse_continues) ProcessPort::die();
}

[[gnu::constructor(101)]] void start() {
    heap::report_misuse = on_misuse;
    // Options name files to write: of no meaning where somebody else's privileges are at work.
    read_options(secure_getenv("ASHLAR_OPTIONS"));
    note_stack_limit();
    prepare_statistics();
    pthread_atfork(ProcessHeap::before_fork, ProcessHeap::after_fork_in_parent,
                   ProcessHeap::after_fork_in_child);
}

[[gnu::destructor(101)]] void finish() {
    write_statistics_at_exit();
}

}  // namespace

}  // namespace ashlar::preload
