// The fast side of contexts: which flow of control runs, and the sections in
// which it may not lose its CPU.
//
// A section is entered with a store and a check of who owns the CPU, both
// plain instructions. What makes that enough is on the side of who takes a CPU
// away (port/linux_machine/cpus.cpp): it changes the owner, then makes every
// running thread pass a full barrier, then looks at the old owner's counters.
// Either the old owner's check came after the change, and it sees it, or its
// store came before the barrier, and the taker sees that and waits.
//
// The stores that leave a section are releases and the taker's loads are
// acquires: what the old owner did to the CPU's data happened before.
#pragma once

#include <ashlar/kernel_port.h>

#include <atomic>

#if defined(ASHLAR_FREESTANDING)
extern "C" char ashlar_gs_context[];
#else
// The caller's context once it has one; the first call of a thread makes it.
extern "C" __thread struct ashlar_context* ashlar_self __attribute__((tls_model("initial-exec")));
#endif

namespace ashlar::kernel {

using Context = ashlar_context;

// Whether a context can lose its CPU although it runs: only where something else than the port
// schedules. On hardware who runs owns the CPU.
#if defined(ASHLAR_FREESTANDING)
inline constexpr bool kMayLoseCpu = false;
#else
inline constexpr bool kMayLoseCpu = true;
#endif

inline Context& self() {
#if defined(ASHLAR_FREESTANDING) && defined(__x86_64__)
    // Not volatile: a flow of control keeps its context, wherever it is moved.
    Context* context;
    asm("mov %%gs:%c1, %0" : "=r"(context) : "i"(ashlar_gs_context));
    return *context;
#elif defined(ASHLAR_FREESTANDING)
    return *ashlar_port_context();
#else
    Context* context = ashlar_self;
    if (context == nullptr) [[unlikely]] {
        context = ashlar_port_context();
    }
    return *context;
#endif
}

// The caller's context, without a call; null for a thread's first.
inline Context* known_self() {
#if defined(ASHLAR_FREESTANDING)
    return &self();
#else
    return ashlar_self;
#endif
}
inline bool is_known([[maybe_unused]] const Context* context) {
#if defined(ASHLAR_FREESTANDING)
    return true;
#else
    return context != nullptr;
#endif
}

template <class T>
T peek(const T& word) {
    return __atomic_load_n(&word, __ATOMIC_RELAXED);
}
template <class T>
void poke(T& word, T value) {
    __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}

// A counter that only its owner changes, so the addition need not be atomic.
inline void bump(unsigned long& word) {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    asm volatile("incq %0" : "+m"(word) : : "cc");
#else
    poke(word, peek(word) + 1);
#endif
}

// The outermost section ends: outside of RCU readers the context has no old pointers any more.
// Within one it has: a reader may allocate and lock as it likes without ending a grace period.
inline void note_quiet(Context& context) {
    if (peek(context.rcu_nesting) == 0) bump(context.sections);
}

// Whether the CPU where it runs or ran last was barred to it since.
inline bool is_barred(const Context& context) {
    return (__atomic_load_n(&context.barred, __ATOMIC_RELAXED) >> context.cpu->number & 1) != 0;
}

inline bool owns_cpu(const Context& context) {
    return !kMayLoseCpu || __atomic_load_n(&context.cpu->owner, __ATOMIC_ACQUIRE) == &context;
}

// Raises preempt_count by `unit`; the CPU is the caller's from here on. Answers the count before.
inline unsigned enter(Context& context, unsigned unit = ASHLAR_PREEMPT_ONE) {
    const unsigned before = peek(context.preempt_count);
    poke(context.preempt_count, before + unit);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (before == 0 && peek(context.irqs_off) == 0 && !owns_cpu(context)) [[unlikely]] {
        ashlar_port_claim_cpu(&context);
    }
    return before;
}

// Back to the count that `enter` answered: a fast path need not read again what it just wrote.
inline void leave_to(Context& context, unsigned after) {
    const bool last = after == 0 && peek(context.irqs_off) == 0;
    if (last) note_quiet(context);
    __atomic_store_n(&context.preempt_count, after, __ATOMIC_RELEASE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (last && peek(context.irq_pending) != 0) [[unlikely]] {
        ashlar_port_interrupts_on(&context);
    }
}

inline void leave(Context& context, unsigned unit = ASHLAR_PREEMPT_ONE) {
    leave_to(context, peek(context.preempt_count) - unit);
}

// Interrupts off; answers whether they were off before.
inline unsigned irq_save(Context& context) {
    const unsigned before = peek(context.irqs_off);
    poke(context.irqs_off, 1u);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (before == 0 && peek(context.preempt_count) == 0 && !owns_cpu(context)) [[unlikely]] {
        ashlar_port_claim_cpu(&context);
    }
    return before;
}

inline void irq_restore(Context& context, unsigned before) {
    if (before != 0) return;
    const bool last = peek(context.preempt_count) == 0;
    if (last) note_quiet(context);
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    // With preemption off but interrupts on again, what was deferred runs now, not at the end.
    if (peek(context.irq_pending) != 0) [[unlikely]] {
        ashlar_port_interrupts_on(&context);
    }
}

inline bool in_section(const Context& context) {
    return __atomic_load_n(&context.preempt_count, __ATOMIC_ACQUIRE) != 0 ||
           __atomic_load_n(&context.irqs_off, __ATOMIC_ACQUIRE) != 0;
}

// Zero outside of all sections, and outside of RCU readers too; else it means nothing. Plain reads:
// these are the caller's own words, which nobody else writes.
inline unsigned section_depth(const Context& context) {
    return context.preempt_count | context.irqs_off;
}
inline unsigned nesting(const Context& context) {
    return section_depth(context) | context.rcu_nesting;
}

// irq_save and irq_restore in three parts, for fast paths that are in no section and no RCU reader
// yet and do everything else that may be needed by a call at their end.
// Answers the CPU; null if it is not the caller's, and nothing has happened.
inline ashlar_cpu* irqs_off_outermost(Context& context) {
    poke(context.irqs_off, 1u);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ashlar_cpu* cpu = context.cpu;
    if (!kMayLoseCpu || __atomic_load_n(&cpu->owner, __ATOMIC_ACQUIRE) == &context) [[likely]]
        return cpu;
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
    return nullptr;
}
// True: interrupts came meanwhile, and ashlar_port_interrupts_on must be called.
[[nodiscard]] inline bool irqs_on_outermost(Context& context) {
    bump(context.sections);
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return context.irq_pending != 0;
}
// The same for who enters another section at once, at whose end the interrupts run.
inline void irqs_on_abandoned(Context& context) {
    bump(context.sections);
    __atomic_store_n(&context.irqs_off, 0u, __ATOMIC_RELEASE);
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline bool at_interrupt_level(const Context& context) {
    return (peek(context.preempt_count) & 0x00ffff00u) != 0;
}

// Preemption off for a scope.
class Pinned {
  public:
    explicit Pinned(Context& context) : context_(context) { enter(context_); }
    ~Pinned() { leave(context_); }
    Pinned(const Pinned&) = delete;
    Pinned& operator=(const Pinned&) = delete;
    unsigned cpu() const { return context_.cpu->number; }

  private:
    Context& context_;
};

// Interrupts off for a scope, and with them preemption.
class IrqsOff {
  public:
    explicit IrqsOff(Context& context) : context_(context), before_(irq_save(context)) {}
    ~IrqsOff() { irq_restore(context_, before_); }
    IrqsOff(const IrqsOff&) = delete;
    IrqsOff& operator=(const IrqsOff&) = delete;
    unsigned cpu() const { return context_.cpu->number; }

  private:
    Context& context_;
    unsigned before_;
};

// A spin lock that also keeps this CPU's interrupts out, for data that
// interrupts touch too. Satisfies what core/lock.h's Guard asks of a lock.
class IrqSpinLock {
  public:
    void lock() {
        Context& context = self();
        const unsigned before = irq_save(context);
        unsigned turns = 0;
        while (__atomic_exchange_n(&held_, 1u, __ATOMIC_ACQUIRE) != 0) {
            while (peek(held_) != 0) ashlar_port_spin(turns++);
        }
        before_ = before;
    }
    bool try_lock() {
        Context& context = self();
        const unsigned before = irq_save(context);
        if (__atomic_exchange_n(&held_, 1u, __ATOMIC_ACQUIRE) != 0) {
            irq_restore(context, before);
            return false;
        }
        before_ = before;
        return true;
    }
    void unlock() {
        const unsigned before = before_;
        __atomic_store_n(&held_, 0u, __ATOMIC_RELEASE);
        irq_restore(self(), before);
    }

  private:
    unsigned held_ = 0;
    unsigned before_ = 0;  // the holder's
};

}  // namespace ashlar::kernel
