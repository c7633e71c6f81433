// The first finding of a sanitizer ends the program, also in a child process.
// A child of a process with threads may have threads of its own: that is one of
// the things under test.

extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
    return "halt_on_error=1:die_after_fork=0:second_deadlock_stack=1";
}
