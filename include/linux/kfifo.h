/* SPDX-License-Identifier: MIT */
/*
 * Rings of elements, or of records with their length in one or two bytes before them. The type of a
 * fifo carries the element's type and the record's kind; lib/kfifo.c moves the bytes. One reader and
 * one writer need no lock.
 */
#pragma once
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
struct __kfifo {
    unsigned int in, out; /* ever rising; the ring's place is the low bits */
    unsigned int mask;
    unsigned int esize;
    void *data;
};
/* The members of the union beside kfifo are never touched: they carry types. */
#define ASHLAR_KFIFO_HEAD(datatype, recsize, ptrtype) \
    union {                                           \
        struct __kfifo kfifo;                         \
        datatype *type;                               \
        const datatype *const_type;                   \
        char (*rectype)[recsize];                     \
        ptrtype *ptr;                                 \
        ptrtype const *ptr_const;                     \
    }
#define ASHLAR_KFIFO_RING(datatype, size, recsize, ptrtype)                \
    {                                                                      \
        ASHLAR_KFIFO_HEAD(datatype, recsize, ptrtype);                     \
        datatype buf[((size) < 2 || ((size) & ((size)-1))) ? -1 : (size)]; \
    }
#define ASHLAR_KFIFO_PTR(datatype, recsize, ptrtype)   \
    {                                                  \
        ASHLAR_KFIFO_HEAD(datatype, recsize, ptrtype); \
        datatype buf[0];                               \
    }
#define STRUCT_KFIFO(type, size) struct ASHLAR_KFIFO_RING(type, size, 0, type)
#define STRUCT_KFIFO_PTR(type) struct ASHLAR_KFIFO_PTR(type, 0, type)
#define STRUCT_KFIFO_REC_1(size) struct ASHLAR_KFIFO_RING(unsigned char, size, 1, void)
#define STRUCT_KFIFO_REC_2(size) struct ASHLAR_KFIFO_RING(unsigned char, size, 2, void)
#ifndef __cplusplus
struct kfifo ASHLAR_KFIFO_PTR(unsigned char, 0, void);
#endif
struct kfifo_rec_ptr_1 ASHLAR_KFIFO_PTR(unsigned char, 1, void);
struct kfifo_rec_ptr_2 ASHLAR_KFIFO_PTR(unsigned char, 2, void);
#define DECLARE_KFIFO(fifo, type, size) STRUCT_KFIFO(type, size) fifo
#define DECLARE_KFIFO_PTR(fifo, type) STRUCT_KFIFO_PTR(type) fifo

ASHLAR_BEGIN_C
int __kfifo_alloc(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t flags);
void __kfifo_free(struct __kfifo *fifo);
int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize);
unsigned int __kfifo_in(struct __kfifo *fifo, const void *from, unsigned int length);
unsigned int __kfifo_out(struct __kfifo *fifo, void *to, unsigned int length);
unsigned int __kfifo_out_peek(struct __kfifo *fifo, void *to, unsigned int length);
int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long length, unsigned int *copied);
int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long length, unsigned int *copied);
unsigned int __kfifo_dma_in_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int length);
unsigned int __kfifo_dma_out_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int length);
unsigned int __kfifo_in_r(struct __kfifo *fifo, const void *from, unsigned int length, size_t recsize);
unsigned int __kfifo_out_r(struct __kfifo *fifo, void *to, unsigned int length, size_t recsize);
unsigned int __kfifo_out_peek_r(struct __kfifo *fifo, void *to, unsigned int length, size_t recsize);
int __kfifo_from_user_r(struct __kfifo *fifo, const void __user *from, unsigned long length, unsigned int *copied,
                        size_t recsize);
int __kfifo_to_user_r(struct __kfifo *fifo, void __user *to, unsigned long length, unsigned int *copied,
                      size_t recsize);
unsigned int __kfifo_dma_in_prepare_r(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int length,
                                      size_t recsize);
void __kfifo_dma_in_finish_r(struct __kfifo *fifo, unsigned int length, size_t recsize);
unsigned int __kfifo_dma_out_prepare_r(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int length,
                                       size_t recsize);
