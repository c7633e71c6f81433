// CPUs: what each needs before it can run C++, and the start of the others by
// INIT-SIPI-SIPI.

#include "port/x86_64/machine.h"

extern "C" {
extern char ashlar_trampoline[], ashlar_trampoline_end[];
extern ashlar::u64 ashlar_ap_root;
extern ashlar::uptr ashlar_ap_stack;
extern ashlar::x86::PerCpu* ashlar_ap_cpu;
}

namespace ashlar::x86 {
namespace {

constexpr u64 kTrampoline = 0x8000;  // boot.S knows it too
constexpr usize kFaultStack = 2 * kPage;

alignas(kCacheLine) PerCpu per_cpu[ASHLAR_MAX_CPUS];
ashlar_cpu slots[ASHLAR_MAX_CPUS];
u32 apic_ids[ASHLAR_MAX_CPUS];
unsigned known = 0;
unsigned online = 1;

// One function at a time runs everywhere.
SpinLock now_lock;
void (*now_function)(void*);
void* now_argument;
u32 now_left;

void load_segments(PerCpu& cpu) {
    struct [[gnu::packed]] {
        u16 limit;
        const void* base;
    } pointer{sizeof(cpu.gdt) - 1, cpu.gdt};
    asm volatile(
        "lgdt %0\n\t"
        "pushq $8\n\t"
        "leaq 1f(%%rip), %%rax\n\t"
        "pushq %%rax\n\t"
        "lretq\n"
        "1: movl $16, %%eax\n\t"
        "movl %%eax, %%ds\n\t"
        "movl %%eax, %%es\n\t"
        "movl %%eax, %%ss\n\t"
        "movl $24, %%eax\n\t"
        "ltr %%ax"
        :
        : "m"(pointer)
        : "rax", "memory");
}

}  // namespace

void note_cpu(u32 apic_id) {
    if (known < ASHLAR_MAX_CPUS) apic_ids[known++] = apic_id;
}

PerCpu& cpu_by_number(unsigned number) {
    return per_cpu[number];
}

unsigned cpus_online() {
    return __atomic_load_n(&online, __ATOMIC_ACQUIRE);
}

void set_up_cpu(PerCpu& cpu) {
    const auto number = static_cast<unsigned>(&cpu - per_cpu);
    cpu.self = &cpu;
    cpu.slot = &slots[number];
    slots[number].number = number;
    const uptr tss = address(&cpu.tss);
    cpu.gdt[0] = 0;
    cpu.gdt[1] = 0x00209a0000000000;  // 64-bit code
    cpu.gdt[2] = 0x00cf92000000ffff;  // data
    cpu.gdt[3] = (sizeof(TaskState) - 1) | (tss & 0xffffff) << 16 | u64{0x89} << 40 |
                 (tss >> 24 & 0xff) << 56;
    cpu.gdt[4] = tss >> 32;
    cpu.tss.io_map = sizeof(TaskState);
    // These two may come when the stack pointer is of no use.
    for (int i = 0; i < 2; i++) {
        const u64 stack = early_pages(kFaultStack);
        if (stack == 0) refuse("no memory for the stacks of faults");
        cpu.tss.ist[i] = kLinear + stack + kFaultStack;
    }
    load_segments(cpu);
    load_interrupt_table();
    write_msr(0xc0000101, address(&cpu));  // GS base
}

void start_other_cpus() {
    char text[8] = "";
    usize most = ASHLAR_MAX_CPUS;
    if (ashlar_port_setting("cpus", text, sizeof(text)) != 0) {
        most = 0;
        for (const char* at = text; *at >= '0' && *at <= '9'; at++)
            most = most * 10 + static_cast<usize>(*at - '0');
    }
    __builtin_memcpy(linear(kTrampoline), ashlar_trampoline,
                     static_cast<usize>(ashlar_trampoline_end - ashlar_trampoline));
    for (unsigned i = 0; i < known; i++) {
        const unsigned number = cpus_online();
        if (apic_ids[i] == per_cpu[0].apic_id) continue;
        if (number >= most || number >= ASHLAR_MAX_CPUS) break;
        PerCpu& cpu = per_cpu[number];
        cpu.apic_id = apic_ids[i];
        Task& task = new_idle_task(cpu);
        asm volatile("mov %%cr3, %0" : "=r"(ashlar_ap_root));
        ashlar_ap_stack = task.stack_top;
        ashlar_ap_cpu = &cpu;
        send_start(cpu.apic_id, 0x4500);  // INIT
        delay_us(10000);
        // The second start is for processors that miss the first.
        for (int attempt = 0; attempt < 2 && cpus_online() == number; attempt++) {
            send_start(cpu.apic_id, 0x4600 | static_cast<u32>(kTrampoline >> 12));
            for (int waited = 0; waited < 5000 && cpus_online() == number; waited++) delay_us(100);
        }
        if (cpus_online() == number) refuse("a processor does not start");
    }
}

void now(void (*function)(void*), void* argument) {
    const kernel::Pinned pinned(kernel::self());
    // A CPU that waits here still answers, because the processor's interrupts are on.
    now_lock.lock();
    const unsigned others = cpus_online() - 1;
    if (others != 0) {
        now_function = function;
        now_argument = argument;
        __atomic_store_n(&now_left, others, __ATOMIC_RELEASE);
        send_others(kNow);
        while (__atomic_load_n(&now_left, __ATOMIC_ACQUIRE) != 0) __builtin_ia32_pause();
    }
    now_lock.unlock();
}

void take_now() {
    now_function(now_argument);
    __atomic_fetch_sub(&now_left, 1u, __ATOMIC_ACQ_REL);
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

extern "C" [[noreturn]] void ashlar_x86_ap_main(PerCpu* cpu) {
    // GS must be right before anything asks who runs.
    write_msr(0xc0000101, address(cpu));
    set_up_cpu(*cpu);
    start_apic();
    start_timer();
    __atomic_fetch_add(&online, 1u, __ATOMIC_RELEASE);
    idle();
}

ashlar_cpu* ashlar_port_cpu(unsigned number) {
    return number < cpus_online() ? &slots[number] : nullptr;
}

unsigned ashlar_port_cpu_count() {
    return cpus_online();
}

void ashlar_port_barrier_everywhere() {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    now([](void*) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }, nullptr);
}
