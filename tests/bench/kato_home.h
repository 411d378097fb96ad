// The folder of the original Kato (~/.kato): a twin and its metadata for each session, and an index.
#pragma once

#include "author.h"
#include "generator.h"

namespace bench {

class KatoHome : public Generator {
public:
    KatoHome(const Words& words, Random& random) : author_(words, random) {}

    void write(CorpusFiles& files, std::uint64_t bytes) override;

private:
    struct Session {
        const char* provider = "";
        std::string provider_id{}; // the session's
        std::string id{};          // the original Kato's
        std::uint64_t next_seq = 1;
        std::uint64_t cursor = 0;
        std::uint64_t seconds = 0;
    };
    void event(Session& session, const char* kind, const std::string& payload, std::string& out);
    void turn(Session& session, std::string& out);
    std::string metadata(const Session& session);

    Author author_;
};

} // namespace bench
