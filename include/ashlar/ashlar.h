/* Ashlar's public interface for C and C++.
 *
 * libashlar replaces malloc, so most programs need nothing from here. This
 * header is for programs that want more than malloc gives: zeroed and aligned
 * blocks in one call, the size that a block really has, memory given back on
 * demand. All of it may be mixed freely with malloc and free of a program that
 * runs on libashlar: the blocks are the same. A program that keeps the
 * system's malloc links libashlar-api instead, which has the names below and
 * not malloc's; then ashlar_ blocks are freed by ashlar_free only.
 *
 * Common rules, unless a function says otherwise:
 *
 *   units     All sizes are bytes. A size above PTRDIFF_MAX fails.
 *   failure   A function that returns memory returns NULL and sets errno to
 *             ENOMEM (or EINVAL, where said) and has changed nothing.
 *   size 0    is served like size 1: the result is a block of its own.
 *   errno     is changed by a failure only; never by a free.
 *   threads   Any thread may call any function, and free what another got.
 *   signals   Not for signal handlers, as malloc is not.
 *   fork      A child of a threaded process may use everything.
 *   misuse    Freeing twice, or what is no block: one line on standard error
 *             with the address, then abort (ASHLAR_OPTIONS=misuse=continue:
 *             the line only).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ASHLAR_VERSION_MAJOR 0
#define ASHLAR_VERSION_MINOR 1
#define ASHLAR_VERSION_PATCH 0

#ifdef __cplusplus
#define ASHLAR_NOEXCEPT noexcept
extern "C" {
#else
#define ASHLAR_NOEXCEPT
#endif

/* What compilers know of malloc, said of our functions: `_ALLOCATES(n)` that
 * the result is fresh memory of the size in argument n (and m). */
#define ASHLAR_ALLOCATES(...) __attribute__((malloc, warn_unused_result, alloc_size(__VA_ARGS__)))
#define ASHLAR_RESIZES(...) __attribute__((warn_unused_result, alloc_size(__VA_ARGS__)))
#define ASHLAR_ALIGNED_AS(n) __attribute__((alloc_align(n)))

#pragma GCC visibility push(default)

/* --- Blocks --------------------------------------------------------------- */

/* A block of at least `size` bytes, aligned to 16, contents undefined. */
void* ashlar_malloc(size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(1);

/* An array of `count` elements of `size` bytes, zeroed. Fails when the product
 * overflows. Memory that is known to be zero is not written. */
void* ashlar_calloc(size_t count, size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(1, 2);

/* A zeroed block of `size` bytes: ashlar_calloc(1, size). */
void* ashlar_zalloc(size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(1);

/* The block `p` with room for `size` bytes; contents are kept up to the lesser
 * of both sizes. The block may move; then `p` is free. On failure `p` stays as
 * it was. `p` NULL: a new block. `size` 0: frees `p` and returns NULL, as the
 * C library of Linux does. Alignment above 16 is not kept by a move. */
void* ashlar_realloc(void* p, size_t size) ASHLAR_NOEXCEPT ASHLAR_RESIZES(2);

/* The same for an array; fails when count * size overflows, and `p` stays. */
void* ashlar_reallocarray(void* p, size_t count, size_t size) ASHLAR_NOEXCEPT ASHLAR_RESIZES(2, 3);

/* A block at a multiple of `align`. Any power of two, larger than a page as
 * well; EINVAL if it is none. The order of the arguments is aligned_alloc's. */
void* ashlar_aligned_alloc(size_t align, size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(2)
    ASHLAR_ALIGNED_AS(1);

/* The same, zeroed. */
void* ashlar_aligned_zalloc(size_t align, size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(2)
    ASHLAR_ALIGNED_AS(1);

/* Frees a block of any function above. NULL is ignored. */
void ashlar_free(void* p) ASHLAR_NOEXCEPT;

/* How many bytes of the live block `p` may be used: what was asked for or
 * more. 0 for NULL. Memory that is not from here is answered with 0 too, but
 * a free block is not always told from a live one. */
size_t ashlar_usable_size(const void* p) ASHLAR_NOEXCEPT;

/* What ashlar_usable_size of a block of `size` bytes would be: asking for it
 * costs no more memory. A size that cannot be had is returned as it is. */
size_t ashlar_good_size(size_t size) ASHLAR_NOEXCEPT;

/* --- The process's heap ---------------------------------------------------- */

/* Gives back to the system, now, what is free and can be given back without
 * the help of other threads (their caches stay). Returns how many bytes went.
 * Without it the same happens by itself, a little later. Takes a system call
 * for each free run. */
size_t ashlar_purge(void) ASHLAR_NOEXCEPT;

/* The library's version, such as "0.1.0"; compare ASHLAR_VERSION_MAJOR and so
 * on for the header's. */
const char* ashlar_version(void) ASHLAR_NOEXCEPT;

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
