/*
 * What this kernel gives to the library: every function of <ashlar/kernel_port.h>, for one CPU that
 * never takes an interrupt. docs/porting.md goes through them.
 */
#include <ashlar/kernel_port.h>

enum { FRAME = 4096, PRESENT = 1, WRITABLE = 2 };
#define NO_EXECUTE (1ULL << 63)
#define ADDRESS_BITS 0x000ffffffffff000ULL
#define LINEAR 0xffff888000000000ULL
#define KERNEL_BASE 0xffffffff80000000ULL

extern uint64_t root_table[512];
extern char kernel_end[];
int kernel_main(void);

/* ---- the one CPU and its one context ----------------------------------------------------------
 */

static struct ashlar_cpu cpu;
static struct ashlar_context context = {.cpu = &cpu, .id = 1, .live = 1};
/* The library finds the running context at %gs:ashlar_gs_context. */
static struct { struct ashlar_context* current; } per_cpu = {&context};
__asm__(".globl ashlar_gs_context\n.set ashlar_gs_context, 0");

struct ashlar_context* ashlar_port_context(void) {
    return &context;
}
struct ashlar_context* ashlar_port_contexts(void) {
    return &context;
}
struct ashlar_cpu* ashlar_port_cpu(unsigned number) {
    return number == 0 ? &cpu : NULL;
}
unsigned ashlar_port_cpu_count(void) {
    return 1;
}
void ashlar_port_barrier_everywhere(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
void ashlar_port_yield_cpu(struct ashlar_context* self) {
    (void)self;
}

/* Without interrupts of hardware, one by software is a call with the counts of one. */
void ashlar_port_interrupts_on(struct ashlar_context* self) {
    if (self->irqs_off) return;
    self->irq_pending = 0;
    self->irqs_off = 1;
    self->preempt_count += ASHLAR_HARDIRQ_ONE;
    ashlar_take_interrupts(self);
    self->preempt_count -= ASHLAR_HARDIRQ_ONE;
    self->irqs_off = 0;
}
void ashlar_port_interrupt(struct ashlar_cpu* at) {
    (void)at;
    context.irq_pending = 1;
    ashlar_port_interrupts_on(&context);
}

/* ---- waiting and time -------------------------------------------------------------------------
 */

static uint64_t time_stamp(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Nobody else runs, so nothing that is waited for can come: every wait returns early, which the
 * library allows for. No threads: RCU callbacks run in whoever waits for them. */
void ashlar_port_wait(uint32_t* word, uint32_t expected, uint64_t timeout) {
    (void)word;
    (void)expected;
    (void)timeout;
}
void ashlar_port_wake(uint32_t* word, int count) {
    (void)word;
    (void)count;
}
void ashlar_port_spin(unsigned turns) {
    (void)turns;
    __builtin_ia32_pause();
}
int ashlar_port_spawn(void (*run)(void*), void* argument, const char* name) {
    (void)run;
    (void)argument;
    (void)name;
    return -38; /* ENOSYS */
}
/* As if the processor had 1 GHz: good enough to limit how often a report is printed. */
uint64_t ashlar_port_monotonic_ns(void) {
    return time_stamp();
}
uint64_t ashlar_port_realtime_ns(void) {
    return time_stamp();
}
void ashlar_port_random(void* to, size_t bytes) {
    static uint64_t state = 88172645463325252;
    for (char* at = to; bytes; bytes--, at++) {
        state = (state ^ time_stamp()) * 6364136223846793005 + 1442695040888963407;
        *at = (char)(state >> 56);
    }
}

/* ---- telling ----------------------------------------------------------------------------------
 */

static void out8(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void ashlar_port_log(const char* text, size_t length) {
    for (; length; length--, text++) out8(0x3f8, (uint8_t)*text);
}
void ashlar_port_die(int status) {
    /* QEMU's debug-exit device; elsewhere the machine just stops. */
    __asm__ volatile("outl %0, %1" : : "a"(status ? 0x11 : 0x10), "Nd"((uint16_t)0xf4));
    for (;;) __asm__ volatile("cli; hlt");
}
unsigned ashlar_port_backtrace(void** frames, unsigned most, unsigned skip) {
    unsigned count = 0;
    void** frame = __builtin_frame_address(0);

    for (; frame && frame[1] && count < most; frame = frame[0]) {
        if (skip)
            skip--;
        else
            frames[count++] = frame[1];
    }
    return count;
}
/* No table of symbols: addresses stay addresses. */
size_t ashlar_port_symbol(const void* address, char* to, size_t size) {
    size_t length = 0;

    for (int shift = 60; shift >= 0 && length + 1 < size; shift -= 4)
        to[length++] = "0123456789abcdef"[(uintptr_t)address >> shift & 15];
    if (size) to[length] = 0;
    return length;
}
int ashlar_port_setting(const char* name, char* value, size_t size) {
    (void)name;
    (void)value;
    (void)size;
    return 0;
}
int ashlar_port_set_settings(const char* settings) {
    (void)settings;
    return -16; /* EBUSY */
}

/* ---- memory -----------------------------------------------------------------------------------
 */

/* One piece: from the kernel's end to the end of the block of memory that the loader put it in. */
static uint64_t memory_end, early;
static struct ashlar_window window = {
    .linear = LINEAR,
    .vmalloc = 0xffffc90000000000,
    .vmalloc_bytes = 1ULL << 40,
    .modules = 0xffffffffa0000000,
    .modules_bytes = 512 << 20,
};

const struct ashlar_window* ashlar_port_window(void) {
    return &window;
}

int ashlar_port_memory(unsigned index, uint64_t* first, uint64_t* end) {
    /* A MiB stays for what the library asks for later. */
    *first = early / FRAME + 256;
    *end = memory_end / FRAME;
    return index == 0;
}
void* ashlar_port_early(size_t bytes) {
    static uint64_t limit;
    void* got = (void*)(LINEAR + early);

    bytes = (bytes + FRAME - 1) & ~(size_t)(FRAME - 1);
    /* The first request is the memmap; all others come out of the MiB above. */
    if (limit && early + bytes > limit) return NULL;
    early += bytes;
    if (!limit) limit = early + (1 << 20);
    __builtin_memset(got, 0, bytes);
    return got;
}

static uint64_t* table_of(uint64_t entry) {
    return (uint64_t*)(LINEAR + (entry & ADDRESS_BITS));
}

/* The place of an address's entry; NULL if there is no table for it (and none can be made). */
static uint64_t* entry_of(uintptr_t address, int make) {
    uint64_t* table = root_table;

    for (int shift = 39; shift > 12; shift -= 9) {
        uint64_t* entry = &table[address >> shift & 511];
        if (!(*entry & PRESENT)) {
            uint64_t frame = make ? ashlar_library_frame() : 0;
            if (!frame) return NULL;
            *entry = frame * FRAME | PRESENT | WRITABLE;
        }
        table = table_of(*entry);
    }
    return &table[address >> 12 & 511];
}

static uint64_t rights_of(unsigned rights) {
    return PRESENT | (rights & ASHLAR_MAP_WRITE ? WRITABLE : 0) |
           (rights & ASHLAR_MAP_EXEC ? 0 : NO_EXECUTE);
}

int ashlar_port_map(uintptr_t address, uint64_t frame, size_t count, unsigned rights) {
    for (size_t i = 0; i < count; i++) {
        uint64_t* entry = entry_of(address + i * FRAME, 1);
        if (!entry) {
            ashlar_port_unmap(address, i * FRAME);
            return -12; /* ENOMEM */
        }
        *entry = (frame + i) * FRAME | rights_of(rights);
    }
    return 0;
}
void ashlar_port_unmap(uintptr_t address, size_t bytes) {
    for (uintptr_t at = address; at < address + bytes; at += FRAME) {
        uint64_t* entry = entry_of(at, 0);
        if (entry) *entry = 0;
    }
}
/* One CPU: what it knows goes when CR3 is loaded. */
void ashlar_port_flush(uintptr_t address, size_t bytes) {
    uint64_t root;

    (void)address;
    (void)bytes;
    __asm__ volatile("mov %%cr3, %0; mov %0, %%cr3" : "=r"(root) : : "memory");
}
int ashlar_port_protect(uintptr_t address, size_t bytes, unsigned rights) {
    for (uintptr_t at = address; at < address + bytes; at += FRAME) {
        uint64_t* entry = entry_of(at, 0);
        if (!entry || !(*entry & PRESENT)) return -22; /* EINVAL */
        *entry = (*entry & ADDRESS_BITS) | rights_of(rights);
    }
    ashlar_port_flush(address, bytes);
    return 0;
}
uint64_t ashlar_port_bus_address(const void* linear) {
    return (uintptr_t)linear - LINEAR;
}

/* ---- the start --------------------------------------------------------------------------------
 */

struct start_info {
    uint32_t magic, version, flags, modules;
    uint64_t module_list, command_line, rsdp, memory_map;
    uint32_t memory_entries, reserved;
};
struct memory_entry {
    uint64_t start, bytes;
    uint32_t type, reserved;
};

__attribute__((noreturn)) void kernel_start(const struct start_info* info) {
    const struct memory_entry* map = (const void*)info->memory_map;
    uintptr_t gs = (uintptr_t)&per_cpu;

    /* GS first: everything in the library asks who runs. */
    __asm__ volatile("wrmsr" : : "c"(0xc0000101), "a"((uint32_t)gs), "d"((uint32_t)(gs >> 32)));
    cpu.owner = &context;
    early = ((uintptr_t)kernel_end - KERNEL_BASE + FRAME - 1) & ~(uint64_t)(FRAME - 1);
    for (uint32_t i = 0; i < info->memory_entries; i++)
        if (map[i].type == 1 && map[i].start <= early && early < map[i].start + map[i].bytes)
            memory_end = map[i].start + map[i].bytes;
    /* The tables of boot.S reach 1 GiB. */
    if (memory_end > 1 << 30) memory_end = 1 << 30;
    window.bytes = memory_end;
    ashlar_library_start();
    ashlar_port_die(kernel_main());
}
