// trees DEPTH ROUNDS: one long-lived binary tree, and short-lived ones built, walked and dropped
// beside it: how interpreters and compilers use memory.
#include "workload.hpp"

namespace {

struct Node {
    Node* left;
    Node* right;
    long value;
};

Node* grow(unsigned depth, long value) {
    auto* node = static_cast<Node*>(bench::take(sizeof(Node)));
    *node = {nullptr, nullptr, value};
    if (depth > 0) {
        node->left = grow(depth - 1, 2 * value);
        node->right = grow(depth - 1, 2 * value + 1);
    }
    return node;
}

long sum(const Node* node) {
    return node == nullptr ? 0 : node->value + sum(node->left) + sum(node->right);
}

void drop(Node* node) {
    if (node == nullptr) return;
    drop(node->left);
    drop(node->right);
    free(node);
}

}  // namespace

int main(int argc, char** argv) {
    const auto depth = static_cast<unsigned>(bench::argument(argc, argv, 1, "DEPTH"));
    const size_t rounds = bench::argument(argc, argv, 2, "ROUNDS");
    bench::Section section;
    Node* elder = grow(depth, 1);
    long total = 0;
    for (size_t i = 0; i < rounds; i++) {
        Node* young = grow(depth - 4, static_cast<long>(i));
        total += sum(young);
        drop(young);
    }
    for (unsigned i = 0; i < 4; i++) total += sum(elder);
    bench::keep(total);
    drop(elder);
}
