/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#define CRC_T10DIF_DIGEST_SIZE 2
#define CRC_T10DIF_BLOCK_SIZE 1
#define CRC_T10DIF_STRING "crct10dif"
ASHLAR_BEGIN_C
__u16 crc_t10dif_generic(__u16 crc, const unsigned char *data, size_t length);
__u16 crc_t10dif(unsigned char const *data, size_t length);
__u16 crc_t10dif_update(__u16 crc, unsigned char const *data, size_t length);
ASHLAR_END_C
