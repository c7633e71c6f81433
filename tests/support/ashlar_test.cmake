# Tests that run on the malloc users get. To see that they can fail, let them run on another one:
#   cmake --preset release -DASHLAR_TEST_LIBRARY=/usr/lib/x86_64-linux-gnu/libmimalloc.so.2

if(NOT ASHLAR_TEST_LIBRARY)
    set(ASHLAR_TEST_LIBRARY "$<TARGET_FILE:ashlar>")
    set(ashlar_test_expect "libashlar.so")
else()
    cmake_path(GET ASHLAR_TEST_LIBRARY FILENAME ashlar_test_expect)
endif()
set(ashlar_test_environment "LD_PRELOAD=${ASHLAR_TEST_LIBRARY}"
                            "ASHLAR_TEST_EXPECT=${ashlar_test_expect}")

# The compiler knows malloc and would remove the very calls under test.
set(ashlar_test_no_builtins -fno-builtin
    # g++ has them in C++14 and later; clang 14 wants to be asked.
    $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fsized-deallocation>)
find_package(Threads REQUIRED)

# Properties of a target whose allocations are the subject.
function(ashlar_test_target name)
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests"
                                               "${PROJECT_SOURCE_DIR}/include")
    target_compile_options(${name} PRIVATE ${ashlar_test_no_builtins})
    target_link_libraries(${name} PRIVATE ashlar_hosted Threads::Threads ${CMAKE_DL_LIBS})
endfunction()

# ashlar_gtest(NAME LABEL label [SECONDS n] SOURCES a.cpp...): each case is one test that runs
# under the preload, in a process of its own.
function(ashlar_gtest name)
    cmake_parse_arguments(arg "SERIAL" "LABEL;SECONDS" "SOURCES" ${ARGN})
    if(NOT arg_SECONDS)
        set(arg_SECONDS 60)
    endif()
    add_library(${name}_cases OBJECT ${arg_SOURCES})
    ashlar_test_target(${name}_cases)
    target_link_libraries(${name}_cases PUBLIC GTest::gtest)
    add_executable(${name} "${PROJECT_SOURCE_DIR}/tests/support/main.cpp")
    ashlar_test_target(${name})
    target_link_libraries(${name} PRIVATE ${name}_cases)
    set(serial)
    if(arg_SERIAL)
        set(serial RUN_SERIAL TRUE)
    endif()
    gtest_discover_tests(${name} TEST_PREFIX "${arg_LABEL}." PROPERTIES
        LABELS ${arg_LABEL} TIMEOUT ${arg_SECONDS} ENVIRONMENT "${ashlar_test_environment}" ${serial})
endfunction()

# ashlar_linked_gtest(NAME LABEL label FILTER cases OBJECTS library): the same cases in a program that
# has no preload, but libashlar.a inside: once beside the shared libc, once wholly static.
function(ashlar_linked_gtest name)
    cmake_parse_arguments(arg "" "LABEL;FILTER;OBJECTS" "" ${ARGN})
    foreach(kind IN ITEMS linked static)
        add_executable(${name}_${kind} "${PROJECT_SOURCE_DIR}/tests/support/main.cpp")
        target_compile_definitions(${name}_${kind} PRIVATE ASHLAR_TEST_LINKED)
        ashlar_test_target(${name}_${kind})
        target_link_libraries(${name}_${kind} PRIVATE ${arg_OBJECTS} ashlar_static GTest::gtest)
        if(kind STREQUAL "static")
            target_link_options(${name}_${kind} PRIVATE -static)
        endif()
        add_test(NAME ${arg_LABEL}.${kind}.${name} COMMAND ${name}_${kind}
            --gtest_filter=${arg_FILTER} --gtest_brief=1)
        set_tests_properties(${arg_LABEL}.${kind}.${name} PROPERTIES
            LABELS "${arg_LABEL};linked" TIMEOUT 300)
    endforeach()
endfunction()

# ashlar_program(NAME LABEL label [SECONDS n] SOURCES... [ARGS...]): exit status 0 under the preload.
function(ashlar_program name)
    cmake_parse_arguments(arg "" "LABEL;SECONDS" "SOURCES;ARGS" ${ARGN})
    if(NOT arg_SECONDS)
        set(arg_SECONDS 60)
    endif()
    add_executable(${name} ${arg_SOURCES})
    ashlar_test_target(${name})
    add_test(NAME ${arg_LABEL}.${name} COMMAND ${name} ${arg_ARGS})
    set_tests_properties(${arg_LABEL}.${name} PROPERTIES
        LABELS ${arg_LABEL} TIMEOUT ${arg_SECONDS} ENVIRONMENT "${ashlar_test_environment}"
        SKIP_RETURN_CODE 77)
endfunction()
