// fragments MEGABYTES PHASES: mixed lifetimes. Each phase allocates objects of a range of sizes of
// its own until MEGABYTES are live, then frees all but every eighth object, in any order: the next
// phase's sizes have to fit into what was left between survivors of every earlier phase. Survivors
// of the phase before the last are freed with each new one, so that live memory stays bounded.
#include "workload.hpp"

namespace {

struct Phase {
    void** objects;
    size_t count;
};

void drop(Phase& phase) {
    for (size_t i = 0; i < phase.count; i++) free(phase.objects[i]);
    phase.count = 0;
}

}  // namespace

int main(int argc, char** argv) {
    const size_t budget = bench::argument(argc, argv, 1, "MEGABYTES") << 20;
    const size_t phases = bench::argument(argc, argv, 2, "PHASES");
    constexpr size_t kSmallest = 16;
    const size_t capacity = budget / kSmallest;
    Phase ring[3];
    for (Phase& phase : ring)
        phase = {static_cast<void**>(bench::must(malloc(capacity * sizeof(void*)))), 0};
    bench::Rng rng(8);
    {
        bench::Section section;
        for (size_t p = 0; p < phases; p++) {
            Phase& phase = ring[p % 3];
            drop(phase);
            const size_t low = kSmallest << rng.below(7);
            size_t live = 0;
            while (live < budget && phase.count < capacity) {
                size_t size = low + rng.below(3 * low);
                phase.objects[phase.count++] = memset(bench::take(size), 1, size);
                live += size;
            }
            for (size_t i = phase.count; i > 1; i--) {
                size_t j = rng.below(i);
                void* other = phase.objects[j];
                phase.objects[j] = phase.objects[i - 1];
                phase.objects[i - 1] = other;
            }
            const size_t survivors = phase.count / 8;
            while (phase.count > survivors) free(phase.objects[--phase.count]);
        }
    }
    bench::report("end_rss_kib", bench::resident_kib());
    for (Phase& phase : ring) drop(phase);
}
