// Runs a program confined, for tests: what it was given, what came of it.
#pragma once

#include "sandbox/runtime.h"
#include "sandbox/start.h"

#include <string>
#include <vector>

namespace kato::test {

// The agent of the tests, from KATO_TEST_AGENT.
std::string agent();

// A Confinement for `command` with its runtime granted; fails the test case when there is none.
sandbox::Confinement confinement(sandbox::Level level, const std::vector<std::string>& command);

// A sealed snapshot of these bytes.
Fd snapshot(const std::string& bytes);

struct Pipe {
    Pipe();
    Fd read;
    Fd write;
};
// Until the end of the stream, or until nothing came for `timeout_ms`: then `ended` is false.
struct Received {
    std::string bytes;
    bool ended = false;
};
Received receive(const Fd& from, int timeout_ms = 10'000);

// Whether poll() says so within the time.
bool readable(int fd, int timeout_ms);

struct Ran {
    sandbox::Exit exit;
    sandbox::Enforced enforced;
    std::string output; // of descriptor 1
};
// Starts, reads descriptor 1 to its end, reaps.
Ran run(sandbox::Confinement confinement);

// The levels that this host has; none is an error of the test.
std::vector<sandbox::Level> levels();

} // namespace kato::test
