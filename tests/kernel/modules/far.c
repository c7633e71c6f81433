/* Reads a variable of the program as if it were near. */
#include <linux/module.h>

int far_level(void)
{
    int level;

    __asm__("movl console_loglevel(%%rip), %0" : "=r"(level));
    return level;
}
