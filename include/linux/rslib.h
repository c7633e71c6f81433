/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/types.h>
struct rs_codec {
    int mm, nn;
    uint16_t *alpha_to, *index_of, *genpoly;
    int nroots, fcr, prim, iprim, gfpoly;
    int (*gffunc)(int);
    int users;
    struct list_head list;
};
struct rs_control {
    struct rs_codec *codec;
    uint16_t buffers[];
};
ASHLAR_BEGIN_C
int encode_rs8(struct rs_control *rs, uint8_t *data, int length, uint16_t *par, uint16_t invmsk);
int decode_rs8(struct rs_control *rs, uint8_t *data, uint16_t *par, int length, uint16_t *s, int no_eras, int *eras_pos,
               uint16_t invmsk, uint16_t *corr);
int encode_rs16(struct rs_control *rs, uint16_t *data, int length, uint16_t *par, uint16_t invmsk);
int decode_rs16(struct rs_control *rs, uint16_t *data, uint16_t *par, int length, uint16_t *s, int no_eras,
                int *eras_pos, uint16_t invmsk, uint16_t *corr);
struct rs_control *init_rs_gfp(int symsize, int gfpoly, int fcr, int prim, int nroots, gfp_t flags);
struct rs_control *init_rs_non_canonical(int symsize, int (*function)(int), int fcr, int prim, int nroots);
void free_rs(struct rs_control *rs);
ASHLAR_END_C
static inline struct rs_control *init_rs(int symsize, int gfpoly, int fcr, int prim, int nroots)
{
    return init_rs_gfp(symsize, gfpoly, fcr, prim, nroots, GFP_KERNEL);
}
/* x modulo nn = 2^mm - 1. */
static inline int rs_modnn(struct rs_codec *rs, int x)
{
    for (; x >= rs->nn; x = (x >> rs->mm) + (x & rs->nn)) x -= rs->nn;
    return x;
}
