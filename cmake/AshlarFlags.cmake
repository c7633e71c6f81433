# Compiler flags as interface targets, so that each target says what it is:
#   ashlar_warnings  everything of this repository
#   ashlar_hosted    tools, tests and benchmarks: warnings, sanitizer
#   ashlar_engine_flags  the allocators themselves: no exceptions, no RTTI, no hidden allocation

set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O3 -g1 -DNDEBUG")
# Under a sanitizer -O2 takes twice as long to compile and finds nothing more.
set(CMAKE_CXX_FLAGS_SANITIZER "-O1 -g1")
set(CMAKE_C_FLAGS_SANITIZER "-O1 -g1")

add_library(ashlar_warnings INTERFACE)
target_compile_options(
    ashlar_warnings
    INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
              $<$<BOOL:${ASHLAR_WERROR}>:-Werror>)

set(ashlar_sanitizer_flags "")
if(ASHLAR_SANITIZE)
    set(ashlar_sanitizer_flags -fsanitize=${ASHLAR_SANITIZE} -fno-omit-frame-pointer)
    if(ASHLAR_SANITIZE MATCHES "undefined")
        list(APPEND ashlar_sanitizer_flags -fno-sanitize-recover=all)
    endif()
endif()

# Kernel code reads a list's head as an entry, which is undefined and meant.
set(ashlar_kernel_code_sanitizer_flags ${ashlar_sanitizer_flags})
if(ASHLAR_SANITIZE MATCHES "undefined")
    list(APPEND ashlar_kernel_code_sanitizer_flags -fno-sanitize=undefined)
endif()

add_library(ashlar_hosted INTERFACE)
target_link_libraries(ashlar_hosted INTERFACE ashlar_warnings)
target_compile_options(ashlar_hosted INTERFACE ${ashlar_sanitizer_flags})
target_link_options(ashlar_hosted INTERFACE ${ashlar_sanitizer_flags})

# The compiler knows malloc's contract and would turn malloc+memset inside our own calloc into a
# call of calloc; these names are ours, so it must forget them.
set(ashlar_own_names malloc calloc realloc free aligned_alloc posix_memalign memalign valloc pvalloc)
list(TRANSFORM ashlar_own_names PREPEND "-fno-builtin-" OUTPUT_VARIABLE ashlar_no_builtins)

add_library(ashlar_engine_flags INTERFACE)
target_link_libraries(ashlar_engine_flags INTERFACE ashlar_hosted)
target_compile_options(
    ashlar_engine_flags
    INTERFACE ${ashlar_no_builtins}
              -fvisibility=hidden
              -fno-stack-protector
              -fno-semantic-interposition
              -fno-plt
              -fno-math-errno
              -fno-strict-aliasing
              # Small text is resident memory saved in every process; the fast paths are the same at -O3.
              $<$<CONFIG:Release>:-O2>
              # std::bad_alloc thrown by a new_handler passes through our frames.
              -fasynchronous-unwind-tables
              $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
              $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
              $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
              $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden>)
target_include_directories(
    ashlar_engine_flags INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