void __kfifo_dma_out_finish_r(struct __kfifo *fifo, size_t recsize);
unsigned int __kfifo_len_r(struct __kfifo *fifo, size_t recsize);
void __kfifo_skip_r(struct __kfifo *fifo, size_t recsize);
unsigned int __kfifo_max_r(unsigned int length, size_t recsize);
ASHLAR_END_C
static inline unsigned int __must_check __kfifo_uint_must_check_helper(unsigned int value) { return value; }
static inline int __must_check __kfifo_int_must_check_helper(int value) { return value; }

#define __is_kfifo_ptr(fifo) (sizeof(*(fifo)) == sizeof(STRUCT_KFIFO_PTR(__typeof__(*(fifo)->type))))
#define ASHLAR_KFIFO_STATE(fifo)                                                                             \
    .in = 0, .out = 0, .mask = __is_kfifo_ptr(&(fifo)) ? 0 : sizeof((fifo).buf) / sizeof((fifo).buf[0]) - 1, \
    .esize = sizeof((fifo).buf[0]), .data = __is_kfifo_ptr(&(fifo)) ? NULL : (fifo).buf
#define DEFINE_KFIFO(fifo, type, size)                   \
    DECLARE_KFIFO(fifo, type, size) = (__typeof__(fifo)) \
    {                                                    \
        {                                                \
            {                                            \
                ASHLAR_KFIFO_STATE(fifo)                 \
            }                                            \
        }                                                \
    }
#define INIT_KFIFO(fifo) ((void)((fifo).kfifo = (struct __kfifo){ASHLAR_KFIFO_STATE(fifo)}))
#define kfifo_initialized(fifo) ((fifo)->kfifo.mask)
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
#define kfifo_recsize(fifo) (sizeof(*(fifo)->rectype))
#define kfifo_size(fifo) ((fifo)->kfifo.mask + 1)
#define kfifo_reset(fifo) ((void)((fifo)->kfifo.in = (fifo)->kfifo.out = 0))
#define kfifo_reset_out(fifo) ((void)((fifo)->kfifo.out = (fifo)->kfifo.in))
#define kfifo_len(fifo) ((fifo)->kfifo.in - (fifo)->kfifo.out)
#define kfifo_is_empty(fifo) ((fifo)->kfifo.in == (fifo)->kfifo.out)
#define kfifo_is_full(fifo) (kfifo_len(fifo) > (fifo)->kfifo.mask)
#define ASHLAR_KFIFO_LOCKED(lock, value)                  \
    ({                                                    \
        unsigned long ashlar_kfifo_flags;                 \
        spin_lock_irqsave(lock, ashlar_kfifo_flags);      \
        __typeof__(value) ashlar_kfifo_value = (value);   \
        spin_unlock_irqrestore(lock, ashlar_kfifo_flags); \
        ashlar_kfifo_value;                               \
    })
#define ASHLAR_KFIFO_LOCKED_PLAIN(lock, value)          \
    ({                                                  \
        spin_lock(lock);                                \
        __typeof__(value) ashlar_kfifo_value = (value); \
        spin_unlock(lock);                              \
        ashlar_kfifo_value;                             \
    })
#define kfifo_is_empty_spinlocked(fifo, lock) ASHLAR_KFIFO_LOCKED(lock, kfifo_is_empty(fifo))
#define kfifo_is_empty_spinlocked_noirqsave(fifo, lock) ASHLAR_KFIFO_LOCKED_PLAIN(lock, kfifo_is_empty(fifo))
/* For fifos of records: how long a record could still be. */
#define kfifo_avail(fifo)                                                                                 \
    __kfifo_uint_must_check_helper(({                                                                     \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                      \
        unsigned int ashlar_room = kfifo_size(ashlar_fifo) - kfifo_len(ashlar_fifo);                      \
        kfifo_recsize(ashlar_fifo)                                                                        \
            ? (ashlar_room <= kfifo_recsize(ashlar_fifo)                                                  \
                   ? 0                                                                                    \
                   : __kfifo_max_r(ashlar_room - kfifo_recsize(ashlar_fifo), kfifo_recsize(ashlar_fifo))) \
            : ashlar_room;                                                                                \
    }))
#define kfifo_skip(fifo)                                                     \
    ((void)({                                                                \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                         \
        if (kfifo_recsize(ashlar_fifo))                                      \
            __kfifo_skip_r(&ashlar_fifo->kfifo, kfifo_recsize(ashlar_fifo)); \
        else                                                                 \
            ashlar_fifo->kfifo.out++;                                        \
    }))
