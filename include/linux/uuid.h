/* SPDX-License-Identifier: MIT */
/* Headers of the system that ask for this file get the system's, see linux/types.h. */
#if !defined(ASHLAR_LINUX_SHAPED) && !defined(__KERNEL__) && __INCLUDE_LEVEL__ > 1
#include_next <linux/uuid.h>
#else
#ifndef ASHLAR_LINUX_UUID_H
#define ASHLAR_LINUX_UUID_H
#include <linux/kconfig.h>
#include <linux/string.h>
#include <linux/types.h>
#define UUID_SIZE 16
#define UUID_STRING_LEN 36
typedef struct {
    __u8 b[UUID_SIZE];
} uuid_t;
typedef struct {
    __u8 b[UUID_SIZE];
} guid_t;
typedef guid_t uuid_le;
/* A guid keeps its first three fields in little-endian order, a uuid in big-endian. */
#define GUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                                     \
    ((guid_t){{(__u8)(a), (__u8)((a) >> 8), (__u8)((a) >> 16), (__u8)((a) >> 24), (__u8)(b), (__u8)((b) >> 8), \
               (__u8)(c), (__u8)((c) >> 8), (d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7)}})
#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                                     \
    ((uuid_t){{(__u8)((a) >> 24), (__u8)((a) >> 16), (__u8)((a) >> 8), (__u8)(a), (__u8)((b) >> 8), (__u8)(b), \
               (__u8)((c) >> 8), (__u8)(c), (d0), (d1), (d2), (d3), (d4), (d5), (d6), (d7)}})
ASHLAR_BEGIN_C
extern const guid_t guid_null;
extern const uuid_t uuid_null;
extern const u8 guid_index[16];
extern const u8 uuid_index[16];
void generate_random_uuid(unsigned char uuid[16]);
void generate_random_guid(unsigned char guid[16]);
void guid_gen(guid_t *guid);
void uuid_gen(uuid_t *uuid);
bool __must_check uuid_is_valid(const char *uuid);
int guid_parse(const char *text, guid_t *guid);
int uuid_parse(const char *text, uuid_t *uuid);
ASHLAR_END_C
static inline bool guid_equal(const guid_t *a, const guid_t *b) { return memcmp(a, b, sizeof(*a)) == 0; }
static inline bool uuid_equal(const uuid_t *a, const uuid_t *b) { return memcmp(a, b, sizeof(*a)) == 0; }
static inline void guid_copy(guid_t *to, const guid_t *from) { memcpy(to, from, sizeof(*to)); }
static inline void uuid_copy(uuid_t *to, const uuid_t *from) { memcpy(to, from, sizeof(*to)); }
static inline bool guid_is_null(const guid_t *guid) { return guid_equal(guid, &guid_null); }
static inline bool uuid_is_null(const uuid_t *uuid) { return uuid_equal(uuid, &uuid_null); }
static inline void import_guid(guid_t *to, const __u8 *from) { memcpy(to, from, sizeof(*to)); }
static inline void import_uuid(uuid_t *to, const __u8 *from) { memcpy(to, from, sizeof(*to)); }
static inline void export_guid(__u8 *to, const guid_t *from) { memcpy(to, from, sizeof(*from)); }
static inline void export_uuid(__u8 *to, const uuid_t *from) { memcpy(to, from, sizeof(*from)); }
#endif
#endif
