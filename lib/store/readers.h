// Read-only connections to kato.db with index.db attached, shared by any number of threads.
#pragma once

#include "store/sqlite.h"

#include <memory>
#include <string>

namespace kato {

struct ConnectionOptions {
    std::string database{}; // path of kato.db
    std::string index{};    // path of index.db, which may be missing or damaged
    std::uint32_t busy_timeout_ms = 5000;
    // The store itself was opened read-only: nothing may be written, not even beside the database.
    bool read_only = false;
};

// Any thread. Leases keep alive what they need: they may outlast their Readers.
class Readers {
    struct Pool;
    struct Connection;

public:
    // One use of a connection; it goes back at the end.
    class Lease {
    public:
        Lease(Lease&&) noexcept;
        Lease& operator=(Lease&&) noexcept;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease();

        Db& db() const;
        // True when the index is attached, as the schema "idx", and of this library's version.
        bool has_index() const;
        bool index_exists() const;

    private:
        friend class Readers;
        Lease(std::shared_ptr<Pool> pool, std::unique_ptr<Connection> connection);
        void give_back();
        std::shared_ptr<Pool> pool_;
        std::unique_ptr<Connection> connection_;
    };

    // Opens the first connection and reads with it once, so that a process which is confined
    // afterwards has what it needs.
    static Result<Readers> open(ConnectionOptions options);
    Readers(Readers&&) noexcept;
    Readers& operator=(Readers&&) noexcept;
    ~Readers();

    // An index file that was made anew since is attached instead of the one before.
    Result<Lease> acquire() const;
    // Closes the connections that are not in use: before the database file is replaced or vacuumed.
    void close_idle() const;

private:
    explicit Readers(std::shared_ptr<Pool> pool);
    std::shared_ptr<Pool> pool_;
};

} // namespace kato
