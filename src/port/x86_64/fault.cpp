// Faults: what happened, where, and what is known of the address; then the end.
//
// A double fault on this port means that a stack is full: the page below it is
// not mapped, so the processor could not store the fault itself.

#include "core/text.h"
#include "port/fault_text.h"
#include "port/x86_64/machine.h"

extern "C" {
extern char ashlar_image_start[], ashlar_text_end[];
// symbols.py makes it; a kernel linked without has none.
extern const ashlar::u32 ashlar_symbol_table[] __attribute__((weak));
}

namespace ashlar::x86 {
namespace {

u32 dying_now = 0;
size_t (*name_code)(const void*, char*, size_t) = nullptr;

constexpr u16 kExitPort = 0xf4;
constexpr u32 kGlobal = 1u << 31;
constexpr u64 kFetch = 16;  // of a page fault's error code

void say_registers(const Frame& f) {
    Text<800> out;
    const struct {
        const char* name;
        u64 value;
    } all[] = {{"RAX", f.rax}, {"RBX", f.rbx}, {"RCX", f.rcx}, {"RDX", f.rdx},
               {"RSI", f.rsi}, {"RDI", f.rdi}, {"RBP", f.rbp}, {"RSP", f.rsp},
               {"R08", f.r8},  {"R09", f.r9},  {"R10", f.r10}, {"R11", f.r11},
               {"R12", f.r12}, {"R13", f.r13}, {"R14", f.r14}, {"R15", f.r15}};
    int column = 0;
    for (const auto& one : all) {
        out << one.name << ": " << Hex{one.value, 16} << (++column % 4 == 0 ? "\n" : " ");
    }
    say(out);
}

void say_stack(const Frame& f) {
    Text<32> title;
    title << "Call Trace:\n";
    say(title);
    say_place(" ", f.rip);
    // Called where no code is: the caller is only on the stack.
    if (f.vector == kPageFault && (f.error & kFetch) != 0 && (entry_of(f.rsp) & 1) != 0) {
        say_place(" ", *reinterpret_cast<const u64*>(f.rsp));
    }
    u64 frame = f.rbp;
    for (int i = 0; i < 24; i++) {
        if (frame % 8 != 0 || (entry_of(frame) & 1) == 0 || (entry_of(frame + 8) & 1) == 0) return;
        const u64* at = reinterpret_cast<const u64*>(frame);
        if (at[1] == 0) return;
        say_place(" ", at[1]);
        if (at[0] <= frame) return;
        frame = at[0];
    }
}

void page_fault(Frame& f) {
    const u64 at = read_cr2();
    const bool write = (f.error & 2) != 0, fetch = (f.error & kFetch) != 0,
               present = (f.error & 1) != 0;
    Text<400> out;
    out << "BUG: unable to handle page fault for address: " << Hex{at, 16} << "\n#PF: kernel "
        << (fetch   ? "instruction fetch"
            : write ? "write access"
                    : "read access")
        << ", "
        << (!present ? "not-present page"
            : fetch  ? "no-execute page"
            : write  ? "read-only page"
                     : "reserved bits")
        << " (error_code " << Hex{f.error, 4} << ", entry " << Hex{entry_of(at), 16} << ")\n";
    char known[200];
    if (at < kPage) {
        out << "#PF: the address is that of a null pointer\n";
    } else if (at - kStacks < u64{1} << 39) {
        out << "#PF: the address is in the guard gap below a task's stack\n";
    } else if (ashlar_library_describe(reinterpret_cast<const void*>(at), known, sizeof(known)) !=
               0) {
        out << "#PF: the address is " << known << '\n';
    }
    say(out);
}

void report(Frame& f) {
    static const char* const kNames[] = {"divide error",
                                         "debug",
                                         "NMI",
                                         "int3",
                                         "overflow",
                                         "bounds",
                                         "invalid opcode",
                                         "no device",
                                         "double fault",
                                         "",
                                         "invalid TSS",
                                         "segment not present",
                                         "stack segment",
                                         "general protection fault"};
    Text<200> out;
    if (f.vector == kPageFault) {
        page_fault(f);
    } else if (f.vector == kDoubleFault) {
        out << "BUG: kernel stack overflow (double fault), stack pointer " << Hex{f.rsp, 16}
            << '\n';
    } else {
        out << "BUG: "
            << (f.vector < sizeof(kNames) / sizeof(kNames[0]) ? kNames[f.vector] : "interrupt")
            << ", vector " << f.vector << ", error_code " << Hex{f.error, 4} << '\n';
    }
    const PerCpu& cpu = this_cpu();
    const Task& task = current_task();
    out << "CPU: " << u64{cpu.slot->number} << " PID: " << u64(task.context.id)
        << " Comm: " << task.name << " preempt_count: " << Hex{task.context.preempt_count, 8}
        << " irqs_disabled: " << u64{task.context.irqs_off} << '\n';
    say(out);
    say_place("RIP: ", f.rip);
    say_registers(f);
    say_stack(f);
}

// The entry of the last symbol that starts at or below; its index, or -1.
int symbol_below(uptr at) {
    if (ashlar_symbol_table == nullptr) return -1;
    const u32 wanted = static_cast<u32>(at - kKernelBase);
    int low = 0, high = static_cast<int>(ashlar_symbol_table[0]);
    while (low < high) {
        const int middle = (low + high) / 2;
        if (ashlar_symbol_table[2 + 2 * middle] <= wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

const char* name_of(u32 index) {
    const auto* names =
        reinterpret_cast<const char*>(ashlar_symbol_table + 2 + usize{2} * ashlar_symbol_table[0]);
    return names + (ashlar_symbol_table[3 + 2 * index] & ~kGlobal);
}

}  // namespace

bool dying() {
    return peek(dying_now) != 0;
}

void refuse(const char* what) {
    Text<200> out;
    out << "x86_64: " << what << '\n';
    say(out);
    ashlar_port_die(2);
}

void fault(Frame& frame) {
    if (frame.vector == kPageFault || frame.vector == kProtectionFault) {
        if (const u64 on = ashlar_library_fixup(frame.rip)) {
            frame.rip = on;
            return;
        }
    }
    // Another CPU dies and stops this one.
    if (frame.vector == kNmi && dying()) {
        for (;;) asm volatile("cli; hlt");
    }
    static u32 reports = 0;
    if (__atomic_fetch_add(&reports, 1u, __ATOMIC_ACQ_REL) != 0) ashlar_port_die(-1);
    __atomic_store_n(&dying_now, 1u, __ATOMIC_RELEASE);
    report(frame);
    Text<64> out;
    out << "Kernel panic - not syncing: Fatal exception\n";
    say(out);
    ashlar_port_die(-1);
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

// The debug-exit device ends QEMU with (value << 1) | 1: 33 when all was well, 35 for a status, 37
// for a panic.
void ashlar_port_die(int status) {
    interrupts_off();
    __atomic_store_n(&dying_now, 1u, __ATOMIC_RELEASE);
    if (cpus_online() > 1) stop_others();
    out32(kExitPort, status < 0 ? 0x12 : status != 0 ? 0x11 : 0x10);
    Text<40> out;
    out << "The machine is halted.\n";
    say(out);
    for (;;) asm volatile("cli; hlt");
}

unsigned ashlar_port_backtrace(void** frames, unsigned most, unsigned skip) {
    auto frame = address(__builtin_frame_address(0));
    unsigned count = 0;
    while (count < most && frame % 8 == 0 && (entry_of(frame) & 1) != 0 &&
           (entry_of(frame + 8) & 1) != 0) {
        auto* at = reinterpret_cast<void**>(frame);
        if (at[1] == nullptr) break;
        if (skip > 0) {
            skip--;
        } else {
            frames[count++] = at[1];
        }
        if (address(at[0]) <= frame) break;
        frame = address(at[0]);
    }
    return count;
}

size_t ashlar_port_symbol(const void* code, char* to, size_t size) {
    Writer out(to, size);
    const int index =
        address(code) >= address(ashlar_image_start) && address(code) < address(ashlar_text_end)
            ? symbol_below(address(code))
            : -1;
    if (index >= 0) {
        const u64 offset = address(code) - kKernelBase - ashlar_symbol_table[2 + 2 * index];
        out << name_of(static_cast<u32>(index)) << '+' << reinterpret_cast<const void*>(offset);
        return out.size();
    }
    if (name_code != nullptr) {
        if (const size_t length = name_code(code, to, size)) return length;
    }
    out << code;
    return out.size();
}

void ashlar_port_name_code(size_t (*name)(const void*, char*, size_t)) {
    name_code = name;
}

void* ashlar_port_find_symbol(const char* name) {
    if (ashlar_symbol_table == nullptr) return nullptr;
    for (u32 i = 0; i < ashlar_symbol_table[0]; i++) {
        if ((ashlar_symbol_table[3 + 2 * i] & kGlobal) != 0 &&
            __builtin_strcmp(name_of(i), name) == 0) {
            return reinterpret_cast<void*>(kKernelBase + ashlar_symbol_table[2 + 2 * i]);
        }
    }
    return nullptr;
}
