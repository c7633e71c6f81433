/* SPDX-License-Identifier: MIT */
/*
 * The page of functions that a platform gives to Ashlar's kernel library: src/port/linux_machine
 * gives them over a Linux process; a kernel of your own gives them over its hardware. C linkage,
 * fixed-width types, no other header of this project.
 *
 * Vocabulary. A *CPU* is a slot 0..count-1 that at most one *context* occupies at a time. A context
 * is one flow of control: a thread of the process, or a task (or just the CPU itself) of a kernel.
 * A context that raises preempt_count or irqs_off above zero must occupy a CPU and keeps it until
 * both are zero again; between such sections it may be moved.
 *
 * What the library does inline, in src/port/kernel_context.h, and a port must therefore uphold:
 *
 * - It enters a section with preempt_count += n, or irqs_off = 1, and a compiler barrier.
 * - It leaves with the reverse and a compiler barrier; if interrupts are on then and irq_pending is
 *   set, it calls ashlar_port_interrupts_on().
 * - Where a context can lose its CPU while it runs, in a process, it asks after entering whether
 *   cpu->owner is still itself, and claims a CPU if not. A port that takes a CPU away first changes
 *   cpu->owner, then makes every running context pass a full memory barrier, then waits until the
 *   old owner's preempt_count and irqs_off are zero. The freestanding library never asks.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASHLAR_MAX_CPUS 64
#define ASHLAR_FRAME_SHIFT 12

/* Fields of preempt_count, as Linux lays them out. */
#define ASHLAR_PREEMPT_ONE 0x1u
#define ASHLAR_SOFTIRQ_ONE 0x100u
#define ASHLAR_HARDIRQ_ONE 0x10000u
#define ASHLAR_NMI_ONE 0x100000u

/*
 * How the library finds the caller's context. Compiled for a process it asks a thread-local
 * variable and then ashlar_port_context(). Compiled with ASHLAR_FREESTANDING for x86_64 it reads
 * the word at %gs:ashlar_gs_context, where ashlar_gs_context is an absolute symbol of yours: the
 * offset of a pointer to the running context in what GS points to. In C, with the pointer first:
 *   __asm__(".globl ashlar_gs_context\n.set ashlar_gs_context, 0");
 */
struct ashlar_context;

struct ashlar_cpu {
    struct ashlar_context* owner; /* who may run on it now; NULL when idle */
    unsigned number;
    void* interrupts; /* stack of struct ashlar_interrupt, pushed by anyone, taken by the owner */
} __attribute__((__aligned__(64)));

struct ashlar_context {
    unsigned preempt_count;
    unsigned irqs_off;
    struct ashlar_cpu* cpu; /* the CPU it runs on or ran on last; never NULL once registered */
    unsigned irq_pending;   /* an interrupt arrived while irqs_off */
    unsigned rcu_nesting;
    unsigned long sections;      /* counts moments in no section and no RCU reader: a grace period
                                  * watches it move */
    int id;                      /* a number for reports: the thread's id, or the task's */
    void* task;                  /* the support layer's struct task_struct */
    void* port;                  /* the port's own */
    struct ashlar_context* next; /* all contexts that ever were: never freed, reused */
    unsigned live;
    void* stack;     /* the lowest address of its stack; NULL when the port does not know it */
    uint64_t barred; /* a bit for each CPU that it may not occupy; never those of all CPUs */
};

/* One run of a function as an interrupt; the caller owns the storage until it ran. */
struct ashlar_interrupt {
    struct ashlar_interrupt* next;
    void (*run)(void* argument);
    void* argument;
    uint32_t done; /* set to 1 and woken after the run */
};

/* ---- contexts and CPUs ---------------------------------------------------------------------- */
/* The caller's context; registers it, and starts the machine, at the first call. Never NULL. */
struct ashlar_context* ashlar_port_context(void);
/* Occupies a CPU for a context whose preempt_count or irqs_off is already above zero. */
void ashlar_port_claim_cpu(struct ashlar_context* self); /* in a process only */
/* Gives the CPU up early because the caller is about to block. */
void ashlar_port_yield_cpu(struct ashlar_context* self);
struct ashlar_cpu* ashlar_port_cpu(unsigned number);
unsigned ashlar_port_cpu_count(void);
/* The list of all contexts, for grace periods. */
struct ashlar_context* ashlar_port_contexts(void);
/* What is barred to the context has changed: returns when it occupies no such CPU. It will not
 * before `barred` changes again, unless it is in a section now, which ends first. For a kernel that
 * binds no tasks and has no work queues it may be left out. */
void ashlar_port_move(struct ashlar_context* context);
/* Returns after every running context has passed a full memory barrier. */
void ashlar_port_barrier_everywhere(void);

/* ---- interrupts ----------------------------------------------------------------------------- */
/* Interrupts the context that occupies this CPU (a real signal, an IPI) and makes it take the
 * CPU's stack of interrupts through ashlar_take_interrupts(). An idle CPU is woken to do so. */
void ashlar_port_interrupt(struct ashlar_cpu* cpu);
/* Called with preempt_count and irqs_off zero and irq_pending set: takes what was deferred. */
void ashlar_port_interrupts_on(struct ashlar_context* self);
/* Given by the library, called by the port at interrupt level with irqs_off set. */
void ashlar_take_interrupts(struct ashlar_context* self);