#define kfifo_peek_len(fifo)                                                                        \
    ({                                                                                              \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                \
        kfifo_recsize(ashlar_fifo) ? __kfifo_len_r(&ashlar_fifo->kfifo, kfifo_recsize(ashlar_fifo)) \
                                   : kfifo_len(ashlar_fifo) * ashlar_fifo->kfifo.esize;             \
    })
#define kfifo_alloc(fifo, size, flags)                                                                            \
    __kfifo_int_must_check_helper(({                                                                              \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                              \
        __is_kfifo_ptr(ashlar_fifo) ? __kfifo_alloc(&ashlar_fifo->kfifo, size, sizeof(*ashlar_fifo->type), flags) \
                                    : -EINVAL;                                                                    \
    }))
#define kfifo_free(fifo)                                                    \
    ({                                                                      \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                        \
        if (__is_kfifo_ptr(ashlar_fifo)) __kfifo_free(&ashlar_fifo->kfifo); \
    })
#define kfifo_init(fifo, buffer, size)                                                                            \
    ({                                                                                                            \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                              \
        __is_kfifo_ptr(ashlar_fifo) ? __kfifo_init(&ashlar_fifo->kfifo, buffer, size, sizeof(*ashlar_fifo->type)) \
                                    : -EINVAL;                                                                    \
    })
#define kfifo_put(fifo, value)                                                                                         \
    ({                                                                                                                 \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                                   \
        __typeof__(*ashlar_fifo->const_type) ashlar_element = (value);                                                 \
        struct __kfifo *ashlar_k = &ashlar_fifo->kfifo;                                                                \
        unsigned int ashlar_done;                                                                                      \
        if (kfifo_recsize(ashlar_fifo)) {                                                                              \
            ashlar_done = __kfifo_in_r(ashlar_k, &ashlar_element, sizeof(ashlar_element), kfifo_recsize(ashlar_fifo)); \
        } else if ((ashlar_done = !kfifo_is_full(ashlar_fifo)) != 0) {                                                 \
            ((__typeof__(ashlar_fifo->type))(__is_kfifo_ptr(ashlar_fifo)                                               \
                                                 ? ashlar_k->data                                                      \
                                                 : (void *)ashlar_fifo->buf))[ashlar_k->in & ashlar_k->mask] =         \
                *(__typeof__(ashlar_fifo->type))&ashlar_element;                                                       \
            smp_wmb();                                                                                                 \
            ashlar_k->in++;                                                                                            \
        }                                                                                                              \
        ashlar_done;                                                                                                   \
    })
#define ASHLAR_KFIFO_TAKE(fifo, value, advance, take_record)                                                       \
    __kfifo_uint_must_check_helper(({                                                                              \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                               \
        __typeof__(ashlar_fifo->ptr) ashlar_to = (value);                                                          \
        struct __kfifo *ashlar_k = &ashlar_fifo->kfifo;                                                            \
        unsigned int ashlar_done;                                                                                  \
        if (kfifo_recsize(ashlar_fifo)) {                                                                          \
            ashlar_done = take_record(ashlar_k, ashlar_to, sizeof(*ashlar_to), kfifo_recsize(ashlar_fifo));        \
        } else if ((ashlar_done = !kfifo_is_empty(ashlar_fifo)) != 0) {                                            \
            *(__typeof__(ashlar_fifo->type))ashlar_to =                                                            \
                ((__typeof__(ashlar_fifo->type))(__is_kfifo_ptr(ashlar_fifo)                                       \
                                                     ? ashlar_k->data                                              \
                                                     : (void *)ashlar_fifo->buf))[ashlar_k->out & ashlar_k->mask]; \
            smp_wmb();                                                                                             \
            ashlar_k->out += (advance);                                                                            \
        }                                                                                                          \
        ashlar_done;                                                                                               \
    }))
#define kfifo_get(fifo, value) ASHLAR_KFIFO_TAKE(fifo, value, 1, __kfifo_out_r)
#define kfifo_peek(fifo, value) ASHLAR_KFIFO_TAKE(fifo, value, 0, __kfifo_out_peek_r)
/* One call for both kinds of fifo: f(kfifo, ...) or f_r(kfifo, ..., record size). */
#define ASHLAR_KFIFO_CALL(fifo, plain, record, ...)                                                       \
    ({                                                                                                    \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                      \
        kfifo_recsize(ashlar_fifo) ? record(&ashlar_fifo->kfifo, __VA_ARGS__, kfifo_recsize(ashlar_fifo)) \
                                   : plain(&ashlar_fifo->kfifo, __VA_ARGS__);                             \
    })
