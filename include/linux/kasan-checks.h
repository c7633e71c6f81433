/* SPDX-License-Identifier: MIT */
/* For accesses that the compiler does not see. In code that is built with AddressSanitizer the
 * sanitizer is asked, which reports the caller; in other code all is well. */
#pragma once
#include <linux/kconfig.h>
#include <linux/types.h>
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASHLAR_ASKS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ASHLAR_ASKS_SANITIZER)
ASHLAR_BEGIN_C
void *__asan_region_is_poisoned(void *p, size_t size);
void __asan_loadN(void *p, size_t size);
void __asan_storeN(void *p, size_t size);
ASHLAR_END_C
#define ASHLAR_CHECK(name, report)                                        \
    static inline bool name(const volatile void *p, size_t size)          \
    {                                                                     \
        bool good = !size || !__asan_region_is_poisoned((void *)p, size); \
        if (!good) report((void *)p, size);                               \
        return good;                                                      \
    }
#else
#define ASHLAR_CHECK(name, report)                               \
    static inline bool name(const volatile void *p, size_t size) \
    {                                                            \
        (void)p;                                                 \
        (void)size;                                              \
        return true;                                             \
    }
#endif
ASHLAR_CHECK(kasan_check_read, __asan_loadN)
ASHLAR_CHECK(kasan_check_write, __asan_storeN)
ASHLAR_CHECK(__kasan_check_read, __asan_loadN)
ASHLAR_CHECK(__kasan_check_write, __asan_storeN)
#undef ASHLAR_CHECK
