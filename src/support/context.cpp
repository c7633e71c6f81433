// Contexts as Linux code sees them: the preemption count, interrupts on and
// off, where one runs, and whether sleeping is allowed.
//
// The fast side is inline in port/kernel_context.h; what is here are the same
// operations under their Linux names, and the reports.

#include "port/kernel_context.h"

#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/smp.h>

using ashlar::kernel::Context;
using ashlar::kernel::enter;
using ashlar::kernel::leave;
using ashlar::kernel::peek;
using ashlar::kernel::self;

extern "C" {

int preempt_count() { return static_cast<int>(peek(self().preempt_count)); }
void preempt_disable() { enter(self()); }
void preempt_enable() { leave(self()); }
void ashlar_preempt_count_add(int value) { enter(self(), static_cast<unsigned>(value)); }
void ashlar_preempt_count_sub(int value) { leave(self(), static_cast<unsigned>(value)); }
// A task that may not migrate keeps its CPU, and for that it must not lose it.
void migrate_disable() { enter(self()); }
void migrate_enable() { leave(self()); }
void local_bh_disable() { enter(self(), SOFTIRQ_DISABLE_OFFSET); }
void local_bh_enable() { leave(self(), SOFTIRQ_DISABLE_OFFSET); }

unsigned long ashlar_irq_save() { return ashlar::kernel::irq_save(self()); }
void ashlar_irq_restore(unsigned long flags) { ashlar::kernel::irq_restore(self(), static_cast<unsigned>(flags)); }
bool irqs_disabled() { return peek(self().irqs_off) != 0; }

void cpu_relax()
{
    // Waiters keep no count of their turns here: one in 64 gives way, whoever it hits.
    static unsigned turns;
    ashlar_port_spin(__atomic_fetch_add(&turns, 1u, __ATOMIC_RELAXED) % 64);
}

int raw_smp_processor_id()
{
    Context &context = self();
    if constexpr (ashlar::kernel::kMayLoseCpu) {
        // It says where it will run next: not on a CPU that was barred to it since it last ran.
        if (ashlar::kernel::is_barred(context) && !ashlar::kernel::in_section(context)) ashlar_port_move(&context);
    }
    return static_cast<int>(context.cpu->number);
}

unsigned int ashlar_cpu_count() { return ashlar_port_cpu_count(); }

// ---- sleeping -------------------------------------------------------------

void ashlar_might_sleep(const char *call, const char *file, int line)
{
    Context &context = self();
    if (peek(context.preempt_count) == 0 && peek(context.irqs_off) == 0 && context.rcu_nesting == 0) [[likely]] {
        return;
    }
    static u64 last_report;
    const u64 now = ashlar_port_monotonic_ns();
    const u64 last = peek(last_report);
    if (last != 0 && now - last < NSEC_PER_SEC) return;
    __atomic_store_n(&last_report, now, __ATOMIC_RELAXED);
    const unsigned count = peek(context.preempt_count);
    const char *where = (count & HARDIRQ_MASK) != 0   ? "an interrupt"
                        : (count & SOFTIRQ_MASK) != 0 ? "a soft interrupt"
                        : count != 0                  ? "a section with preemption off"
                        : peek(context.irqs_off) != 0 ? "a section with interrupts off"
                                                      : "an RCU read-side section";
    ashlar_warn_text(file, line, call,
                     "BUG: sleeping function called from invalid context: %s in %s\n"
                     "in_atomic(): %d, irqs_disabled(): %d, rcu nesting: %u, preempt_count: %#x, "
                     "pid: %d, name: %s",
                     call, where, count != 0, peek(context.irqs_off) != 0, context.rcu_nesting, count, context.id,
                     current->comm);
}

void __might_sleep(const char *file, int line) { ashlar_might_sleep("a call that may sleep", file, line); }

// The host preempts whenever it likes; what is left to do is to let another thread have the CPU.
void ashlar_cond_resched()
{
    Context &context = self();
    if (!ashlar::kernel::in_section(context)) ashlar_port_yield_cpu(&context);
}

}  // extern "C"