#define kfifo_in(fifo, buffer, n)                                          \
    ({                                                                     \
        __typeof__((fifo)->ptr_const) ashlar_from = (buffer);              \
        ASHLAR_KFIFO_CALL(fifo, __kfifo_in, __kfifo_in_r, ashlar_from, n); \
    })
#define kfifo_out(fifo, buffer, n)                                         \
    __kfifo_uint_must_check_helper(({                                      \
        __typeof__((fifo)->ptr) ashlar_to = (buffer);                      \
        ASHLAR_KFIFO_CALL(fifo, __kfifo_out, __kfifo_out_r, ashlar_to, n); \
    }))
#define kfifo_out_peek(fifo, buffer, n)                                              \
    __kfifo_uint_must_check_helper(({                                                \
        __typeof__((fifo)->ptr) ashlar_to = (buffer);                                \
        ASHLAR_KFIFO_CALL(fifo, __kfifo_out_peek, __kfifo_out_peek_r, ashlar_to, n); \
    }))
#define kfifo_in_spinlocked(fifo, buffer, n, lock) ASHLAR_KFIFO_LOCKED(lock, kfifo_in(fifo, buffer, n))
#define kfifo_in_spinlocked_noirqsave(fifo, buffer, n, lock) ASHLAR_KFIFO_LOCKED_PLAIN(lock, kfifo_in(fifo, buffer, n))
#define kfifo_in_locked(fifo, buffer, n, lock) kfifo_in_spinlocked(fifo, buffer, n, lock)
#define kfifo_out_spinlocked(fifo, buffer, n, lock) ASHLAR_KFIFO_LOCKED(lock, kfifo_out(fifo, buffer, n))
#define kfifo_out_spinlocked_noirqsave(fifo, buffer, n, lock) \
    ASHLAR_KFIFO_LOCKED_PLAIN(lock, kfifo_out(fifo, buffer, n))
#define kfifo_out_locked(fifo, buffer, n, lock) kfifo_out_spinlocked(fifo, buffer, n, lock)
#define kfifo_from_user(fifo, from, length, copied) \
    __kfifo_int_must_check_helper(ASHLAR_KFIFO_CALL(fifo, __kfifo_from_user, __kfifo_from_user_r, from, length, copied))
#define kfifo_to_user(fifo, to, length, copied) \
    __kfifo_int_must_check_helper(ASHLAR_KFIFO_CALL(fifo, __kfifo_to_user, __kfifo_to_user_r, to, length, copied))
#define kfifo_dma_in_prepare(fifo, sgl, nents, length) \
    ASHLAR_KFIFO_CALL(fifo, __kfifo_dma_in_prepare, __kfifo_dma_in_prepare_r, sgl, nents, length)
#define kfifo_dma_out_prepare(fifo, sgl, nents, length) \
    ASHLAR_KFIFO_CALL(fifo, __kfifo_dma_out_prepare, __kfifo_dma_out_prepare_r, sgl, nents, length)
#define kfifo_dma_in_finish(fifo, length)                                                            \
    ((void)({                                                                                        \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                                 \
        unsigned int ashlar_length = (length);                                                       \
        if (kfifo_recsize(ashlar_fifo))                                                              \
            __kfifo_dma_in_finish_r(&ashlar_fifo->kfifo, ashlar_length, kfifo_recsize(ashlar_fifo)); \
        else                                                                                         \
            ashlar_fifo->kfifo.in += ashlar_length / sizeof(*ashlar_fifo->type);                     \
    }))
#define kfifo_dma_out_finish(fifo, length)                                             \
    ((void)({                                                                          \
        __typeof__((fifo) + 1) ashlar_fifo = (fifo);                                   \
        unsigned int ashlar_length = (length);                                         \
        if (kfifo_recsize(ashlar_fifo))                                                \
            __kfifo_dma_out_finish_r(&ashlar_fifo->kfifo, kfifo_recsize(ashlar_fifo)); \
        else                                                                           \
            ashlar_fifo->kfifo.out += ashlar_length / sizeof(*ashlar_fifo->type);      \
    }))
