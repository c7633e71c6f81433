// locality NODES WALKS: a list whose nodes (24 bytes to 120 by turns) are allocated after a heap of
// mixed sizes was half freed in any order, then walked again and again. What is timed is mostly
// where the allocator put the nodes: close together and in order, or in the holes that were freed
// last.
#include "workload.hpp"

namespace {

struct Node {
    Node* next;
    long value;
};

}  // namespace

int main(int argc, char** argv) {
    const size_t nodes = bench::argument(argc, argv, 1, "NODES");
    const size_t walks = bench::argument(argc, argv, 2, "WALKS");
    void** old = static_cast<void**>(bench::must(malloc(nodes * sizeof(void*))));
    bench::Rng rng(6);
    bench::Section section;
    for (size_t i = 0; i < nodes; i++) old[i] = bench::take(rng.size(16, 256));
    for (size_t i = nodes; i > 1; i--) {
        size_t j = rng.below(i);
        void* other = old[j];
        old[j] = old[i - 1];
        old[i - 1] = other;
    }
    for (size_t i = 0; i < nodes / 2; i++) free(old[i]);

    Node* head = nullptr;
    for (size_t i = 0; i < nodes; i++) {
        auto* node = static_cast<Node*>(bench::take(24 + 32 * (i % 4)));
        *node = {head, static_cast<long>(i)};
        head = node;
    }
    long total = 0;
    for (size_t walk = 0; walk < walks; walk++)
        for (const Node* node = head; node != nullptr; node = node->next) total += node->value;
    bench::keep(total);

    while (head != nullptr) {
        Node* next = head->next;
        free(head);
        head = next;
    }
    for (size_t i = nodes / 2; i < nodes; i++) free(old[i]);
}
