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
set(ashlar_test_no_builtins -fno-builtin)
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
    add_executable(${name} ${arg_SOURCES} "${PROJECT_SOURCE_DIR}/tests/support/main.cpp")
    ashlar_test_target(${name})
    target_link_libraries(${name} PRIVATE GTest::gtest)
    set(serial)
    if(arg_SERIAL)
        set(serial RUN_SERIAL TRUE)
    endif()
    gtest_discover_tests(${name} TEST_PREFIX "${arg_LABEL}." PROPERTIES
        LABELS ${arg_LABEL} TIMEOUT ${arg_SECONDS} ENVIRONMENT "${ashlar_test_environment}" ${serial})
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
