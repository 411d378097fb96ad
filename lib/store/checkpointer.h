// Moves the pages of the write-ahead log into the database, beside the work that writes them.
#pragma once

#include "base/worker.h"
#include "store/sqlite.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace kato {

// Follows the commits of one connection, which it must not outlive; works with one of its own.
class Checkpointer {
public:
    explicit Checkpointer(Db& db);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // Two checkpoints at once do not wait for each other: one of another kind needs this.
    class Pause {
    public:
        explicit Pause(Checkpointer& of);
        ~Pause() { of_.paused_ = false; }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

    private:
        Checkpointer& of_;
    };

private:
    static int on_commit(void* self, sqlite3* db, const char* name, int pages);
    void follow(int pages);
    void start();
    void run() noexcept;

    Db& db_;
    std::unique_ptr<Db> own_; // the worker's
    bool paused_ = false;
    std::atomic<bool> alone_ = false; // without a connection of its own
    std::atomic<bool> running_ = false;
    Worker worker_{2}; // last: its thread ends before what it uses
};

} // namespace kato
