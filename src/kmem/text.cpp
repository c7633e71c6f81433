// The machine's state in the formats of Linux's /proc files.

#include <ashlar/machine.h>

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include "kmem/cache.h"

using namespace ashlar;
using namespace ashlar::kmem;

namespace {

// Writes what fits and counts all.
struct Text {
    char* to;
    size_t size;
    size_t length = 0;

    __attribute__((format(printf, 2, 3))) void add(const char* format, ...) {
        va_list arguments;
        va_start(arguments, format);
        const size_t left = length < size ? size - length : 0;
        length += static_cast<size_t>(
            ashlar_vsnprintf(left != 0 ? to + length : nullptr, left, format, arguments));
        va_end(arguments);
    }
};

unsigned long kib(usize pages) {
    return pages << (PAGE_SHIFT - 10);
}

template <class Visit>
void for_each_cache(Visit visit) {
    // Caches come and go by their users' will; who prints while destroying one must order that.
    for (Cache* cache = caches.front(); cache != nullptr;
         cache = List<Cache, cache_link>::next(*cache)) {
        visit(*cache);
    }
}

struct ZoneCount {
    usize free;
    usize listed;
};
ZoneCount count(const Zone& zone) {
    return {zone.free_frames(), listed_frames(zone)};
}

}  // namespace

size_t ashlar_meminfo(char* to, size_t size) {
    Text text{to, size};
    usize free = 0;
    usize kept = 0;  // below the low marks: nobody gets it for the asking
    for (const Zone& zone : zones) {
        const ZoneCount now = count(zone);
        free += now.free + now.listed;
        kept += min(now.free, zone.marks.low);
    }
    usize reclaimable = 0;
    usize slab = 0;
    for_each_cache([&](Cache& cache) {
        const usize pages = slab_pages(cache);
        slab += pages;
        if ((cache.flags & SLAB_RECLAIM_ACCOUNT) != 0) reclaimable += pages;
    });
    // Every line that tools look for; what this machine has none of is zero.
    const struct {
        const char* name;
        unsigned long kib;
    } lines[] = {
        {"MemTotal:", kib(managed_frames)},
        {"MemFree:", kib(free)},
        {"MemAvailable:", kib(free - kept + reclaimable / 2)},
        {"Buffers:", 0},
        {"Cached:", 0},
        {"SwapCached:", 0},
        {"SwapTotal:", 0},
        {"SwapFree:", 0},
        {"Shmem:", 0},
        {"KReclaimable:", kib(reclaimable)},
        {"Slab:", kib(slab)},
        {"SReclaimable:", kib(reclaimable)},
        {"SUnreclaim:", kib(slab - reclaimable)},
        {"VmallocTotal:", static_cast<unsigned long>(VMALLOC_TOTAL >> 10)},
        {"VmallocUsed:", kib(vmalloc_nr_pages())},
        {"VmallocChunk:", 0},
    };
    for (const auto& line : lines) text.add("%-15s %8lu kB\n", line.name, line.kib);
    return text.length;
}

size_t ashlar_buddyinfo(char* to, size_t size) {
    Text text{to, size};
    for (Zone& zone : zones) {
        if (zone.frames() == 0) continue;
        text.add("Node 0, zone %8s ", zone.name);
        for (unsigned order = 0; order < kOrders; order++)
            text.add("%6zu ", zone.buddy.runs(order));
        text.add("\n");
    }
    return text.length;
}

size_t ashlar_zoneinfo(char* to, size_t size) {
    Text text{to, size};
    bool first = true;
    for (Zone& zone : zones) {
        text.add("Node 0, zone %8s\n", zone.name);
        if (first) {
            usize reclaimable = 0;
            usize slab = 0;
            for_each_cache([&](Cache& cache) {
                const usize pages = slab_pages(cache);
                ((cache.flags & SLAB_RECLAIM_ACCOUNT) != 0 ? reclaimable : slab) += pages;
            });
            text.add("  per-node stats\n      %-12s %zu\n      %-12s %zu\n", "nr_slab_reclaimable",
                     reclaimable, "nr_slab_unreclaimable", slab);
            first = false;
        }
        const usize free = zone.free_frames();
        text.add(
            "  pages free     %zu\n        boost    0\n        min      %zu\n        low      %zu\n"
            "        high     %zu\n        spanned  %zu\n        present  %zu\n        managed  "
            "%zu\n"
            "        cma      0\n        protection: (%zu, %zu, %zu)\n",
            free, zone.marks.min, zone.marks.low, zone.marks.high, zone.frames(), zone.managed,
            zone.managed, zone.reserve_against[0], zone.reserve_against[1],
            zone.reserve_against[2]);
        if (zone.frames() == 0) continue;
        text.add("      %-12s %zu\n  pagesets\n", "nr_free_pages", free);
        for (unsigned cpu = 0; cpu < ashlar_port_cpu_count(); cpu++) {
            text.add(
                "    cpu: %u\n              count: %u\n              high:  %u\n              "
                "batch: %u\n",
                cpu, kernel::peek(zone.lists[cpu].frames), zone.lists[cpu].limit, zone.batch);
        }
        text.add("  node_unreclaimable:  0\n  start_pfn:           %zu\n", zone.first);
    }
    return text.length;
}

