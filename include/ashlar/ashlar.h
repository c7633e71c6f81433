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

/* Room for size classes in struct ashlar_stats; more than there are. */
#define ASHLAR_STATS_CLASSES 128

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

/* --- Heaps of one's own ----------------------------------------------------- */

/* A heap whose blocks end together: for the parts of a program that build up
 * many blocks and drop all of them (a request, a document, a compilation).
 * ashlar_heap_destroy gives everything back at once, in time proportional to
 * the memory and not to the number of blocks.
 *
 * Its blocks are ordinary blocks: any thread may free them by ashlar_free (by
 * free on libashlar), ask their usable size, and reallocate them, which keeps
 * them in their heap. A heap takes 64 KiB of address space for each size class
 * in use and memory page by page; allocation takes the heap's lock. */
typedef struct ashlar_heap ashlar_heap;

/* A new, empty heap; NULL without memory. */
ashlar_heap* ashlar_heap_create(void) ASHLAR_NOEXCEPT __attribute__((warn_unused_result));

/* Ends the heap and all of its blocks. No other thread may be using either.
 * NULL is ignored. A heap used after this is misuse, reported as such as long
 * as its place was not taken by a new one. */
void ashlar_heap_destroy(ashlar_heap* heap) ASHLAR_NOEXCEPT;

