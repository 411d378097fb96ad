// What is wrong with a source, gathered from what its reader tells the store.
#pragma once

#include "model/sink.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace kato {

// Bytes that were not parsed, or another thing that people should know; equal ones are one.
struct Issue {
    std::string_view fate{}; // "opaque", "pending", "quarantined", or "" when no bytes are meant
    std::string reason{};
    std::optional<Place> place{}; // of the first one
    std::uint64_t count = 1;
};

// The issues of one source: the first k_max_listed, and how many there are.
class Issues {
public:
    static constexpr std::size_t k_max_listed = 50;

    void add(std::string_view fate, const std::optional<Place>& place, std::string_view reason);
    const std::vector<Issue>& listed() const { return listed_; }
    std::uint64_t count() const { return count_; }
    std::uint64_t not_listed() const { return not_listed_; }

private:
    std::vector<Issue> listed_{};
    std::unordered_map<std::string, std::size_t> positions_{}; // by fate and reason
    std::uint64_t count_ = 0;
    std::uint64_t not_listed_ = 0;
};

// Passes everything on, and takes note of the bytes that were not parsed.
class ListeningSink final : public Sink {
public:
    ListeningSink(Sink& sink, Issues& issues) : sink_(sink), issues_(issues) {}

    Status chat(ChatFacts facts) override { return sink_.chat(std::move(facts)); }
    Status record(ParsedRecord record) override { return sink_.record(std::move(record)); }
    Status usage(const Uuid& chat, Usage usage) override {
        return sink_.usage(chat, std::move(usage));
    }
    Status mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                std::uint32_t flags) override {
        return sink_.mark(chat, record, first_block, flags);
    }
    Status link(const ChatLink& link) override { return sink_.link(link); }
    Status account(Fate fate, const Place& place, std::string_view reason) override;
    Status source(const Uuid& chat, SourceReference source) override {
        return sink_.source(chat, std::move(source));
    }
    Status origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                  std::string_view source_id, const Place& place) override {
        return sink_.origin(chat, event, revision, source_id, place);
    }

private:
    Sink& sink_;
    Issues& issues_;
};

} // namespace kato
