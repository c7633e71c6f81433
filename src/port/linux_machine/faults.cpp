// Faults. One in an access that may fault, of copy_from_user() and its family,
// goes on where the library says. Any other is told of: what happened, where, and
// what is known of the address; then the program ends as it would have without
// the report, by the signal itself: it is nobody's from then on, so when the
// handler returns, the instruction faults again, and the core dump shows the
// place. A fault inside of the handler is therefore the end, too.
//
// A signal that the program (a sanitizer, a runtime) handles already stays its
// own: its handler is called for all faults but the accesses', as it would have
// been, with the flags and the mask that it asked for. One that it takes over
// later is altogether its own; a bad user's address then comes to it, too.

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "core/text.h"
#include "port/fault_text.h"
#include "port/kernel_context.h"
#include "port/linux_machine/machine.h"

namespace ashlar::machine {
namespace {

constexpr u64 kPage = 4096;
// Of a page fault's error code, as the processor gives it.
constexpr u64 kPresent = 1, kWrite = 2, kFetch = 16;
constexpr int kPageFaultTrap = 14;

void say_page_fault(const void* at, u64 error) {
    const bool fetch = (error & kFetch) != 0, write = (error & kWrite) != 0;
    Text<400> out;
    out << "BUG: unable to handle page fault for address: " << Hex{reinterpret_cast<u64>(at), 16}
        << "\n#PF: "
        << (fetch   ? "instruction fetch"
            : write ? "write access"
                    : "read access")
        << ", "
        << ((error & kPresent) == 0 ? "not-present page"
            : fetch                 ? "no-execute page"
            : write                 ? "read-only page"
                                    : "protected page")
        << '\n';
    char known[200];
    if (reinterpret_cast<uptr>(at) < kPage) {
        out << "#PF: the address is that of a null pointer\n";
    } else if (ashlar_library_describe(at, known, sizeof(known)) != 0) {
        out << "#PF: the address is " << known << '\n';
    }
    say(out);
}

void say_fault(int number, const siginfo_t& information, const mcontext_t& machine) {
    if (machine.gregs[REG_TRAPNO] == kPageFaultTrap) {
        say_page_fault(information.si_addr, static_cast<u64>(machine.gregs[REG_ERR]));
        return;
    }
    Text<120> out;
    out << "BUG: "
        << (number == SIGFPE   ? "divide error"
            : number == SIGILL ? "invalid opcode"
            : number == SIGBUS ? "bus error"
                               : "general protection fault")
        << '\n';
    say(out);
}

void say_context() {
    const ashlar_context* context = ashlar_self;
    if (context == nullptr) return;
    Text<120> out;
    out << "CPU: " << u64{context->cpu != nullptr ? context->cpu->number : 0}
        << " PID: " << static_cast<u64>(context->id)
        << " preempt_count: " << Hex{context->preempt_count, 8}
        << " irqs_disabled: " << u64{context->irqs_off} << '\n';
    say(out);
}

void say_stack(const mcontext_t& machine) {
    void* frames[24];
    const auto at = static_cast<u64>(machine.gregs[REG_RIP]);
    const unsigned count = ashlar_port_backtrace(frames, 24, 0);
    // The handler's own frames and the kernel's come before the place.
    unsigned first = 0;
    while (first < count && reinterpret_cast<u64>(frames[first]) != at) first++;
    Text<32> title;
    title << "Call Trace:\n";
    say(title);
    say_place(" ", at);
    // Called where no code is: the caller is only on the stack.
    if ((static_cast<u64>(machine.gregs[REG_ERR]) & kFetch) != 0) {
        say_place(" ", *reinterpret_cast<const u64*>(machine.gregs[REG_RSP]));
    }
    for (unsigned i = first + 1; i < count; i++) {
        say_place(" ", reinterpret_cast<u64>(frames[i]));
    }
}

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
// Whose the signals were before.
struct sigaction before[sizeof(kFaults) / sizeof(kFaults[0])];

bool handled(const struct sigaction& action) {
    return (action.sa_flags & SA_SIGINFO) != 0 ||
           (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN);
}

struct sigaction& before_of(int number) {
    usize i = 0;
    while (kFaults[i] != number) i++;
    return before[i];
}

void on_fault(int number, siginfo_t* information, void* raw) {
    const int kept = errno;
    mcontext_t& machine = static_cast<ucontext_t*>(raw)->uc_mcontext;
    // Sent by somebody, there is no fault to tell of.
    const bool sent = information->si_code <= 0;
    const u64 on = sent ? 0 : ashlar_library_fixup(static_cast<u64>(machine.gregs[REG_RIP]));
    if (on != 0) {
        machine.gregs[REG_RIP] = static_cast<greg_t>(on);
        return;
    }
    struct sigaction& owner = before_of(number);
    const struct sigaction action = owner;
    if ((action.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {
        owner.sa_flags = 0;
        owner.sa_handler = SIG_DFL;
    }
    if ((action.sa_flags & SA_SIGINFO) != 0) return action.sa_sigaction(number, information, raw);
    if (handled(action)) return action.sa_handler(number);
    sigaction(number, &action, nullptr);
    if (sent) {
        raise(number);  // it does not come again by itself
        errno = kept;
        return;
    }
    say_fault(number, *information, machine);
    say_context();
    say_place("RIP: ", static_cast<u64>(machine.gregs[REG_RIP]));
    say_stack(machine);
    errno = kept;
}

}  // namespace

void start_faults() {
    for (const int number : kFaults) {
        struct sigaction& owner = before_of(number);
        if (sigaction(number, nullptr, &owner) != 0) continue;
        struct sigaction action = owner;
        if (!handled(owner)) {
            action.sa_flags = SA_ONSTACK;
            sigemptyset(&action.sa_mask);
        }
        action.sa_sigaction = on_fault;
        action.sa_flags |= SA_SIGINFO;
        action.sa_flags &= ~static_cast<int>(SA_RESETHAND);
        sigaction(number, &action, nullptr);
    }
}

}  // namespace ashlar::machine
