// server WORKERS SESSIONS REQUESTS: a server whose sessions move between workers. A request picks
// any session, and whichever worker serves it allocates scratch memory and frees that itself, but
// replaces parts of the session that other workers allocated: memory bleeds slowly from one thread
// to another.
#include <new>

#include "threads.hpp"

namespace {

constexpr size_t kParts = 12;

struct Session {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    void* parts[kParts] = {};
};

}  // namespace

int main(int argc, char** argv) {
    const size_t workers = bench::argument(argc, argv, 1, "WORKERS");
    const size_t count = bench::argument(argc, argv, 2, "SESSIONS");
    const size_t requests = bench::argument(argc, argv, 3, "REQUESTS");
    auto* sessions = static_cast<Session*>(bench::must(malloc(count * sizeof(Session))));
    for (size_t i = 0; i < count; i++) new (&sessions[i]) Session;
    bench::Section section;
    bench::run_threads(workers, [&](size_t index) {
        bench::Rng rng(index + 100);
        for (size_t i = 0; i < requests; i++) {
            void* scratch[8];
            for (void*& s : scratch) s = bench::take(rng.size(32, 2048));
            void* reply = bench::take(rng.size(512, 16384));
            Session& session = sessions[rng.below(count)];
            pthread_mutex_lock(&session.lock);
            for (size_t change = 0; change < 3; change++) {
                void*& part = session.parts[rng.below(kParts)];
                free(part);
                part = bench::take(rng.size(16, 1024));
            }
            pthread_mutex_unlock(&session.lock);
            free(reply);
            for (void* s : scratch) free(s);
        }
    });
    for (size_t i = 0; i < count; i++)
        for (void* part : sessions[i].parts) free(part);
    free(sessions);
}
