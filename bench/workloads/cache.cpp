// cache MEGABYTES OPERATIONS: a long-lived cache of bounded size. Entries (key, header and value
// apart, as caches keep them) are dropped oldest first when the budget is full; the sizes of values
// drift over time, so that memory freed at one size has to serve another.
#include "workload.hpp"

namespace {

struct Entry {
    Entry* next;
    char* key;
    char* value;
    size_t bytes;
};

}  // namespace

int main(int argc, char** argv) {
    const size_t budget = bench::argument(argc, argv, 1, "MEGABYTES") << 20;
    const size_t operations = bench::argument(argc, argv, 2, "OPERATIONS");
    bench::Rng rng(9);
    Entry* oldest = nullptr;
    Entry* newest = nullptr;
    size_t used = 0;
    {
        bench::Section section;
        for (size_t i = 0; i < operations; i++) {
            const size_t drift = 64 << (i * 6 / operations);
            const size_t key = 16 + rng.below(48);
            const size_t value = drift + rng.below(4 * drift);
            auto* entry = static_cast<Entry*>(bench::take(sizeof(Entry)));
            *entry = {nullptr, static_cast<char*>(memset(bench::take(key), 1, key)),
                      static_cast<char*>(memset(bench::take(value), 2, value)),
                      sizeof(Entry) + key + value};
            used += entry->bytes;
            (newest != nullptr ? newest->next : oldest) = entry;
            newest = entry;
            // One entry in sixteen is looked up and lives on, out of order.
            bool spared = false;
            while (used > budget) {
                Entry* victim = oldest;
                // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is used, an entry uses
                oldest = victim->next;
                if (!spared && rng.below(16) == 0) {
                    spared = true;
                    victim->next = nullptr;
                    newest->next = victim;
                    newest = victim;
                    continue;
                }
                used -= victim->bytes;
                free(victim->key);
                free(victim->value);
                free(victim);
            }
        }
    }
    bench::report("live_kib", static_cast<double>(used) / 1024);
    bench::report("end_rss_kib", bench::resident_kib());
}
