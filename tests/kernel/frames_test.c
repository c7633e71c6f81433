/* Page frames: blocks, alignment, zeroing, references, exhaustion and the reserve. */
#include "check.h"

#include <ashlar/machine.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

static void blocks(void)
{
    for (unsigned int order = 0; order < MAX_ORDER; order++) {
        struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
        unsigned char *memory;

        CHECK(page != NULL);
        if (!page) continue;
        memory = page_address(page);
        CHECK(page_to_pfn(page) % (1UL << order) == 0);
        CHECK(virt_to_page(memory) == page && pfn_to_page(page_to_pfn(page)) == page);
        CHECK(phys_to_virt(virt_to_phys(memory)) == memory);
        CHECK(memchr_inv(memory, 0, PAGE_SIZE << order) == NULL);
        CHECK(page_count(page) == 1);
        memset(memory, 0xa5, PAGE_SIZE << order);
        __free_pages(page, order);
    }
    CHECK_REPORT("order", alloc_pages(GFP_KERNEL, MAX_ORDER) == NULL ? (void)0 : BUG());
}

/* What an owner may write into struct page stays as it is, each field by itself, and a page that comes
 * back with all of it is handed out clean. */
static void owners_fields(void)
{
    struct page *page = alloc_page(GFP_KERNEL), *other = alloc_page(GFP_KERNEL);
    LIST_HEAD(pages);

    CHECK(page->page_type == 0 && page_private(page) == 0);
    list_add(&page->lru, &pages);
    list_add(&other->lru, &pages);
    page->mapping = (struct address_space *)&pages;
    page->index = ~0UL;
    set_page_private(page, ~1UL);
    page->page_type = ~0U;
    CHECK(!PageLocked(page) && !PagePrivate(page) && !page_is_pfmemalloc(page));
    CHECK(trylock_page(page) && PageLocked(page) && !trylock_page(page));
    SetPagePrivate(page);
    page->page_type = 4095;
    CHECK(PageLocked(page) && PagePrivate(page) && page_count(page) == 1 && !PageSlab(page));
    unlock_page(page);
    ClearPagePrivate(page);
    CHECK(page->page_type == 4095 && page->index == ~0UL && page_private(page) == ~1UL);
    CHECK(page->mapping == (struct address_space *)&pages && list_last_entry(&pages, struct page, lru) == page);
    lock_page(page);
    page_mapcount_reset(page);
    CHECK(page->page_type == 0 && PageLocked(page));
    unlock_page(page);
    page->page_type = 7;
    SetPagePrivate(other);
    list_del(&page->lru);
    list_del(&other->lru);
    __free_page(page);
    __free_page(other);
    for (int i = 0; i < 600; i++) {
        page = alloc_page(GFP_KERNEL);
        CHECK(page->flags == 0 && page->page_type == 0);
        __free_page(page);
    }
    /* The same for pages of a block, and of one that is handed out page by page. */
    page = alloc_pages(GFP_KERNEL, 3);
    split_page(page, 3);
    for (int i = 0; i < 8; i++) page[i].page_type = 100 + (unsigned int)i;
    for (int i = 0; i < 8; i++) {
        CHECK(page[i].page_type == 100 + (unsigned int)i);
        __free_page(&page[i]);
    }
    CHECK(ashlar_check_invariants());
}

static void references(void)
{
    struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);

    CHECK(PageHead(page) && PageTail(page + 5) && compound_head(page + 7) == page);
    CHECK(compound_order(page) == 3);
    get_page(page + 2);
    CHECK(page_count(page) == 2);
    put_page(page);
    put_page(page + 1);
    CHECK_REPORT("double free of a page frame", __free_pages(page, 3));
    page = alloc_page(GFP_KERNEL);
    __free_page(page);
    CHECK_REPORT("Bad page state", __free_page(page));
}

