/* SPDX-License-Identifier: MIT */
/* The least or greatest value over a window of time, from three samples. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct minmax_sample {
    u32 t, v;
};
struct minmax {
    struct minmax_sample s[3];
};
static inline u32 minmax_get(const struct minmax *m) { return m->s[0].v; }
static inline u32 minmax_reset(struct minmax *m, u32 t, u32 value)
{
    for (int i = 0; i < 3; i++) {
        m->s[i].t = t;
        m->s[i].v = value;
    }
    return value;
}
ASHLAR_BEGIN_C
u32 minmax_running_max(struct minmax *m, u32 window, u32 t, u32 value);
u32 minmax_running_min(struct minmax *m, u32 window, u32 t, u32 value);
ASHLAR_END_C
