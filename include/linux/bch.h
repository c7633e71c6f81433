/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
struct gf_poly;
struct bch_control {
    unsigned int m, n, t;
    unsigned int ecc_bits, ecc_bytes;
    uint16_t *a_pow_tab, *a_log_tab;
    uint32_t *mod8_tab;
    uint32_t *ecc_buf, *ecc_buf2;
    unsigned int *xi_tab, *syn;
    int *cache;
    struct gf_poly *elp;
    struct gf_poly *poly_2t[4];
    bool swap_bits;
};
ASHLAR_BEGIN_C
struct bch_control *bch_init(int m, int t, unsigned int polynomial, bool swap_bits);
void bch_free(struct bch_control *bch);
void bch_encode(struct bch_control *bch, const uint8_t *data, unsigned int length, uint8_t *ecc);
int bch_decode(struct bch_control *bch, const uint8_t *data, unsigned int length, const uint8_t *recv_ecc,
               const uint8_t *calc_ecc, const unsigned int *syn, unsigned int *errloc);
ASHLAR_END_C
