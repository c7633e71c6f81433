// CPUs and contexts.
//
// A thread gets a context at its first call and keeps it to its end; contexts
// are never unmapped, so that grace periods and takers may look at one without
// asking whether its thread still lives. A CPU belongs to its last user until
// another thread needs one and no CPU is idle: then it is taken (see
// port/kernel_context.h for why the fast side needs no atomic instruction).
// With no more threads than CPUs nothing is ever taken.
//
// Lock order: `taking` is innermost; who waits for a victim's section holds it,
// so at most one taking is under way.

#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "port/kernel_context.h"
#include "port/linux_machine/machine.h"

extern "C" {
__thread struct ashlar_context* ashlar_self = nullptr;
}

namespace ashlar::machine {
namespace {

using kernel::peek;
using kernel::poke;

ashlar_cpu cpus[ASHLAR_MAX_CPUS];
unsigned cpu_count = 0;

ashlar_context* all_contexts = nullptr;
pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
pthread_key_t exit_key;
int barrier_command = MEMBARRIER_CMD_PRIVATE_EXPEDITED;

enum : u32 { kNotStarted, kStarting, kStarted };
u32 start_state = kNotStarted;
ashlar_context* starter = nullptr;
pthread_once_t once = PTHREAD_ONCE_INIT;

u32 taking = 0;

constexpr usize kContextBatch = 64 * kKiB;

// In irqs_off while a context looks for a CPU.
constexpr unsigned kLooking = 2;

// Under `registry`.
ashlar_context* fresh_context() {
    static char* at = nullptr;
    static usize left = 0;
    const usize need = (sizeof(ashlar_context) + kCacheLine - 1) / kCacheLine * kCacheLine;
    if (left < need) {
        void* more = mmap(nullptr, kContextBatch, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more == MAP_FAILED) refuse("no memory for the contexts of threads");
        at = static_cast<char*>(more);
        left = kContextBatch;
    }
    auto* context = reinterpret_cast<ashlar_context*>(at);
    at += need;
    left -= need;
    context->next = all_contexts;
    __atomic_store_n(&all_contexts, context, __ATOMIC_RELEASE);
    return context;
}

ashlar_context* register_thread() {
    pthread_mutex_lock(&registry);
    ashlar_context* context = all_contexts;
    while (context != nullptr && context->live != 0) context = context->next;
    if (context == nullptr) context = fresh_context();
    context->preempt_count = 0;
    context->irqs_off = 0;
    context->irq_pending = 0;
    context->rcu_nesting = 0;
    context->barred = 0;
    context->task = nullptr;
    context->cpu = &cpus[0];
    context->id = static_cast<int>(syscall(SYS_gettid));
    __atomic_store_n(&context->live, 1u, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&registry);
    ashlar_self = context;
    return context;
}

// After the thread is registered: libc allocates to answer, and the program's malloc may be
// anything.
void find_stack(ashlar_context& context) {
    pthread_attr_t attributes;
    void* lowest = nullptr;
    usize bytes = 0;
    context.stack = nullptr;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    if (pthread_attr_getstack(&attributes, &lowest, &bytes) == 0) context.stack = lowest;
    pthread_attr_destroy(&attributes);
}

extern "C" void thread_ends(void* argument) {
    auto* context = static_cast<ashlar_context*>(argument);
    ashlar_library_context_ends(context);
    // A signal from here on finds no context: it would claim a CPU and take it to the grave.
    // What it is for is found when the CPU is given up.
    ashlar_self = nullptr;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ashlar_port_yield_cpu(context);
    __atomic_store_n(&context->live, 0u, __ATOMIC_RELEASE);
}

void start_port() {
    const Settings& wanted = settings();
    if (pthread_key_create(&exit_key, thread_ends) != 0) refuse("no thread key left");
    start_memory(wanted);
    start_cpus(wanted);
    start_interrupts();
    start_faults();
}

bool is_barred(const ashlar_context& context, const ashlar_cpu& cpu) {
    return (__atomic_load_n(&context.barred, __ATOMIC_SEQ_CST) >> cpu.number & 1) != 0;
}

// Gives the idle CPU `cpu` to the context.
bool occupy(ashlar_cpu& cpu, ashlar_context* context) {
    ashlar_context* nobody = nullptr;
    if (!__atomic_compare_exchange_n(&cpu.owner, &nobody, context, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_RELAXED)) {
        return false;
    }
    poke(context->cpu, &cpu);
    return true;
}

// With `taking` held: takes the CPU from `victim`. False: it was not the victim's any more.
bool take(ashlar_cpu& cpu, ashlar_context* victim, ashlar_context* context) {
    if (!__atomic_compare_exchange_n(&cpu.owner, &victim, context, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_RELAXED)) {
        return false;
    }
    ashlar_port_barrier_everywhere();
    // It may have entered a section just before: then it is ours when it leaves.
    // One that looks for a CPU itself has seen that this one is gone.
    for (unsigned turns = 0; kernel::in_section(*victim) && peek(victim->cpu) == &cpu &&
                             (peek(victim->irqs_off) & kLooking) == 0;
         turns++) {
        ashlar_port_spin(turns);
    }
    poke(context->cpu, &cpu);
    return true;
}

// One attempt to take a CPU from a context that is in no section.
bool take_from_somebody(ashlar_context* context) {
    static unsigned next_victim = 0;
    for (unsigned i = 0; i < cpu_count; i++) {
        ashlar_cpu& cpu = cpus[next_victim++ % cpu_count];
        if (is_barred(*context, cpu)) continue;
        ashlar_context* victim = __atomic_load_n(&cpu.owner, __ATOMIC_ACQUIRE);
        if (victim == nullptr) {
            if (occupy(cpu, context)) return true;
            continue;
        }
        if (!kernel::in_section(*victim) && take(cpu, victim, context)) return true;
    }
    return false;
}

// Gives the CPU up. Whoever pushed an interrupt and still saw the owner here signals a thread that
// will not come back for it: one side or the other sees that.
void release(ashlar_cpu& cpu, ashlar_context* owner) {
    if (!__atomic_compare_exchange_n(&cpu.owner, &owner, static_cast<ashlar_context*>(nullptr),
                                     false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        return;
    }
    if (__atomic_load_n(&cpu.interrupts, __ATOMIC_SEQ_CST) != nullptr) interrupt_idle_cpu();
}

// A CPU for a context that looks for one.
void find_cpu(ashlar_context* self) {
    bool mine = !is_barred(*self, *self->cpu) && occupy(*self->cpu, self);
    for (unsigned i = 0; !mine && i < cpu_count; i++)
        mine = !is_barred(*self, cpus[i]) && occupy(cpus[i], self);
    for (unsigned turns = 0; !mine; turns++) {
        if (__atomic_exchange_n(&taking, 1u, __ATOMIC_ACQUIRE) == 0) {
            mine = take_from_somebody(self);
            __atomic_store_n(&taking, 0u, __ATOMIC_RELEASE);
        }
        if (!mine) ashlar_port_spin(turns);
    }
}

// One attempt to take a CPU that is barred to it from somebody who may be in a section for long.
// True: it was taken.
bool drive_from(ashlar_cpu& cpu, ashlar_context* victim, ashlar_context* self) {
    if (kernel::in_section(*victim) || __atomic_exchange_n(&taking, 1u, __ATOMIC_ACQUIRE) != 0)
        return false;
    const bool taken = take(cpu, victim, self);
    __atomic_store_n(&taking, 0u, __ATOMIC_RELEASE);
    if (taken) release(cpu, self);
    return taken;
}

}  // namespace

void start_cpus(const Settings& wanted) {
    cpu_set_t allowed;
    unsigned count = wanted.cpus;
    if (count == 0) {
        count = sched_getaffinity(0, sizeof(allowed), &allowed) == 0
                    ? static_cast<unsigned>(CPU_COUNT(&allowed))
                    : 1;
    }
    cpu_count = count > ASHLAR_MAX_CPUS ? ASHLAR_MAX_CPUS : count;
    for (unsigned i = 0; i < cpu_count; i++) cpus[i].number = i;
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0) {
        barrier_command = MEMBARRIER_CMD_GLOBAL;
        if (syscall(SYS_membarrier, barrier_command, 0, 0) != 0) {
            refuse("the system call membarrier is needed and not available (errno %d)", errno);
        }
    }
}

}  // namespace ashlar::machine

