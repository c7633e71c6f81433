// heap_fuzz: seeds, or time, against the heap over the simulated machine and
// over Linux, each run on the heap that the runs before left behind.

#include <chrono>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>

#include "heap_fuzz.h"
#include "port/linux_process/linux_process.h"

namespace {

using namespace ashlar;

struct Request {
    u64 first_seed = 1;
    u64 seeds = ~u64{0};
    double seconds = 5;
    u64 steps = 4000;
    std::string port = "sim";
};

template <class Port>
u64 run(const Request& request, port::SimMachine* machine) {
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    u64 done = 0;
    while (done < request.seeds && (done == 0 || elapsed() < request.seconds)) {
        fuzz::place.seed = request.first_seed + done;
        fuzz::Choices choices(fuzz::place.seed);
        fuzz::HeapFuzz<Port>(choices, machine).run(request.steps);
        done++;
    }
    std::printf("heap_fuzz: %s: %lu seeds from %lu on, %lu steps each, %.1f s\n",
                request.port.c_str(), done, request.first_seed, request.steps, elapsed());
    return done;
}

}  // namespace

int main(int argc, char** argv) {
    Request request;
    CLI::App app{
        "Fuzzes the heap against a model. The first failure ends the program and says "
        "its seed; that seed and a fresh process repeat it."};
    app.add_option("--port", request.port, "what the heap runs on")
        ->check(CLI::IsMember({"sim", "sim64k", "reserved", "linux"}))
        ->capture_default_str();
    app.add_option("--seed", request.first_seed, "the first seed")->capture_default_str();
    app.add_option("--seeds", request.seeds, "how many seeds at most");
    app.add_option("--seconds", request.seconds, "no new seed after so long")
        ->capture_default_str();
    app.add_option("--steps", request.steps, "operations a seed")->capture_default_str();
    CLI11_PARSE(app, argc, argv);

    if (request.port == "linux") {
        run<port::LinuxProcess>(request, nullptr);
        return 0;
    }
    port::SimConfig config;
    if (request.port == "sim64k") config.page_size = 64 * kKiB;
    if (request.port == "reserved") {
        config.address_space = kGiB;
        config.suggests = false;
    }
    port::SimMachine machine(config);
    run<port::Sim>(request, &machine);
}
