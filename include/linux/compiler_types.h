/* SPDX-License-Identifier: MIT */
/* Attributes and annotations; those that only Linux's own checkers read expand to nothing. */
#pragma once
#include <linux/kconfig.h>

#ifdef __cplusplus
#define ASHLAR_BEGIN_C extern "C" {
#define ASHLAR_END_C }
#define ASHLAR_ZERO_INIT \
    {                    \
    }
#define ASHLAR_CLASS_FIELD void *class_pointer
#define ASHLAR_CLASS_NAME class_number
#define ASHLAR_PRIVATE_FIELD private_data
#else
#define ASHLAR_BEGIN_C
#define ASHLAR_END_C
#define ASHLAR_ZERO_INIT \
    {                    \
        0                \
    }
#define ASHLAR_CLASS_FIELD struct class *class
#define ASHLAR_CLASS_NAME class
#define ASHLAR_PRIVATE_FIELD private
#ifndef typeof
#define typeof __typeof__
#endif
#ifndef asm
#define asm __asm__
#endif
#endif

/* Names that the C++ library uses for its own things stay away from C++. */
#ifndef __cplusplus
#define __force
#define __section(name) __attribute__((__section__(name)))
#define __mode(x) __attribute__((__mode__(x)))
#endif
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __nocast
#define __safe
#define __private
#define __chk_user_ptr(x) ((void)0)
#define ACCESS_PRIVATE(pointer, member) ((pointer)->member)
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __cond_lock(x, c) (c)
/* The system's linux/types.h and linux/const.h define these as well. */
#undef __bitwise
#undef __bitwise__
#define __bitwise
#define __bitwise__
#define __context__(...)
#define __latent_entropy
#define __randomize_layout
#define __no_randomize_layout
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define __no_sanitize_or_inline __always_inline
#define __no_kasan_or_inline __always_inline
#define __no_kcsan
#define __nocfi
#define __noscs
#define __noinitretpoline
#define __diag_push()
#define __diag_pop()
#define __diag_ignore(...)
#define __diag_ignore_all(...)

#ifndef inline
#endif
#ifndef __always_inline
#define __always_inline __inline __attribute__((__always_inline__))
#endif
#ifndef __attribute_const__
#define __attribute_const__ __attribute__((__const__))
#endif
/* libstdc++ and libc write these attributes with underscores on both sides, so plain names are free. */
#ifndef __cplusplus
#define noinline __attribute__((__noinline__))
#define fallthrough __attribute__((__fallthrough__))
#define __packed __attribute__((__packed__))
#else
#define fallthrough [[fallthrough]]
#define __packed __attribute__((__packed__))
#endif
#define noinline_for_stack __attribute__((__noinline__))
#define __noreturn __attribute__((__noreturn__))
#define __must_check __attribute__((__warn_unused_result__))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __used __attribute__((__used__))
#define __pure __attribute__((__pure__))
#define __weak __attribute__((__weak__))
#define __alias(name) __attribute__((__alias__(#name)))
#define __aligned(x) __attribute__((__aligned__(x)))
#define __aligned_largest __attribute__((__aligned__))
#define __visible __attribute__((__externally_visible__))
#define __cold __attribute__((__cold__))
#define __deprecated
#define __malloc __attribute__((__malloc__))
#define __alloc_size(...) __attribute__((__alloc_size__(__VA_ARGS__)))
#define __assume_aligned(...) __attribute__((__assume_aligned__(__VA_ARGS__)))
#define __printf(format, first) __attribute__((__format__(__printf__, format, first)))
#define __scanf(format, first) __attribute__((__format__(__scanf__, format, first)))
#define __designated_init
#define __no_sanitize_address __attribute__((__no_sanitize_address__))
#define __nonstring
#define __gnu_inline __attribute__((__gnu_inline__))
#define __cleanup(function) __attribute__((__cleanup__(function)))
#define __noclone
#define __flatten __attribute__((__flatten__))
#define __no_profile
#define notrace __attribute__((__no_instrument_function__))
#define asmlinkage
#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define __native_word(t) \
    (sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) || sizeof(t) == sizeof(int) || sizeof(t) == sizeof(long))