/* ---- waiting, threads, time ----------------------------------------------------------------- */
/* Blocks while *word == expected, at most timeout_ns (UINT64_MAX: no limit); may return early. */
void ashlar_port_wait(uint32_t* word, uint32_t expected, uint64_t timeout_ns);
void ashlar_port_wake(uint32_t* word, int count);
/* One turn of a spin loop; `turns` says how many went before, so that the port may give way. */
void ashlar_port_spin(unsigned turns);
/* Starts a thread; 0 or a negative errno. */
int ashlar_port_spawn(void (*run)(void* argument), void* argument, const char* name);
uint64_t ashlar_port_monotonic_ns(void);
uint64_t ashlar_port_realtime_ns(void);
void ashlar_port_random(void* to, size_t bytes);

/* ---- telling -------------------------------------------------------------------------------- */
void ashlar_port_log(const char* text, size_t length);
/* Ends everything after the log holds the reason. */
__attribute__((__noreturn__)) void ashlar_port_die(int status);
unsigned ashlar_port_backtrace(void** frames, unsigned most, unsigned skip);
/* Writes "name+0x12/0x34" (or the bare address) of a code address; answers the length. */
size_t ashlar_port_symbol(const void* address, char* to, size_t size);
/* For module_map() only. The address of a global symbol of the program; NULL if it has none of this
 * name. */
void* ashlar_port_find_symbol(const char* name);
/* For module_map() only. From now on ashlar_port_symbol() asks this function for code that is not
 * the program's; it answers the length, 0 if it does not know the address. */
void ashlar_port_name_code(size_t (*name)(const void* address, char* to, size_t size));
/* The value of a setting (ASHLAR_MACHINE in a process, the command line of a kernel); 0 if unset.
 */
int ashlar_port_setting(const char* name, char* value, size_t size);
/* Settings of the program, before the machine starts; those from outside override them. 0 or
 * -errno. */
int ashlar_port_set_settings(const char* settings);

/* Called by the port once, in the first context, when all below works: sets the allocators up. */
void ashlar_library_start(void);
/* Given by the library, for a port whose own interrupts will call it: called by a task before, it
 * starts the threads that finish what interrupts leave (vfree, call_rcu, works). May sleep. */
void ashlar_library_expect_interrupts(void);
/* Called by the port in the context itself, the last time that it runs. */
void ashlar_library_context_ends(struct ashlar_context* self);

/* ---- memory --------------------------------------------------------------------------------- */
struct ashlar_window {
    uintptr_t linear;  /* where physical address 0 is mapped: PAGE_OFFSET */
    uint64_t bytes;    /* physical memory, from address 0 */
    uintptr_t vmalloc; /* reserved range for vmalloc, unmapped */
    uint64_t vmalloc_bytes;
    uintptr_t modules; /* reserved range for module_alloc, within reach of calls */
    uint64_t modules_bytes;
    uint64_t mappable_from; /* frames from here on can be mapped one by one (not huge pages) */
    int contiguous_pages;   /* log2 of frames that are contiguous on the bus too; 0: unknown */
};
const struct ashlar_window* ashlar_port_window(void);
/* The frames that the library may hand out, in pieces that rise and do not overlap: everything of
 * the window but holes, firmware, the kernel itself and what ashlar_port_early() gave. Asked once,
 * after the library's own early requests. 1, or 0 when there is no piece of this index. */
int ashlar_port_memory(unsigned index, uint64_t* first_frame, uint64_t* end_frame);
/* Given by the library, for the port's page tables: a zeroed frame, or 0 when there is none. May
 * sleep, so the port calls it from tasks only and holds no lock. */
uint64_t ashlar_library_frame(void);
void ashlar_library_frame_free(uint64_t frame);
/* Given by the library, for reports of faults: writes in a few words what is known of an address,
 * such as the vmalloc area whose guard gap it is in, and answers the length. Never waits. */
size_t ashlar_library_describe(const void* address, char* to, size_t size);

/* Given by the library, for a port's handler of faults, which asks first: where to go on when the
 * instruction at `code` faulted in copy_from_user() or another access that may; 0 elsewhere. */
uint64_t ashlar_library_fixup(uint64_t code);

/* Zeroed memory for the library's own tables, never given back: the memmap, before there are
 * frames, later tasks and per-CPU copies, some KiB a time; NULL if none. */
void* ashlar_port_early(size_t bytes);

#define ASHLAR_MAP_WRITE 1u
#define ASHLAR_MAP_EXEC 2u
/* Maps `count` frames from `frame` on at `address` inside a reserved range; 0 or -errno. */
int ashlar_port_map(uintptr_t address, uint64_t frame, size_t count, unsigned rights);
/* Unmaps what is mapped of the range; an access faults from here on, on every CPU, at the latest
 * after the flush. */
void ashlar_port_unmap(uintptr_t address, size_t bytes);
/* Returns when no CPU knows a mapping any more that was unmapped before the call, wherever it was:
 * the library unmaps many areas, flushes once, and only then gives frames and addresses away again.
 * The range is a hint. */
void ashlar_port_flush(uintptr_t address, size_t bytes);
int ashlar_port_protect(uintptr_t address, size_t bytes, unsigned rights);
/* Physical address on the machine's bus of a linear-map address; 0 when it cannot be known. */
uint64_t ashlar_port_bus_address(const void* linear);

#ifdef __cplusplus
}
#endif
