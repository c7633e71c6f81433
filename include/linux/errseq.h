/* SPDX-License-Identifier: MIT */
/* Errors that every observer sees once. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
typedef u32 errseq_t;
ASHLAR_BEGIN_C
errseq_t errseq_set(errseq_t *eseq, int error);
errseq_t errseq_sample(errseq_t *eseq);
int errseq_check(errseq_t *eseq, errseq_t since);
int errseq_check_and_advance(errseq_t *eseq, errseq_t *since);
ASHLAR_END_C
