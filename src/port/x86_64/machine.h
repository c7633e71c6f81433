// The port x86_64: the machine itself.
//
// A kernel links this and libashlar-kernel-freestanding.a and gives
// ashlar_kernel_main(). The order of start is in boot.cpp. Afterwards:
//
//   contexts   tasks, each with a stack of its own that ends in a guard page;
//              whoever runs owns the CPU
//   interrupts are masked lazily: local_irq_save() of the library only sets the
//              context's irqs_off. An interrupt that comes all the same leaves
//              its bit in PerCpu::pending and a mark in irq_pending, and is
//              worked off when irqs_off is cleared. The processor's own flag
//              is off only inside this port, for a few instructions at a time
//   so         a TLB shootdown is answered at once even by a CPU that spins
//              with interrupts off, and its sender may wait under any lock
//
// Lock order: flush (paging.cpp), then the page tables, then the scheduler,
// then the log. The last two keep the processor's interrupts off.
#pragma once

#include <ashlar/kernel_port.h>
#include <ashlar/x86_64.h>

#include "core/types.h"
#include "port/kernel_context.h"

namespace ashlar::x86 {

using kernel::Context;
using kernel::peek;
using kernel::poke;

inline constexpr uptr kLinear = 0xffff888000000000;
inline constexpr uptr kVmalloc = 0xffffc90000000000;
inline constexpr u64 kVmallocBytes = u64{32} << 40;
inline constexpr uptr kStacks = 0xfffffe0000000000;
inline constexpr uptr kKernelBase = 0xffffffff80000000;
// Within reach of a call from the kernel, as in Linux.
inline constexpr uptr kModules = 0xffffffffa0000000;
inline constexpr u64 kModulesBytes = 1520 * kMiB;
inline constexpr uptr kLocalApic = 0xffffffffff5fd000;
inline constexpr usize kPage = 4096;

// What entry.S saves.
struct Frame {
    u64 rbp, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rbx, rax;
    u64 vector, error;
    u64 rip, cs, rflags, rsp, ss;
};

enum Vector : u8 {
    kNmi = 2,
    kDoubleFault = 8,
    kProtectionFault = 13,
    kPageFault = 14,
    kTimer = 0x20,
    kCall,     // take the CPU's stack of interrupts
    kResched,  // there may be a task to run
    kNow,      // run the function of now() at once, whatever is masked
    kSpurious = 0xff,
};

// Bits of PerCpu::pending.
inline constexpr u32 kPendingTimer = 1;
inline constexpr u32 kPendingCall = 2;

struct Task {
    Context context;  // first: the running context is the running task
    u64 sp;           // while it does not run
    Task* next;       // ready queue, sleepers or free list
    Task* prev;       // sleepers only
    const u32* word;  // what it sleeps on; null when it is awake
    u64 deadline;
    void (*run)(void*);
    void* argument;
    uptr stack_top;
    char name[16];
};

struct [[gnu::packed]] TaskState {
    u32 reserved0;
    u64 rsp[3];
    u64 reserved1;
    u64 ist[7];
    u64 reserved2;
    u16 reserved3;
    u16 io_map;
};

// What GS points to. The library reads `current` (entry.S, ashlar_gs_context).
struct PerCpu {
    Context* current;
    PerCpu* self;
    ashlar_cpu* slot;
    Task* idle;
    u32 apic_id;
    u32 pending;
    u32 need_resched;
    u32 idle_now;  // halted or about to be: worth an interrupt when a task is ready
    u64 ticks;
    u64 gdt[5];
    TaskState tss;
};

inline PerCpu& this_cpu() {
    PerCpu* cpu;
    asm volatile("mov %%gs:8, %0" : "=r"(cpu));
    return *cpu;
}
inline Task& current_task() {
    Context* context;
    asm volatile("mov %%gs:0, %0" : "=r"(context));
    return *reinterpret_cast<Task*>(context);
}

// ---- instructions -----------------------------------------------------------

inline void out8(u16 port, u8 value) {
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}
inline void out32(u16 port, u32 value) {
    asm volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}
inline u8 in8(u16 port) {
    u8 value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}
inline void write_msr(u32 msr, u64 value) {
    asm volatile("wrmsr"
                 :
                 : "c"(msr), "a"(static_cast<u32>(value)), "d"(static_cast<u32>(value >> 32))
                 : "memory");
}
inline u64 read_msr(u32 msr) {
    u32 low, high;
    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return u64{high} << 32 | low;
}
inline u64 read_tsc() {
    u32 low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return u64{high} << 32 | low;
}
struct Cpuid {
    u32 a, b, c, d;
};
inline Cpuid cpuid(u32 leaf, u32 sub = 0) {
    Cpuid r;
    asm volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(sub));
    return r;
}
inline void interrupts_off() {
    asm volatile("cli" : : : "memory");
}
inline void interrupts_on() {
    asm volatile("sti" : : : "memory");
}
inline u64 read_cr2() {
    u64 value;
    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

// Keeps the processor's own interrupts off for a scope.
class Masked {
  public:
    Masked() { asm volatile("pushfq; popq %0; cli" : "=r"(flags_) : : "memory"); }
    ~Masked() {
        if ((flags_ & 0x200) != 0) interrupts_on();
    }
    Masked(const Masked&) = delete;
    Masked& operator=(const Masked&) = delete;

  private:
    u64 flags_;
};

class SpinLock {
  public:
    void lock() {
        while (__atomic_exchange_n(&held_, 1u, __ATOMIC_ACQUIRE) != 0) {
            while (peek(held_) != 0) __builtin_ia32_pause();
        }
    }
    bool try_lock() { return __atomic_exchange_n(&held_, 1u, __ATOMIC_ACQUIRE) == 0; }
    void unlock() { __atomic_store_n(&held_, 0u, __ATOMIC_RELEASE); }

  private:
    u32 held_ = 0;
};

template <class T = void>
T* linear(u64 physical) {
    return reinterpret_cast<T*>(kLinear + physical);
}

// ---- early.cpp: memory before there are frames ------------------------------

void early_add(u64 start, u64 end);
void early_remove(u64 start, u64 end);
// Zeroed, page-aligned; panics when there is none.
u64 early_pages(usize bytes);
bool early_is_over();

// ---- paging.cpp -------------------------------------------------------------

void start_paging();
void load_page_tables();
bool map_stack(uptr address, usize bytes);
// The page-table entry of an address; 0 when there is none.
u64 entry_of(uptr address);
void add_memory(u64 start, u64 end);  // what the linear map must cover
void count_paging(ashlar_x86_counts& counts);

// ---- cpus.cpp, apic.cpp -----------------------------------------------------

void set_up_cpu(PerCpu& cpu);  // segments, task state, GS, interrupt table
void start_other_cpus();
void note_cpu(u32 apic_id);  // told by the firmware's tables
PerCpu& cpu_by_number(unsigned number);
unsigned cpus_online();
// Runs the function on every other CPU at once, and returns when all have run it. Callers hold no
// SpinLock of this port but those that say so, and have the processor's interrupts on.
void now(void (*function)(void*), void* argument);
void take_now();

void start_apic();
void start_timer();
void end_of_interrupt();
void send(PerCpu& cpu, u8 vector);
void send_others(u32 vector);
void send_start(u32 apic_id, u32 command);
void stop_others();
void start_clock();
void delay_us(u64 us);

// ---- interrupts.cpp ---------------------------------------------------------

void start_interrupts();
void load_interrupt_table();
// Works off what is pending; the processor's interrupts are off, the context's are on.
void run_pending(PerCpu& cpu, Context& context);

// ---- tasks.cpp --------------------------------------------------------------

void start_tasks();
Task& new_idle_task(PerCpu& cpu);
[[noreturn]] void idle();
[[noreturn]] void become_idle();  // the first CPU's way in
void tick();                      // at interrupt level
void count_tasks(ashlar_x86_counts& counts);
void give_way();   // to another task that is ready, if there is one
uptr new_stack();  // the top of a mapped stack with a guard page

// ---- boot.cpp, serial.cpp, fault.cpp ----------------------------------------

void start_serial();
void fault(Frame& frame);
bool dying();
[[noreturn]] void refuse(const char* what);

}  // namespace ashlar::x86
