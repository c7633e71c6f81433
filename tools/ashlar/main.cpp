// The `ashlar` command: runs an unmodified program on Ashlar's malloc, shows a machine of the
// kernel library, and runs modules of kernel code on it.
//
// `run` sets two environment variables and becomes the program, so standard input and output,
// signals and the exit status are the program's own. Exit statuses of the command itself follow
// env(1): 125 the command failed, 126 the program cannot be executed, 127 there is no such program.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "machine.h"
#include "module.h"
#include "preload.h"

namespace {

constexpr int kCommandFailed = 125;
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

struct RunRequest {
    bool statistics = false;
    std::string options;
    std::vector<std::string> command;
};

int fail(int status, const std::string& message) {
    std::fprintf(stderr, "ashlar: %s\n", message.c_str());
    return status;
}

// Returns only if the program could not be started.
int run(RunRequest request) {
    using namespace ashlar::tool;

    if (request.command.empty())
        return fail(kCommandFailed, "run: no program given; usage: ashlar run -- PROGRAM ARGS...");
    const std::string& name = request.command.front();
    if (name.starts_with('-'))
        return fail(kCommandFailed, "run: unknown option '" + name + "'; see ashlar run --help");

    const auto library = find_library();
    if (!library)
        return fail(kCommandFailed,
                    "run: no libashlar.so beside this command or in " ASHLAR_INSTALLED_LIBDIR);
    if (library->string().find_first_of(": ") != std::string::npos)
        return fail(kCommandFailed,
                    "run: '" + library->string() +
                        "' holds a space or a colon, which LD_PRELOAD cannot carry");
    if (access(library->c_str(), R_OK) != 0)
        return fail(kCommandFailed, "run: cannot read " + library->string());

    const auto program = find_program(name);
    if (!program) {
        const bool exists = name.find('/') != std::string::npos && access(name.c_str(), F_OK) == 0;
        return exists ? fail(kNotExecutable, "run: '" + name + "' is not an executable file")
                      : fail(kNotFound, "run: no program '" + name + "' found");
    }
    if (const std::string reason = unreachable_reason(*program); !reason.empty())
        return fail(kNotExecutable, "run: '" + program->string() + "' " + reason);

    std::string added = request.options;
    if (request.statistics) added = merge_options(added.c_str(), "stats=stderr");
    const std::string options = merge_options(std::getenv("ASHLAR_OPTIONS"), added);
    const std::string preload = preload_list(*library, std::getenv("LD_PRELOAD"));
    setenv("LD_PRELOAD", preload.c_str(), 1);
    if (!options.empty()) setenv("ASHLAR_OPTIONS", options.c_str(), 1);

    std::vector<char*> arguments;
    for (std::string& word : request.command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execvp(program->c_str(), arguments.data());
    return fail(kNotExecutable, "run: cannot execute '" + name + "': " + std::strerror(errno));
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("Ashlar, a memory allocator for Linux programs", "ashlar");
    app.set_version_flag("--version", "ashlar " ASHLAR_VERSION);

    RunRequest request;
    CLI::App* run_command = app.add_subcommand("run", "Run a program on Ashlar's malloc");
    run_command->footer(
        "PROGRAM ARGS... follow after --, for instance: ashlar run --stats -- perl script.pl");
    run_command->add_flag("--stats", request.statistics,
                          "Print what the allocator did to standard error when the program ends");
    run_command->add_option("--options", request.options,
                            "Added to ASHLAR_OPTIONS, for instance stats=/tmp/%p.json");
    run_command->prefix_command();

    ashlar::tool::MachineRequest machine;
    CLI::App* machine_command = app.add_subcommand(
        "machine",
        "Run a workload on the kernel library and show its machine in the formats of /proc");
    machine_command->footer(
        "ASHLAR_MACHINE sets the machine, for instance size=256M,cpus=4; without it: "
        "size=64M,cpus=2");
    machine_command->add_option("--show", machine.show, "Only this text (may be repeated)")
        ->check(CLI::IsMember(ashlar::tool::machine_texts()));
    machine_command->add_option("--map", machine.map,
                                "Write a picture of physical memory to this HTML file");
    machine_command
        ->add_option("--kmalloc", machine.kmalloc_bytes, "Size of the kmalloc block, 4K to 4M")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::Range(std::size_t{4096}, std::size_t{4} << 20));
    machine_command
        ->add_option("--vmalloc", machine.vmalloc_bytes, "Size of the vmalloc area, from 4K")
        ->transform(CLI::AsSizeValue(false))
        ->check(CLI::Range(std::size_t{4096}, std::size_t{1} << 40));

    std::vector<std::string> modules;
    CLI::App* module_command = app.add_subcommand(
        "module", "Load objects of kernel code into a machine, as insmod does, and unload them");
    module_command->footer(
        "Each FILE is made by cc -std=gnu11 -c -fPIC -DMODULE -Iinclude; behind it stand its "
        "parameters, for instance: ashlar module driver.o count=5");
    module_command->add_option("FILE", modules, "Objects and parameters")->required();

    // What follows the first "--" is the program's and not looked at; without one, the program
    // starts at the first word that is no option of ours.
    char** const end = words + count;
    char** const separator = std::find(words, end, std::string_view("--"));
    try {
        app.parse(static_cast<int>(separator - words), words);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        return fail(kCommandFailed, std::string(error.what()) + "; see ashlar --help");
    }
    if (machine_command->parsed()) {
        const std::string reason = ashlar::tool::show_machine(machine);
        return reason.empty() ? 0 : fail(kCommandFailed, reason);
    }
    if (module_command->parsed()) {
        const std::string reason = ashlar::tool::run_modules(modules);
        return reason.empty() ? 0 : fail(kCommandFailed, reason);
    }
    if (!run_command->parsed())
        return fail(kCommandFailed, "no command given, for instance run; see ashlar --help");
    request.command = run_command->remaining();
    if (separator != end) request.command.insert(request.command.end(), separator + 1, end);
    return run(std::move(request));
}
