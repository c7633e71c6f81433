// Direct reclaim: CPU lists are emptied, then every registered shrinker is
// asked how much it has and told to give up a part.

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/shrinker.h>

#include "kmem/page_alloc.h"

namespace {
DEFINE_MUTEX(shrinkers_lock);
LIST_HEAD(shrinkers);

constexpr long kDefaultBatch = 128;

unsigned long ask(shrinker& one, gfp_t flags) {
    shrink_control control{};
    control.gfp_mask = flags;
    const unsigned long has = one.count_objects(&one, &control);
    if (has == 0 || has == SHRINK_EMPTY || has == SHRINK_STOP) return 0;
    const unsigned long batch =
        static_cast<unsigned long>(one.batch != 0 ? one.batch : kDefaultBatch);
    unsigned long given_up = 0;
    // The request is starving: half of what there is, at least one batch.
    for (unsigned long left = max(has / 2, min(has, batch)); left > 0;) {
        const unsigned long part = min(left, batch);
        control.nr_to_scan = control.nr_scanned = part;
        const unsigned long gave = one.scan_objects(&one, &control);
        if (gave == SHRINK_STOP) break;
        given_up += gave;
        left -= part;
    }
    return given_up;
}
}  // namespace

namespace ashlar::kmem {

usize reclaim(gfp_t flags) {
    drain_all_pages(nullptr);
    usize given_up = 0;
    // A shrinker that allocates must not come back here.
    const unsigned before = current->flags & PF_MEMALLOC;
    current->flags |= PF_MEMALLOC;
    if (mutex_trylock(&shrinkers_lock) != 0) {
        shrinker* one;
        list_for_each_entry(one, &shrinkers, list) given_up += ask(*one, flags);
        mutex_unlock(&shrinkers_lock);
    } else {
        // Somebody else reclaims: its result is as good.
        ashlar_cond_resched();
        given_up = 1;
    }
    current->flags = (current->flags & ~static_cast<unsigned>(PF_MEMALLOC)) | before;
    drain_all_pages(nullptr);
    return given_up;
}

}  // namespace ashlar::kmem

extern "C" {

int register_shrinker(struct shrinker* shrinker, const char*, ...) {
    mutex_lock(&shrinkers_lock);
    list_add_tail(&shrinker->list, &shrinkers);
    shrinker->flags |= SHRINKER_REGISTERED;
    mutex_unlock(&shrinkers_lock);
    return 0;
}

void unregister_shrinker(struct shrinker* shrinker) {
    if ((shrinker->flags & SHRINKER_REGISTERED) == 0) return;
    mutex_lock(&shrinkers_lock);
    list_del(&shrinker->list);
    shrinker->flags &= ~static_cast<unsigned>(SHRINKER_REGISTERED);
    mutex_unlock(&shrinkers_lock);
}

void synchronize_shrinkers() {
    mutex_lock(&shrinkers_lock);
    mutex_unlock(&shrinkers_lock);
}

}  // extern "C"