static void exact_and_bulk(void)
{
    struct page *pages[64] = {NULL};
    size_t before = ashlar_free_frames();
    void *exact = alloc_pages_exact(5 * PAGE_SIZE + 1, GFP_KERNEL);

    CHECK(exact != NULL && ashlar_free_frames() == before - 6);
    free_pages_exact(exact, 5 * PAGE_SIZE + 1);
    CHECK(ashlar_free_frames() == before);
    pages[3] = alloc_page(GFP_KERNEL);
    CHECK(alloc_pages_bulk_array(GFP_KERNEL, 64, pages) == 64);
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < i; j++) CHECK(pages[i] != pages[j]);
    for (int i = 0; i < 64; i++) __free_page(pages[i]);
    CHECK(ashlar_free_frames() == before);
}

/* Frames in a row go back as one run, but for the one that somebody holds. */
static void runs(void)
{
    size_t before = ashlar_free_frames();
    struct page *pages[32], *block = alloc_pages(GFP_KERNEL, 5);

    CHECK(block);
    split_page(block, 5);
    for (int i = 0; i < 32; i++) pages[i] = block + i;
    get_page(pages[13]);
    release_pages(pages, 32);
    CHECK(ashlar_free_frames() == before - 1 && page_count(pages[13]) == 1);
    put_page(pages[13]);
    CHECK(ashlar_free_frames() == before);

    /* In any order, with compound blocks among them, each is put. */
    for (int i = 0; i < 32; i++)
        pages[i] = i % 8 == 7 ? alloc_pages(GFP_KERNEL | __GFP_COMP, 2) : alloc_page(GFP_KERNEL);
    release_pages(pages, 32);
    CHECK(ashlar_free_frames() == before);
    CHECK(ashlar_check_invariants());
}

/* Whatever order is freed, the lists stay within their bound and everything is found again. */
static void many_orders(void)
{
    static struct page *pages[4][512];
    size_t before = ashlar_free_frames();

    for (int round = 0; round < 3; round++) {
        for (unsigned int order = 0; order < 4; order++)
            for (int i = 0; i < 512; i++) CHECK((pages[order][i] = alloc_pages(GFP_KERNEL, order)) != NULL);
        for (int i = 0; i < 512; i++)
            for (unsigned int order = 0; order < 4; order++) __free_pages(pages[order][i], order);
        CHECK(ashlar_free_frames() == before);
        CHECK(ashlar_check_invariants());
    }
}

static void zones(void)
{
    struct page *page = alloc_page(GFP_DMA);
    CHECK(page && page_to_phys(page) < 16 << 20 && page_zonenum(page) == ZONE_DMA);
    __free_page(page);
    page = alloc_page(GFP_DMA32);
    CHECK(page && page_to_phys(page) < 1ULL << 32);
    __free_page(page);
}

static struct page *held; /* chained through private */
static unsigned long given_up;
static unsigned long count_held(struct shrinker *s, struct shrink_control *c)
{
    (void)s;
    (void)c;
    return held ? 512 : 0;
}
static unsigned long scan_held(struct shrinker *s, struct shrink_control *c)
{
    unsigned long n = 0;
    (void)s;
    for (; held && n < c->nr_to_scan; n++) {
        struct page *page = held;
        held = (struct page *)page_private(page);
        __free_page(page);
    }
    given_up += n;
    return n;
}
static struct shrinker shrinker = {.count_objects = count_held, .scan_objects = scan_held, .seeks = DEFAULT_SEEKS};

static void hold(gfp_t flags)
{
    struct page *page;
    while ((page = alloc_page(flags | __GFP_NOWARN))) {
        set_page_private(page, (unsigned long)held);
        held = page;
    }
}

static void exhaustion(void)
{
    size_t before, left_ordinary, left_atomic, left_memalloc;
    struct page *page;
    unsigned int scope;

    ashlar_drain(); /* or reclaim would find what others left */
    before = ashlar_free_frames();

    hold(GFP_NOWAIT);
    left_ordinary = ashlar_free_frames();
    CHECK(left_ordinary > 0);
    hold(GFP_ATOMIC);
    left_atomic = ashlar_free_frames();
    CHECK(left_atomic < left_ordinary && left_atomic > 0);
    scope = memalloc_noreclaim_save();
    hold(GFP_NOWAIT);
    drain_all_pages(NULL);
    hold(GFP_NOWAIT);
    left_memalloc = ashlar_free_frames();
    memalloc_noreclaim_restore(scope);
    CHECK(left_memalloc == 0);
    CHECK(alloc_page(GFP_ATOMIC | __GFP_NOWARN) == NULL);
    CHECK(alloc_page(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN) == NULL);
    register_shrinker(&shrinker, "held");
    page = alloc_page(GFP_KERNEL);
    CHECK(page != NULL && given_up > 0);
    if (page) __free_page(page);
    while (held) scan_held(&shrinker, &(struct shrink_control){.nr_to_scan = 4096});
    unregister_shrinker(&shrinker);
    drain_all_pages(NULL);
    CHECK(ashlar_free_frames() == before);
}

