// The first and only program of the Linux that the benchmark boots: loads the module, whose init
// measures, and ends the machine. No libc.

#include <linux/reboot.h>
#include <sys/syscall.h>

static long call(long number, long a, long b, long c, long d) {
    long result;
    register long fourth asm("r10") = d;

    asm volatile("syscall"
                 : "=a"(result)
                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                 : "rcx", "r11", "memory");
    return result;
}

void _start(void) {
    long file = call(SYS_open, (long)"/kernel_bench.ko", 0, 0, 0);

    call(SYS_finit_module, file, (long)"", 0, 0);
    call(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, 0);
}
