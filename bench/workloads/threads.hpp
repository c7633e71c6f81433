#pragma once
// Threads for the workloads: pthreads without the allocations that std::thread makes for itself in
// the middle of a measurement.

#include <pthread.h>

#include <atomic>

#include "workload.hpp"

namespace bench {

constexpr size_t kMaxThreads = 64;

inline pthread_t start(void* (*body)(void*), void* argument) {
    pthread_t thread;
    int error = pthread_create(&thread, nullptr, body, argument);
    if (error != 0) {
        fprintf(stderr, "workload: cannot start a thread: %s\n", strerror(error));
        exit(2);
    }
    return thread;
}

// Runs body(0) ... body(count - 1), each in a thread of its own, and waits for all.
template <class Body>
void run_threads(size_t count, Body body) {
    struct Start {
        Body* body;
        size_t index;
    };
    if (count > kMaxThreads) {
        fprintf(stderr, "workload: at most %zu threads, not %zu\n", kMaxThreads, count);
        exit(2);
    }
    Start starts[kMaxThreads];
    pthread_t threads[kMaxThreads];
    for (size_t i = 0; i < count; i++) {
        starts[i] = {&body, i};
        threads[i] = start(
            [](void* p) -> void* {
                auto* s = static_cast<Start*>(p);
                (*s->body)(s->index);
                return nullptr;
            },
            &starts[i]);
    }
    for (size_t i = 0; i < count; i++) pthread_join(threads[i], nullptr);
}

// A bounded queue of pointers between threads; who waits, sleeps.
template <size_t kCapacity>
class Queue {
  public:
    void push(void* item) {
        pthread_mutex_lock(&mutex_);
        while (count_ == kCapacity) pthread_cond_wait(&changed_, &mutex_);
        items_[(head_ + count_++) % kCapacity] = item;
        pthread_cond_broadcast(&changed_);
        pthread_mutex_unlock(&mutex_);
    }

    void* pop() {
        pthread_mutex_lock(&mutex_);
        while (count_ == 0) pthread_cond_wait(&changed_, &mutex_);
        void* item = items_[head_];
        head_ = (head_ + 1) % kCapacity;
        count_--;
        pthread_cond_broadcast(&changed_);
        pthread_mutex_unlock(&mutex_);
        return item;
    }

  private:
    pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t changed_ = PTHREAD_COND_INITIALIZER;
    void* items_[kCapacity];
    size_t head_ = 0, count_ = 0;
};

}  // namespace bench