/* Fragments share blocks, and the last one of a block gives it back. */
static void fragments(void)
{
    struct page_frag_cache cache = {0};
    size_t before;
    char *pieces[100];

    drain_all_pages(NULL);
    before = ashlar_free_frames();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            pieces[i] = i % 2 ? page_frag_alloc(&cache, 1000, GFP_KERNEL)
                              : page_frag_alloc_align(&cache, 1000, GFP_KERNEL, -64u);
            CHECK(pieces[i] && (i % 2 || (unsigned long)pieces[i] % 64 == 0));
            memset(pieces[i], i, 1000);
        }
        for (int i = 0; i < 100; i++) CHECK(memchr_inv(pieces[i], i, 1000) == NULL);
        CHECK(before - ashlar_free_frames() <= 4 * 8);
        for (int i = 0; i < 100; i++) page_frag_free(pieces[i]);
        CHECK(before - ashlar_free_frames() == 8); /* the cache's block */
    }
    CHECK(page_frag_alloc(&cache, 100 * PAGE_SIZE, GFP_KERNEL) == NULL);
    page_frag_cache_drain(&cache);
    CHECK(ashlar_free_frames() == before);
}

static char logged[2048];
static void keep_log(int level, const char *text, size_t length)
{
    (void)level;
    strncat(logged, text, min_t(size_t, length, sizeof(logged) - strlen(logged) - 1));
}
static void shown(void)
{
    struct sysinfo info;
    struct page *page = alloc_pages(GFP_KERNEL, 4);
    unsigned long free;

    si_meminfo(&info);
    CHECK(info.totalram == totalram_pages() && info.mem_unit == PAGE_SIZE);
    free = info.freeram;
    __free_pages(page, 4);
    si_meminfo(&info);
    CHECK(info.freeram == free + 16 && info.freeram < info.totalram);
    ashlar_set_log_hook(keep_log);
    show_mem(0, NULL);
    ashlar_set_log_hook(NULL);
    CHECK(strstr(logged, "Mem-Info:") && strstr(logged, "Node 0 DMA free:") && strstr(logged, "*4096kB = "));
}

static void ends(void)
{
    CHECK(virt_addr_valid((char *)high_memory - 1) && !virt_addr_valid(high_memory));
    CHECK(page_to_pfn(virt_to_page((char *)high_memory - 1)) - ARCH_PFN_OFFSET == max_mapnr - 1);
}

static void injected(void)
{
    int failed = 0;
    ashlar_inject("fail_page_alloc", 3, 100, 5, NULL, NULL);
    for (int i = 0; i < 30; i++) {
        struct page *page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
        if (page)
            __free_page(page);
        else
            failed++;
    }
    ashlar_inject("fail_page_alloc", 0, 0, 0, NULL, NULL);
    CHECK(failed == 5);
}

int main(void)
{
#ifdef ASHLAR_FREESTANDING
    CHECK(totalram_pages() > 16 << (20 - PAGE_SHIFT)); /* the machine is as it is */
#else
    CHECK(ashlar_machine_start("size=64M,cpus=2") == 0);
    CHECK(totalram_pages() == 64 << (20 - PAGE_SHIFT));
#endif
    blocks();
    owners_fields();
    references();
    exact_and_bulk();
    runs();
    many_orders();
    zones();
    fragments();
    shown();
    ends();
    injected();
    exhaustion();
    CHECK(ashlar_check_invariants());
    return check_result("frames");
}
