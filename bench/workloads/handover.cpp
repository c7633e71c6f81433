// handover PAIRS BATCHES LENGTH MIN MAX: producer and consumer. PAIRS producers allocate batches of
// objects and hand each to their consumer, which reads and frees them: every object is freed by a
// thread that did not allocate it, and the consumer allocates nothing.
#include "threads.hpp"

namespace {

struct Batch {
    size_t length;
    void* objects[];
};

}  // namespace

int main(int argc, char** argv) {
    const size_t pairs = bench::argument(argc, argv, 1, "PAIRS");
    const size_t batches = bench::argument(argc, argv, 2, "BATCHES");
    const size_t length = bench::argument(argc, argv, 3, "LENGTH");
    const size_t min = bench::argument(argc, argv, 4, "MIN");
    const size_t max = bench::argument(argc, argv, 5, "MAX");
    static bench::Queue<16> queues[bench::kMaxThreads];
    bench::Section section;
    bench::run_threads(2 * pairs, [&](size_t index) {
        bench::Queue<16>& queue = queues[index / 2];
        if (index % 2 == 0) {
            bench::Rng rng(index);
            for (size_t i = 0; i < batches; i++) {
                auto* batch = static_cast<Batch*>(
                    bench::must(malloc(sizeof(Batch) + length * sizeof(void*))));
                batch->length = length;
                for (size_t j = 0; j < length; j++)
                    batch->objects[j] = bench::take(rng.size(min, max));
                queue.push(batch);
            }
            queue.push(nullptr);
            return;
        }
        while (void* item = queue.pop()) {
            auto* batch = static_cast<Batch*>(item);
            for (size_t j = 0; j < batch->length; j++) free(batch->objects[j]);
            free(batch);
        }
    });
}
