// The kernel whose only work is the benchmark: runs the module that is linked in, kernel_bench.c.
#include <ashlar/x86_64.h>
#include <linux/init.h>

int ashlar_kernel_main(const char* command_line) {
    (void)command_line;
    return ashlar_run_modules();
}
