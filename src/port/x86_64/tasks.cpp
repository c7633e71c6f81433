// Tasks: a ready queue for all CPUs, sleepers on words, and the switch.
//
//   running --wait--> asleep --wake, deadline--> ready --a CPU takes it--> running
//      |  ^                                        ^
//      |  +----------------------------------------+   preempted or gave way
//      +--end--> free (the slot and its stack are used again)
//
// One lock guards all of it. It is held across the switch and released by
// whoever runs next, so a task is never taken by another CPU before its stack
// is left. A task is preempted by the timer when it is in no section and
// somebody is ready who may run there. A CPU takes the first ready task that is
// not barred from it; a task that becomes barred where it runs gives way at the
// end of its section.

#include "port/x86_64/machine.h"

extern "C" {
void ashlar_x86_switch(ashlar::u64* save_sp, ashlar::u64 load_sp);
void ashlar_x86_task_entry();
extern char ashlar_boot_stack[], ashlar_boot_stack_top[];
}

namespace ashlar::x86 {
namespace {

constexpr usize kStackBytes = 4 * kPage;
constexpr usize kStackStride = 2 * kStackBytes;  // the lower half is never mapped
constexpr u64 kSliceTicks = 2;

SpinLock lock;  // with the processor's interrupts off
Task* ready_first = nullptr;
Task* ready_last = nullptr;
Task* sleepers = nullptr;
Task* free_tasks = nullptr;
u64 soonest = ~u64{0};  // no deadline is earlier
usize stacks = 0;
u64 switches = 0;

Task boot_task;
Context* all_contexts = nullptr;
int last_id = 0;

bool is_idle(const PerCpu& cpu, const Task& task) {
    return cpu.idle == &task;
}

void make_ready(Task& task) {
    task.next = nullptr;
    (ready_first == nullptr ? ready_first : ready_last->next) = &task;
    ready_last = &task;
}

bool may_run(const Task& task, const PerCpu& cpu) {
    return (peek(task.context.barred) >> cpu.slot->number & 1) == 0;
}

bool somebody_ready(const PerCpu& cpu) {
    Task* task = ready_first;
    while (task != nullptr && !may_run(*task, cpu)) task = task->next;
    return task != nullptr;
}

Task* take_ready(const PerCpu& cpu) {
    Task* before = nullptr;
    Task* task = ready_first;
    for (; task != nullptr && !may_run(*task, cpu); task = task->next) before = task;
    if (task == nullptr) return nullptr;
    (before == nullptr ? ready_first : before->next) = task->next;
    if (ready_last == task) ready_last = before;
    return task;
}

// A CPU that has nothing to do may have work now.
void wake_a_cpu(const Task& task) {
    PerCpu& here = this_cpu();
    if (is_idle(here, *reinterpret_cast<Task*>(here.current)) && may_run(task, here)) {
        here.need_resched = 1;
        return;
    }
    for (unsigned i = 0; i < cpus_online(); i++) {
        PerCpu& cpu = cpu_by_number(i);
        if (&cpu == &here || cpu.idle_now == 0 || !may_run(task, cpu)) continue;
        cpu.idle_now = 0;
        send(cpu, kResched);
        return;
    }
}

void rouse(Task& task) {
    (task.prev != nullptr ? task.prev->next : sleepers) = task.next;
    if (task.next != nullptr) task.next->prev = task.prev;
    task.word = nullptr;
    make_ready(task);
    wake_a_cpu(task);
}

// Lock held, interrupts off. Runs the next ready task, or idles.
void switch_away() {
    PerCpu& cpu = this_cpu();
    Task& from = current_task();
    Task* to = take_ready(cpu);
    if (to == nullptr) to = cpu.idle;
    cpu.need_resched = 0;
    if (to == &from) return;
    poke(from.context.irq_pending, 0u);
    to->context.cpu = cpu.slot;
    __atomic_store_n(&cpu.slot->owner, is_idle(cpu, *to) ? nullptr : &to->context,
                     __ATOMIC_RELEASE);
    cpu.idle_now = 0;
    cpu.current = &to->context;
    switches++;
    ashlar_x86_switch(&from.sp, to->sp);
}

void list_context(Context& context) {
    context.next = all_contexts;
    __atomic_store_n(&all_contexts, &context, __ATOMIC_RELEASE);
}

void begin(Task& task, PerCpu& cpu) {
    task.context.cpu = cpu.slot;
    task.context.id = ++last_id;
    __atomic_store_n(&task.context.live, 1u, __ATOMIC_RELEASE);
}

// A slot with a stack, off the free list or new; null when there is no memory.
Task* fresh_task() {
    {
        const Masked masked;
        lock.lock();
        Task* task = free_tasks;
        if (task != nullptr) free_tasks = task->next;
        lock.unlock();
        if (task != nullptr) return task;
    }
    auto* task = static_cast<Task*>(ashlar_port_early(kPage));
    if (task == nullptr) return nullptr;
    task->stack_top = new_stack();
    if (task->stack_top == 0) return nullptr;
    task->context.stack = reinterpret_cast<void*>(task->stack_top - kStackBytes);
    const Masked masked;
    lock.lock();
    list_context(task->context);
    lock.unlock();
    return task;
}

void copy_name(Task& task, const char* name) {
    usize i = 0;
    for (; i + 1 < sizeof(task.name) && name[i] != 0; i++) task.name[i] = name[i];
    task.name[i] = 0;
}

}  // namespace

uptr new_stack() {
    const uptr at = kStacks +
                    __atomic_fetch_add(&stacks, usize{1}, __ATOMIC_RELAXED) * kStackStride +
                    kStackBytes;
    return map_stack(at, kStackBytes) ? at + kStackBytes : 0;
}

void start_tasks() {
    PerCpu& cpu = cpu_by_number(0);
    boot_task.stack_top = address(ashlar_boot_stack_top);
    boot_task.context.stack = ashlar_boot_stack;
    copy_name(boot_task, "idle");
    list_context(boot_task.context);
    begin(boot_task, cpu);
    cpu.current = &boot_task.context;
    cpu.slot->owner = &boot_task.context;
}

Task& new_idle_task(PerCpu& cpu) {
    auto* task = static_cast<Task*>(ashlar_port_early(kPage));
    if (task != nullptr) task->stack_top = new_stack();
    if (task == nullptr || task->stack_top == 0) refuse("no memory for idle tasks");
    task->context.stack = reinterpret_cast<void*>(task->stack_top - kStackBytes);
    copy_name(*task, "idle");
    const auto number = static_cast<unsigned>(&cpu - &cpu_by_number(0));
    cpu.slot = ashlar_port_cpu(0) + number;
    cpu.idle = task;
    cpu.current = &task->context;
    list_context(task->context);
    begin(*task, cpu);
    return *task;
}

void become_idle() {
    PerCpu& cpu = this_cpu();
    cpu.idle = &boot_task;
    __atomic_store_n(&cpu.slot->owner, static_cast<Context*>(nullptr), __ATOMIC_RELEASE);
    idle();
}

void idle() {
    PerCpu& cpu = this_cpu();
    for (;;) {
        interrupts_off();
        lock.lock();
        if (somebody_ready(cpu)) {
            switch_away();
            lock.unlock();
            continue;
        }
        cpu.idle_now = 1;
        lock.unlock();
        // The flag takes effect after the next instruction: no interrupt is lost in between.
        asm volatile("sti; hlt" : : : "memory");
    }
}

void give_way() {
    const Masked masked;
    lock.lock();
    PerCpu& cpu = this_cpu();
    Task& self = current_task();
    cpu.need_resched = 0;
    const bool leaves = !may_run(self, cpu);
    if (leaves || somebody_ready(cpu)) {
        if (!is_idle(cpu, self)) make_ready(self);
        if (leaves) wake_a_cpu(self);
        switch_away();
    }
    lock.unlock();
}

void tick() {
    PerCpu& cpu = this_cpu();
    cpu.ticks++;
    const Masked masked;
    lock.lock();
    const u64 time = ashlar_port_monotonic_ns();
    if (time >= soonest) {
        soonest = ~u64{0};
        for (Task* task = sleepers; task != nullptr;) {
            Task* next = task->next;
            if (task->deadline <= time) {
                rouse(*task);
            } else if (task->deadline < soonest) {
                soonest = task->deadline;
            }
            task = next;
        }
    }
    if (cpu.ticks % kSliceTicks == 0 && somebody_ready(cpu)) cpu.need_resched = 1;
    lock.unlock();
}

void count_tasks(ashlar_x86_counts& counts) {
    counts.switches = peek(switches);
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

extern "C" [[noreturn]] void ashlar_x86_task_start() {
    Task& self = current_task();
    lock.unlock();
    interrupts_on();
    self.run(self.argument);
    ashlar_library_context_ends(&self.context);
    interrupts_off();
    lock.lock();
    __atomic_store_n(&self.context.live, 0u, __ATOMIC_RELEASE);
    self.next = free_tasks;
    free_tasks = &self;
    switch_away();
    __builtin_unreachable();
}

int ashlar_port_spawn(void (*run)(void*), void* argument, const char* name) {
    Task* task = fresh_task();
    if (task == nullptr) return -12;  // ENOMEM
    // What ashlar_x86_switch pops: six registers and where to return to.
    auto* stack = reinterpret_cast<u64*>(task->stack_top) - 8;
    for (int i = 0; i < 8; i++) stack[i] = 0;
    stack[6] = address(reinterpret_cast<const void*>(&ashlar_x86_task_entry));
    task->sp = address(stack);
    task->run = run;
    task->argument = argument;
    copy_name(*task, name);
    Context& context = task->context;
    context.preempt_count = context.irqs_off = context.irq_pending = context.rcu_nesting = 0;
    context.barred = 0;
    context.task = nullptr;
    const Masked masked;
    lock.lock();
    begin(*task, this_cpu());
    make_ready(*task);
    wake_a_cpu(*task);
    lock.unlock();
    return 0;
}

ashlar_context* ashlar_port_context() {
    return &current_task().context;
}

ashlar_context* ashlar_port_contexts() {
    return __atomic_load_n(&all_contexts, __ATOMIC_ACQUIRE);
}

void ashlar_port_yield_cpu(ashlar_context* self) {
    if (!kernel::in_section(*self)) give_way();
}

void ashlar_port_move(ashlar_context* context) {
    if (context == &current_task().context) {
        give_way();
        return;
    }
    auto& task = *reinterpret_cast<Task*>(context);
    for (unsigned turns = 0;; turns++) {
        {
            const Masked masked;
            lock.lock();
            PerCpu& cpu = cpu_by_number(context->cpu->number);
            const bool there = cpu.current == context && !may_run(task, cpu);
            if (there) {
                send(cpu, kResched);
            } else {
                // Where it was ready for it may not be run any more.
                wake_a_cpu(task);
            }
            lock.unlock();
            if (!there) return;
        }
        ashlar_port_spin(turns);
    }
}

void ashlar_port_spin(unsigned turns) {
    __builtin_ia32_pause();
    // What is waited for may need this CPU.
    if (turns % 64 == 63) ashlar_port_yield_cpu(ashlar_port_context());
}

void ashlar_port_wait(uint32_t* word, uint32_t expected, uint64_t timeout_ns) {
    Task& self = current_task();
    // Nobody may sleep here; to return early is allowed.
    if (kernel::in_section(self.context)) {
        __builtin_ia32_pause();
        return;
    }
    const u64 time = ashlar_port_monotonic_ns();
    const Masked masked;
    lock.lock();
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == expected) {
        self.word = word;
        self.deadline = timeout_ns > ~u64{0} - time ? ~u64{0} : time + timeout_ns;
        if (self.deadline < soonest) soonest = self.deadline;
        self.prev = nullptr;
        self.next = sleepers;
        if (sleepers != nullptr) sleepers->prev = &self;
        sleepers = &self;
        switch_away();
    }
    lock.unlock();
}

void ashlar_port_wake(uint32_t* word, int count) {
    const Masked masked;
    lock.lock();
    // The latest sleeper stands first; who sleeps longest is woken first.
    Task* last = nullptr;
    for (Task* task = sleepers; task != nullptr; task = task->next) last = task;
    for (Task* task = last; task != nullptr && count > 0;) {
        Task* prev = task->prev;
        if (task->word == word) {
            rouse(*task);
            count--;
        }
        task = prev;
    }
    lock.unlock();
}
