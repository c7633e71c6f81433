// The local APIC: interrupts between CPUs and the timer of each; and the clock,
// which is the time stamp counter, measured once against the interval timer.

#include "port/x86_64/machine.h"

namespace ashlar::x86 {
namespace {

enum Register : usize {
    kId = 0x20,
    kEnd = 0xb0,
    kSpuriousVector = 0xf0,
    kCommandLow = 0x300,
    kCommandHigh = 0x310,
    kTimerEntry = 0x320,
    kErrorEntry = 0x370,
    kTimerStart = 0x380,
    kTimerNow = 0x390,
    kTimerDivide = 0x3e0,
};

constexpr u32 kTicksPerSecond = 1000;  // HZ of linux/kconfig.h
constexpr u64 kPitHertz = 1193182;

u64 tsc_base = 0;
u64 ns_per_tsc = 0;  // times 2^32
u32 apic_per_tick = 0;
u64 start_seconds = 0;

volatile u32& reg(Register which) {
    return *reinterpret_cast<volatile u32*>(kLocalApic + which);
}

void command(u32 apic_id, u32 low) {
    const Masked masked;
    while ((reg(kCommandLow) & 0x1000) != 0) __builtin_ia32_pause();
    reg(kCommandHigh) = apic_id << 24;
    reg(kCommandLow) = low;
}

u32 pit_now() {
    out8(0x43, 0x80);  // latch channel 2
    const u32 low = in8(0x42);
    return low | static_cast<u32>(in8(0x42)) << 8;
}

struct Sample {
    u64 tsc;
    u32 pit;
    u32 apic;
    u64 spread;
};
// The best of a few readings: the one during which the least time passed.
Sample sample() {
    Sample best{0, 0, 0, ~u64{0}};
    for (int i = 0; i < 8; i++) {
        const u64 before = read_tsc();
        const u32 pit = pit_now();
        const u32 apic = reg(kTimerNow);
        const u64 after = read_tsc();
        if (after - before < best.spread)
            best = {before + (after - before) / 2, pit, apic, after - before};
    }
    return best;
}

u8 cmos(u8 which) {
    out8(0x70, which);
    return in8(0x71);
}

// Seconds since 1970, from the battery-backed clock.
u64 read_calendar() {
    u8 at[6] = {}, again[6] = {};
    constexpr u8 kFields[6] = {0, 2, 4, 7, 8, 9};
    do {
        while ((cmos(0x0a) & 0x80) != 0) __builtin_ia32_pause();
        for (int i = 0; i < 6; i++) at[i] = cmos(kFields[i]);
        for (int i = 0; i < 6; i++) again[i] = cmos(kFields[i]);
    } while (__builtin_memcmp(at, again, sizeof(at)) != 0);
    if ((cmos(0x0b) & 4) == 0) {
        for (u8& field : at) field = static_cast<u8>((field >> 4) * 10 + (field & 15));
    }
    // Days by the civil calendar, years starting in March.
    const u64 year = 2000u + at[5] - (at[4] <= 2 ? 1 : 0);
    const u64 month = (at[4] + 9u) % 12;
    const u64 days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
                     at[3] - 1 - 719468;
    return ((days * 24 + at[2]) * 60 + at[1]) * 60 + at[0];
}

u64 scale(u64 value, u64 factor) {
    return static_cast<u64>((static_cast<unsigned __int128>(value) * factor) >> 32);
}

}  // namespace

void start_apic() {
    write_msr(0x1b, read_msr(0x1b) | 0x800);
    reg(kSpuriousVector) = 0x100 | kSpurious;
    reg(kErrorEntry) = 0x10000;
    reg(kTimerDivide) = 0xb;  // by 1
    this_cpu().apic_id = reg(kId) >> 24;
}

void start_clock() {
    // The old controllers keep quiet; everything comes by the APIC.
    out8(0x21, 0xff);
    out8(0xa1, 0xff);
    // Channel 2 counts down once, gated by us, silent.
    out8(0x61, static_cast<u8>((in8(0x61) & ~2) | 1));
    out8(0x43, 0xb0);
    out8(0x42, 0xff);
    out8(0x42, 0xff);
    reg(kTimerEntry) = 0x10000;
    reg(kTimerStart) = 0xffffffff;
    const Sample first = sample();
    while (((first.pit - pit_now()) & 0xffff) < kPitHertz / 100) __builtin_ia32_pause();
    const Sample last = sample();
    const u64 ns = (first.pit - last.pit) * u64{1000000000} / kPitHertz;
    ns_per_tsc = (ns << 32) / (last.tsc - first.tsc);
    apic_per_tick =
        static_cast<u32>(u64{first.apic - last.apic} * (1000000000 / kTicksPerSecond) / ns);
    tsc_base = read_tsc();
    start_seconds = read_calendar();
}

void start_timer() {
    reg(kTimerEntry) = 0x20000 | kTimer;  // periodic
    reg(kTimerStart) = apic_per_tick;
}

void end_of_interrupt() {
    reg(kEnd) = 0;
}

void send(PerCpu& cpu, u8 vector) {
    command(cpu.apic_id, 0x4000u | vector);
}
// One by one: the broadcast would reach processors that were not started, too.
void send_others(u32 what) {
    const u32 here = this_cpu().apic_id;
    for (unsigned i = 0; i < cpus_online(); i++) {
        const u32 there = cpu_by_number(i).apic_id;
        if (there != here) command(there, 0x4000u | what);
    }
}
void send_start(u32 apic_id, u32 what) {
    command(apic_id, what);
}
void stop_others() {
    send_others(0x400);  // NMI
}

void delay_us(u64 us) {
    const u64 end = ashlar_port_monotonic_ns() + us * 1000;
    while (ashlar_port_monotonic_ns() < end) __builtin_ia32_pause();
}

}  // namespace ashlar::x86

using namespace ashlar;
using namespace ashlar::x86;

uint64_t ashlar_port_monotonic_ns() {
    return scale(read_tsc() - tsc_base, ns_per_tsc);
}

uint64_t ashlar_port_realtime_ns() {
    return start_seconds * 1000000000 + ashlar_port_monotonic_ns();
}

// The processor's generator where it has one. Elsewhere a mixed time stamp: not a secret, but no
// two are alike.
void ashlar_port_random(void* to, size_t bytes) {
    static u64 state;
    auto* at = static_cast<u8*>(to);
    const bool generator = (cpuid(1).c & 1u << 30) != 0;
    while (bytes > 0) {
        u64 value = 0;
        u8 good = 0;
        for (int i = 0; generator && good == 0 && i < 10; i++) {
            asm volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(good) : : "cc");
        }
        if (good == 0) {
            value = __atomic_add_fetch(&state, read_tsc() | 1, __ATOMIC_RELAXED);
            value = (value ^ value >> 32) * 0xd6e8feb86659fd93;
            value = (value ^ value >> 32) * 0xd6e8feb86659fd93;
            value ^= value >> 32;
        }
        const usize part = bytes < sizeof(value) ? bytes : sizeof(value);
        __builtin_memcpy(at, &value, part);
        at += part;
        bytes -= part;
    }
}