/* As their namesakes above, in `heap`. */
void* ashlar_heap_alloc(ashlar_heap* heap, size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(2);
void* ashlar_heap_zalloc(ashlar_heap* heap, size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(2);
void* ashlar_heap_calloc(ashlar_heap* heap, size_t count, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_ALLOCATES(2, 3);
void* ashlar_heap_aligned_alloc(ashlar_heap* heap, size_t align, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_ALLOCATES(3) ASHLAR_ALIGNED_AS(2);

/* As ashlar_realloc; `p` is NULL or a block of `heap`. */
void* ashlar_heap_realloc(ashlar_heap* heap, void* p, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_RESIZES(3);

/* As ashlar_free, but a block of another heap is misuse. */
void ashlar_heap_free(ashlar_heap* heap, void* p) ASHLAR_NOEXCEPT;

/* The heap that the live block `p` was taken from; NULL for the process's own
 * heap and for memory that is not from here. */
ashlar_heap* ashlar_heap_of(const void* p) ASHLAR_NOEXCEPT;

/* --- A heap over any buffer --------------------------------------------------- */

/* A heap inside memory that you give: a static array, shared memory, a mapped
 * file. It uses nothing else, neither a system nor a C library (alone in
 * libashlar-buffer.a), so it serves embedded programs.
 *
 *   time      Every call takes constant time, but realloc when it must copy and
 *             zalloc when it must clear; init does not touch the blocks' memory.
 *   overhead  8 bytes a block, sizes rounded to 16; a control of 140 bytes in a
 *             buffer of 256, 300 in one of 4 KiB, 900 in one of a GiB.
 *   place     There are no addresses inside: the buffer may be copied or mapped
 *             elsewhere as a whole, and attached there with all its blocks.
 *   threads   One call at a time for each heap: the caller excludes others, be
 *             they threads or interrupts. Different heaps are independent.
 *   errno     is not touched by any of these functions.
 *   misuse    as elsewhere; in libashlar-buffer, which cannot write, a trap.
 *
 * Blocks are freed here and only here: ashlar_free does not know them. */
typedef struct ashlar_buffer_heap ashlar_buffer_heap;

/* The least size of a buffer; of a GiB as well, up to 32 GiB are used. */
#define ASHLAR_BUFFER_HEAP_MIN 256

/* An empty heap in [buffer, buffer + size), whatever was there before; an
 * earlier heap's blocks end. The heap lives in the buffer and ends with it.
 * NULL when the buffer is too small. Any alignment; 16 wastes nothing. */
ashlar_buffer_heap* ashlar_buffer_heap_init(void* buffer, size_t size) ASHLAR_NOEXCEPT;

/* The heap that ashlar_buffer_heap_init once made in this buffer, by any
 * process of this kind of machine. All of it is verified first; NULL when there
 * is none or it is damaged. Time proportional to the number of blocks. */
ashlar_buffer_heap* ashlar_buffer_heap_attach(void* buffer, size_t size) ASHLAR_NOEXCEPT;

/* As their namesakes above. NULL when no free piece is long enough. */
void* ashlar_buffer_heap_alloc(ashlar_buffer_heap* heap, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_ALLOCATES(2);
void* ashlar_buffer_heap_zalloc(ashlar_buffer_heap* heap, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_ALLOCATES(2);
void* ashlar_buffer_heap_aligned_alloc(ashlar_buffer_heap* heap, size_t align,
                                       size_t size) ASHLAR_NOEXCEPT ASHLAR_ALLOCATES(3)
    ASHLAR_ALIGNED_AS(2);
/* Shrinks in place, and grows in place as long as the memory behind is free. */
void* ashlar_buffer_heap_realloc(ashlar_buffer_heap* heap, void* p, size_t size) ASHLAR_NOEXCEPT
    ASHLAR_RESIZES(3);
void ashlar_buffer_heap_free(ashlar_buffer_heap* heap, void* p) ASHLAR_NOEXCEPT;

/* How many bytes of the live block `p` may be used; 0 for what is none. */
size_t ashlar_buffer_heap_usable_size(const ashlar_buffer_heap* heap,
                                      const void* p) ASHLAR_NOEXCEPT;

/* 1 if `p` lies in the heap's memory, live or not; else 0. */
int ashlar_buffer_heap_contains(const ashlar_buffer_heap* heap, const void* p) ASHLAR_NOEXCEPT;

/* 1 if everything that the heap knows of itself agrees: nobody wrote past the
 * end of a block. Time proportional to the number of blocks. */
int ashlar_buffer_heap_check(const ashlar_buffer_heap* heap) ASHLAR_NOEXCEPT;

struct ashlar_buffer_stats {
    uint64_t size;         /* bytes of this struct that were filled */
    uint64_t capacity;     /* bytes for blocks and their headers */
    uint64_t used;         /* of them in live blocks, headers included */
    uint64_t peak_used;    /* the most that ever was */
    uint64_t live_blocks;  /* now */
    uint64_t free_blocks;  /* pieces that the free memory is in */
    uint64_t largest_free; /* the largest size that can be had now */
};

/* Fills `size` bytes: pass sizeof(struct ashlar_buffer_stats). Time
 * proportional to the number of blocks. */
void ashlar_buffer_heap_stats_get(const ashlar_buffer_heap* heap, struct ashlar_buffer_stats* stats,
                                  size_t size) ASHLAR_NOEXCEPT;

/* --- The process's heap ---------------------------------------------------- */

/* Gives back to the system, now, what is free and can be given back without
 * the help of other threads (their caches stay). Returns how many bytes went.
 * Without it the same happens by itself, a little later. Takes a system call
 * for each free run. */
size_t ashlar_purge(void) ASHLAR_NOEXCEPT;

/* Live blocks of one kind and the address space they lie in. */
struct ashlar_kind_stats {
    uint64_t bytes;         /* usable, of live blocks */
    uint64_t blocks;        /* live */
    uint64_t address_bytes; /* whole units; not all of it has memory behind it */
};

/* Live blocks of one size. */
struct ashlar_class_stats {
    uint32_t size;  /* usable bytes of each block */
    uint32_t slabs; /* runs of pages cut into this size */
    uint64_t blocks;
};

/* What a heap holds. Nothing is counted while a program allocates: the books
 * are read when asked, in time proportional to the heap's address space. Exact
 * when no other thread is allocating; blocks that another thread's shard holds
 * ready for its next allocations count as live.
 *
 * Later versions add fields at the end; `size` tells which ones were filled. */
struct ashlar_stats {
    uint64_t size;                   /* bytes of this struct that were filled */
    struct ashlar_kind_stats small;  /* up to 16 KiB, in slabs */
    struct ashlar_kind_stats medium; /* up to 512 KiB, in shared chunks */
    struct ashlar_kind_stats large;  /* runs of their own */
    uint64_t live_bytes;             /* of the three */
    uint64_t live_blocks;
    uint64_t cached_bytes; /* medium blocks that the calling thread keeps ready */
    /* Of the whole process; 0 in the statistics of a heap of one's own: */
    uint64_t address_bytes; /* address space taken from the system */
    uint64_t dirty_bytes;   /* free, with memory behind it */
    uint64_t purged_bytes;  /* given back to the system so far */
    uint64_t purges;        /* by how many calls */
    uint64_t shards;        /* the most threads that ever allocated at once */
    uint64_t idle_shards;   /* of them without a thread now */
    uint64_t private_heaps;
    /* The size classes with slabs, smallest first. */
    uint64_t class_count;
    struct ashlar_class_stats classes[ASHLAR_STATS_CLASSES];
};

/* Fills `size` bytes of the process's statistics: pass sizeof(struct
 * ashlar_stats). Blocks of heaps of one's own are included. */
void ashlar_stats_get(struct ashlar_stats* stats, size_t size) ASHLAR_NOEXCEPT;

/* The same of one heap, exact. */
void ashlar_heap_stats_get(ashlar_heap* heap, struct ashlar_stats* stats,
                           size_t size) ASHLAR_NOEXCEPT;

/* Statistics as a JSON object, field names as above, and as a table for
 * reading. `stats` NULL: the process's, now. Writes at most `size` bytes with
 * the closing '\0' and returns the length of the whole text without it, as
 * snprintf does: a result >= `size` was cut short. `text` may be NULL when
 * `size` is 0. */
size_t ashlar_stats_json(const struct ashlar_stats* stats, char* text, size_t size) ASHLAR_NOEXCEPT;
size_t ashlar_stats_table(const struct ashlar_stats* stats, char* text,
                          size_t size) ASHLAR_NOEXCEPT;

/* --- What an address is ------------------------------------------------------- */

enum ashlar_place_kind {
    ASHLAR_PLACE_UNKNOWN,      /* none of the below, or not mapped at all */
    ASHLAR_PLACE_STATIC,       /* data of the program or of a library, constants included */
    ASHLAR_PLACE_CODE,         /* code of either */
    ASHLAR_PLACE_THREAD_LOCAL, /* a thread_local of the calling thread */
    ASHLAR_PLACE_STACK,        /* the calling thread's stack */
    ASHLAR_PLACE_SMALL,        /* a small block of this heap: up to 16 KiB */
    ASHLAR_PLACE_MEDIUM,       /* a medium block: up to 512 KiB */
    ASHLAR_PLACE_LARGE,        /* a large block */
    ASHLAR_PLACE_HEAP_UNUSED,  /* address space of this heap that is in no block */
    ASHLAR_PLACE_HEAP_OWN      /* the heap's own structures */
};

enum ashlar_block_state {
    ASHLAR_NO_BLOCK, /* the address is in no block */
    ASHLAR_BLOCK_LIVE,
    ASHLAR_BLOCK_FREE,
    ASHLAR_BLOCK_UNSURE /* another thread was allocating or freeing near it */
};

struct ashlar_place {
    enum ashlar_place_kind kind;
    enum ashlar_block_state state;
    const void* start;  /* of the block, the stack, the object's segment ... */
    size_t length;      /* of the same; of a block what ashlar_usable_size says */
    ashlar_heap* heap;  /* the heap of one's own that the block is in; else NULL */
    const char* object; /* the file that static data or code is of, as long as it is loaded */
    void* reserved[4];
};

/* Tells which memory an address is in. Any value may be asked about; nothing
 * behind it is read. Whether a block is live is exact for blocks that nobody
 * allocates or frees at the same moment, or UNSURE. A freed large block, and a
 * small or medium one whose neighbours are free too, is HEAP_UNUSED: the heap
 * remembers no blocks there. Stacks of other threads are UNKNOWN.
 *
 * For looking into a program: takes locks, walks lists. */
struct ashlar_place ashlar_where(const void* p) ASHLAR_NOEXCEPT;

/* The same in words, one line without a newline, such as
 *   "0x5600 is 16 bytes into a live small block of 48 bytes at 0x55f0".
 * Length and cutting as for ashlar_stats_json. */
size_t ashlar_where_text(const void* p, char* text, size_t size) ASHLAR_NOEXCEPT;

/* How many bytes the calling thread can still use of the stack it runs on: its
 * own (of the main thread as the limit allows it to grow) or the alternate
 * stack of a signal handler. 0 on any other stack, such as a coroutine's. What
 * a call needs for itself is not left out: use a part, a quarter for instance.
 * A thread's bounds are looked up once; a limit that falls later is not seen,
 * nor is an alternate stack that lies within the thread's own stack. */
size_t ashlar_stack_left(void) ASHLAR_NOEXCEPT;

/* The library's version, such as "0.1.0"; compare ASHLAR_VERSION_MAJOR and so
 * on for the header's. */
const char* ashlar_version(void) ASHLAR_NOEXCEPT;

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
