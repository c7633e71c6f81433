// Clocks and delays.

#include <ashlar/kernel_port.h>

#include <asm/timex.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>

ktime_t ktime_get(void) { return (ktime_t)ashlar_port_monotonic_ns(); }
ktime_t ktime_get_real(void) { return (ktime_t)ashlar_port_realtime_ns(); }
u64 sched_clock(void) { return ashlar_port_monotonic_ns(); }
u64 local_clock(void) { return ashlar_port_monotonic_ns(); }
unsigned long ashlar_jiffies(void) { return (unsigned long)(ashlar_port_monotonic_ns() / TICK_NSEC); }

/* Nanoseconds: a counter that every port has, and that differences of may be compared. */
cycles_t get_cycles(void) { return ashlar_port_monotonic_ns(); }

void ndelay(unsigned long ns)
{
    u64 end = ashlar_port_monotonic_ns() + ns;
    while (ashlar_port_monotonic_ns() < end) cpu_relax();
}

void usleep_range_state(unsigned long least, unsigned long most, unsigned int state)
{
    u64 end = ashlar_port_monotonic_ns() + (u64)least * NSEC_PER_USEC;
    u64 now;

    (void)most;
    (void)state;
    ashlar_might_sleep("usleep_range", __FILE__, __LINE__);
    while ((now = ashlar_port_monotonic_ns()) < end) {
        u32 never = 0;
        ashlar_port_wait(&never, 0, end - now);
    }
}

void msleep(unsigned int ms) { usleep_range_state(1000UL * ms, 1000UL * ms, TASK_UNINTERRUPTIBLE); }

unsigned long msleep_interruptible(unsigned int ms)
{
    msleep(ms);
    return 0;
}
