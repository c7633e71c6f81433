// The library's life in a process: what happens at load, at fork, on misuse.
//
// The heap works before any of this has run; the constructor only adds what
// needs the environment or the C library. libashlar.so is initialised before
// all other libraries (-z initfirst), the C library included: so the
// environment is what the loader passes, not what getenv would find.

#include <pthread.h>
#include <sys/auxv.h>

#include "assemble/preload/options.h"
#include "assemble/preload/process_heap.h"
#include "assemble/preload/report.h"
#include "assemble/preload/stack.h"
#include "core/text.h"

// Of the C library, where it has them.
extern "C" {
[[gnu::weak]] extern char __libc_single_threaded;
[[gnu::weak]] void _IO_list_lock();
[[gnu::weak]] void _IO_list_unlock();
[[gnu::weak]] void _IO_list_resetlock();
}

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

// --- fork ---
//
// A child must find no lock held by a thread that it does not have, so the
// heap's locks are held while the process is copied. Who is first to register
// is last to prepare: no handler of the program's runs with them held.
//
// The C library itself takes the lock of its list of streams between our
// handlers and the copy, and whoever holds that lock allocates (fflush(NULL)
// with memory streams). So that lock comes before ours, and because its order
// in the child is the C library's business it is made anew there, as the
// library does.
//
// In a process with one thread nobody else can hold a lock, and a signal
// handler that forks may have interrupted the one that does: none is taken.

bool locked_for_fork = false;

bool has_one_thread() {
    return &__libc_single_threaded != nullptr && __libc_single_threaded != 0;
}

void before_fork() {
    if (has_one_thread()) return;
    if (_IO_list_lock != nullptr) _IO_list_lock();
    ProcessHeap::before_fork();
    locked_for_fork = true;
}

void after_fork_in_parent() {
    if (!locked_for_fork) return;
    locked_for_fork = false;
    ProcessHeap::after_fork_in_parent();
    if (_IO_list_unlock != nullptr) _IO_list_unlock();
}

void after_fork_in_child() {
    if (!locked_for_fork) return;
    locked_for_fork = false;
    ProcessHeap::after_fork_in_child();
    if (_IO_list_resetlock != nullptr) _IO_list_resetlock();
}

// --- start and end ---

// What follows `name` at the start of `text`; null if it does not start so. By hand: the C
// library's comparison is code and tables that a small program would not have in memory.
const char* behind(const char* text, const char* name) {
    for (; *name != '\0'; text++, name++) {
        if (*text != *name) return nullptr;
    }
    return text;
}

// Options name files to write: without meaning where somebody else's
// privileges are at work.
const char* options_in(char** environment) {
    constexpr char kName[] = "ASHLAR_OPTIONS=";
    for (; environment != nullptr && *environment != nullptr; environment++) {
        const char* value = behind(*environment, kName);
        if (value != nullptr) return getauxval(AT_SECURE) == 0 ? value : nullptr;
    }
    return nullptr;
}

[[gnu::constructor(101)]] void start(int, char**, char** environment) {
    heap::report_misuse = on_misuse;
    // Most programs have none, and need not have the code in memory.
    if (const char* text = options_in(environment)) read_options(text);
    if (options.stats != nullptr) prepare_statistics();
    note_stack_limit();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

[[gnu::destructor(101)]] void finish() {
    if (options.stats != nullptr) write_statistics_at_exit();
}

}  // namespace

}  // namespace ashlar::preload
