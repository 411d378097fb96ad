// Makes allocations fail at will: operator new, SQLite's allocator and zstd's contexts, all threads.
// Linking this file into a program replaces them for libkato too.
#pragma once

#include <cstdint>

namespace kato::test {

// To be called before anything uses SQLite.
void install_failing_memory();

// While it lives, allocation number `at` (from 1) fails, and with `for_ever` all later ones.
class FailingMemory {
public:
    FailingMemory(std::uint64_t at, bool for_ever);
    ~FailingMemory();
    FailingMemory(const FailingMemory&) = delete;
    FailingMemory& operator=(const FailingMemory&) = delete;

    std::uint64_t allocations() const; // so far
    bool failed() const;               // at least one did
};

} // namespace kato::test
