// Much of libc's headers, and enough code to keep an optimiser busy.
#include <aio.h>
#include <arpa/inet.h>
#include <complex.h>
#include <ctype.h>
#include <dirent.h>
#include <fenv.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/videodev2.h>
#include <locale.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <tgmath.h>
#include <time.h>
#include <wchar.h>

#define ONE(n)                                                                       \
    static unsigned step##n(unsigned x, unsigned* table) {                           \
        for (unsigned i = 0; i < 16; ++i) {                                          \
            x = (x << (n % 13 + 1)) ^ (x >> (n % 7 + 3)) ^ table[(x + i * n) % 256]; \
            switch (x % 9) {                                                         \
                case 0:                                                              \
                    x += n * 3;                                                      \
                    break;                                                           \
                case 1:                                                              \
                    x ^= table[n % 256];                                             \
                    break;                                                           \
                case 4:                                                              \
                    table[x % 256] += x;                                             \
                    break;                                                           \
                case 7:                                                              \
                    x = (unsigned)sqrt((double)x) + n;                               \
                    break;                                                           \
                default:                                                             \
                    x = x * 31 + i;                                                  \
            }                                                                        \
        }                                                                            \
        return x;                                                                    \
    }
// clang-format off
#define TEN(n) \
    ONE(n##0)  \
    ONE(n##1) ONE(n##2) ONE(n##3) ONE(n##4) ONE(n##5) ONE(n##6) ONE(n##7) ONE(n##8) ONE(n##9)
TEN(1)
TEN(2)
TEN(3)
TEN(4)
TEN(5)
TEN(6)
TEN(7) TEN(8) TEN(9)
#define CALL(n) x = step##n(x, table);
#define CALL_TEN(n) \
    CALL(n##0)      \
    CALL(n##1)      \
    CALL(n##2) CALL(n##3) CALL(n##4) CALL(n##5) CALL(n##6) CALL(n##7) CALL(n##8) CALL(n##9)
    // clang-format on

    int main(void) {
    unsigned table[256], x = 1;
    for (unsigned i = 0; i < 256; ++i) table[i] = i * 2654435761u;
    for (int round = 0; round < 100; ++round) {
        CALL_TEN(1)
        CALL_TEN(2)
        CALL_TEN(3) CALL_TEN(4) CALL_TEN(5) CALL_TEN(6) CALL_TEN(7) CALL_TEN(8) CALL_TEN(9)
    }
    printf("%u\n", x);
    return 0;
}
