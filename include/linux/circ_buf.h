/* SPDX-License-Identifier: MIT */
/* Counting in a ring whose size is a power of two; one place always stays empty. */
#pragma once
#include <linux/kconfig.h>
struct circ_buf {
    char *buf;
    int head, tail;
};
#define CIRC_CNT(head, tail, size) (((head) - (tail)) & ((size)-1))
#define CIRC_SPACE(head, tail, size) CIRC_CNT((tail), ((head) + 1), (size))
#define CIRC_CNT_TO_END(head, tail, size)                  \
    ({                                                     \
        int ashlar_end = (size) - (tail);                  \
        int ashlar_n = ((head) + ashlar_end) & ((size)-1); \
        ashlar_n < ashlar_end ? ashlar_n : ashlar_end;     \
    })
#define CIRC_SPACE_TO_END(head, tail, size)                 \
    ({                                                      \
        int ashlar_end = (size)-1 - (head);                 \
        int ashlar_n = (ashlar_end + (tail)) & ((size)-1);  \
        ashlar_n <= ashlar_end ? ashlar_n : ashlar_end + 1; \
    })