using namespace ashlar;
using namespace ashlar::machine;

ashlar_context* ashlar_port_context() {
    if (ashlar_self != nullptr) return ashlar_self;
    const int kept = errno;
    pthread_once(&once, start_port);
    ashlar_context* context = register_thread();
    find_stack(*context);
    pthread_setspecific(exit_key, context);
    u32 state = kNotStarted;
    if (__atomic_compare_exchange_n(&start_state, &state, u32{kStarting}, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        starter = context;
        ashlar_library_start();
        __atomic_store_n(&start_state, u32{kStarted}, __ATOMIC_RELEASE);
        ashlar_port_wake(&start_state, INT32_MAX);
    }
    while ((state = __atomic_load_n(&start_state, __ATOMIC_ACQUIRE)) != kStarted) {
        ashlar_port_wait(&start_state, state, UINT64_MAX);
    }
    errno = kept;
    return context;
}

void ashlar_port_claim_cpu(ashlar_context* self) {
    // An interrupt in here would want a CPU too: it waits until there is one.
    const unsigned before = self->irqs_off;
    poke(self->irqs_off, before | kLooking);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    find_cpu(self);
    // Who bars a CPU first says so and then looks who owns it; here it is the other way round.
    while (is_barred(*self, *self->cpu)) {
        release(*self->cpu, self);
        find_cpu(self);
    }
    if (__atomic_load_n(&self->cpu->interrupts, __ATOMIC_SEQ_CST) != nullptr) {
        poke(self->irq_pending, 1u);
    }
    poke(self->irqs_off, before);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (before == 0 && peek(self->irq_pending) != 0) ashlar_port_interrupts_on(self);
}

void ashlar_port_yield_cpu(ashlar_context* self) {
    if (self->preempt_count != 0 || self->irqs_off != 0) return;
    release(*self->cpu, self);
}

void ashlar_port_move(ashlar_context* context) {
    ashlar_context& self = kernel::self();
    if (context == &self) {
        if (is_barred(self, *self.cpu)) ashlar_port_yield_cpu(&self);
        // Where it goes to is where it says it is from now on.
        const kernel::Pinned pinned(self);
        return;
    }
    // While it takes a CPU for somebody else it has none of its own and wants no interrupts.
    ashlar_port_yield_cpu(&self);
    poke(self.irqs_off, kLooking);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    for (unsigned i = 0; i < cpu_count; i++) {
        for (unsigned turns = 0; is_barred(*context, cpus[i]) &&
                                 __atomic_load_n(&cpus[i].owner, __ATOMIC_SEQ_CST) == context &&
                                 !drive_from(cpus[i], context, &self);
             turns++) {
            ashlar_port_spin(turns);
        }
    }
    poke(self.irqs_off, 0u);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ashlar_port_interrupts_on(&self);
}

ashlar_cpu* ashlar_port_cpu(unsigned number) {
    return number < cpu_count ? &cpus[number] : nullptr;
}

unsigned ashlar_port_cpu_count() {
    if (cpu_count == 0) ashlar_port_context();
    return cpu_count;
}

ashlar_context* ashlar_port_contexts() {
    return __atomic_load_n(&all_contexts, __ATOMIC_ACQUIRE);
}

void ashlar_port_barrier_everywhere() {
    syscall(SYS_membarrier, barrier_command, 0, 0);
}

void ashlar_port_spin(unsigned turns) {
    // Every 64 turns somebody else may run: what is waited for may need this core.
    if (turns % 64 != 63) {
        __builtin_ia32_pause();
    } else if (turns < 4096) {
        sched_yield();
    } else {
        const timespec nap{0, 50 * 1000};
        nanosleep(&nap, nullptr);
    }
}
