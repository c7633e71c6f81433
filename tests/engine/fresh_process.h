// A heap's state is static for its port, so a test that needs a fresh heap runs
// in a process of its own: a child that has the parent's code and none of its
// past. Failures inside count as failures of the test.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ashlar::testing_support {

template <class Body>
void in_fresh_process(Body body) {
    std::fflush(nullptr);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        body();
        std::fflush(nullptr);
        _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) FAIL() << "ended by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "see the failures above";
}

}  // namespace ashlar::testing_support
