/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/kconfig.h>
#include <linux/asn1.h>
#include <linux/bug.h>
#include <linux/types.h>
/* An identifier octet of its class, method and tag by their short names. */
#define _tag(klass, method, tag) ((unsigned char)(ASN1_##klass << 6 | ASN1_##method << 5 | ASN1_##tag))
#define _tagn(klass, method, tag) ((unsigned char)(ASN1_##klass << 6 | ASN1_##method << 5 | (tag)))
#define asn1_oid_len(oid) (sizeof(oid) / sizeof(u32))
ASHLAR_BEGIN_C
unsigned char *asn1_encode_integer(unsigned char *data, const unsigned char *end_data, s64 integer);
unsigned char *asn1_encode_oid(unsigned char *data, const unsigned char *end_data, u32 oid[], int oid_len);
unsigned char *asn1_encode_tag(unsigned char *data, const unsigned char *end_data, u32 tag, const unsigned char *string,
                               int len);
unsigned char *asn1_encode_octet_string(unsigned char *data, const unsigned char *end_data, const unsigned char *string,
                                        u32 len);
unsigned char *asn1_encode_sequence(unsigned char *data, const unsigned char *end_data, const unsigned char *seq,
                                    int len);
unsigned char *asn1_encode_boolean(unsigned char *data, const unsigned char *end_data, bool value);
ASHLAR_END_C