size_t ashlar_slabinfo(char* to, size_t size) {
    Text text{to, size};
    text.add(
        "slabinfo - version: 2.1\n"
        "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : "
        "tunables "
        "<limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> "
        "<sharedavail>\n");
    for_each_cache([&](Cache& cache) {
        usize capacity = 0;
        usize slabs = 0;
        slab_pages(cache, &capacity, &slabs);
        text.add("%-17s %6zu %6zu %6u %4zu %4lu : tunables %4u %4u %4u : slabdata %6zu %6zu %6u\n",
                 cache.name, live_objects(cache), capacity, cache.chunk,
                 (PAGE_SIZE << cache.order) / cache.chunk, 1ul << cache.order, cache.sheaf_objects,
                 cache.sheaf_objects, 0u, slabs, slabs, 0u);
    });
    return text.length;
}

void si_meminfo(struct sysinfo* info) {
    *info = {};
    info->totalram = totalram_pages();
    info->freeram = nr_free_pages();
    info->mem_unit = PAGE_SIZE;
}

void show_mem(unsigned int, nodemask_t*) {
    pr_info("Mem-Info:\n");
    for (Zone& zone : zones) {
        if (zone.frames() == 0) continue;
        const ZoneCount now = count(zone);
        pr_info("Node 0 %s free:%lukB min:%lukB low:%lukB high:%lukB managed:%lukB pcp:%lukB\n",
                zone.name, kib(now.free), kib(zone.marks.min), kib(zone.marks.low),
                kib(zone.marks.high), kib(zone.managed), kib(now.listed));
    }
    for (Zone& zone : zones) {
        if (zone.frames() == 0) continue;
        pr_info("Node 0 %s:", zone.name);
        for (unsigned order = 0; order < kOrders; order++)
            pr_cont(" %zu*%lukB", zone.buddy.runs(order), kib(usize{1} << order));
        pr_cont(" = %lukB\n", kib(zone.free_frames()));
    }
    pr_info("%lu pages RAM\n", totalram_pages());
}

size_t ashlar_free_frames(void) {
    usize free = 0;
    for (const Zone& zone : zones) free += zone.free_frames() + listed_frames(zone);
    return free;
}

namespace ashlar::kmem {

usize live_slab_objects(int print) {
    usize live = 0;
    for_each_cache([&](Cache& cache) {
        // What the library keeps for itself is nobody's leak.
        if ((cache.flags & SLAB_NOLEAKTRACE) != 0) return;
        const usize here = live_objects(cache);
        if (here == 0) return;
        live += here;
        if (print == 0) return;
        pr_err("%s: %zu objects of %u bytes are still allocated\n", cache.name, here,
               cache.object_size);
        if ((cache.flags & SLAB_STORE_USER) == 0) return;
        for_each_slab(cache, [&](slab::Slab& slab) {
            char* first = memory_of(page_of(Cell::of(slab))) + cache.head_room;
            for (u32 i = 0; i < slab.carved; i++) {
                if (debug_is_live(cache, first + i * cache.chunk))
                    debug_print_owner(cache, first + i * cache.chunk);
            }
        });
    });
    return live;
}

usize live_kmalloc_blocks(int print) {
    usize live = 0;
    for (usize at = 0; at < ashlar_the_layout.pages;) {
        const Page& page = ashlar_the_layout.memmap[at];
        if (kind_of(page) == Kind::Large && page.ashlar_state == kKmalloc) {
            live++;
            if (print != 0) {
                pr_err("kmalloc block %px of %lu bytes is still allocated\n", memory_of(page),
                       PAGE_SIZE << page.ashlar_order);
            }
        }
        const bool starts = kind_of(page) != Kind::None || page.ashlar_state == kCached;
        at += starts ? usize{1} << page.ashlar_order : 1;
    }
    return live;
}

bool check_kmem() {
    bool good = true;
    for (Zone& zone : zones) good &= zone.frames() == 0 || check_zone(zone);
    for_each_cache([&](Cache& cache) {
        {
            // Tasks that end elsewhere free meanwhile.
            const Guard<kernel::IrqSpinLock> guard(cache.node.lock);
            good &= Engine::check_invariants(cache.node.owner, cache);
        }
        good &= debug_check_all(cache);
    });
    return good;
}

void drain_caches() {
    // One interrupt a CPU, not one for every cache.
    ashlar_on_each_cpu([](void*) { for_each_cache([](Cache& cache) { flush_local(cache); }); },
                       nullptr);
    for_each_cache([](Cache& cache) { flush_depot(cache); });
    drain_all_pages(nullptr);
}

}  // namespace ashlar::kmem
