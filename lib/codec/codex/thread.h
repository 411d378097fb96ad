// The chat of a file, and what the file says about it: title, project, model, where it comes from.
//
// The first record decides: a session_meta gives the thread's id, anything else leaves the chat without
// one. Later session_meta records are a parent's, replayed by a fork.
#pragma once

#include "codec/codex/envelope.h"
#include "model/sink.h"

#include <string>
#include <string_view>

namespace kato::codex {

inline constexpr std::string_view k_format = "codex";

class Thread {
public:
    explicit Thread(Sink& sink) : sink_(sink) {}

    bool is_open() const { return open_; }
    // `record`: the bytes of the file's first record.
    Status open(const Envelope& first, std::string_view record);
    const Uuid& id() const { return id_; }
    const std::string& model() const { return model_; }

    // A session_meta, the first or a later one.
    Status meta(const Envelope& envelope);
    void model(const json::Value& value);
    Status project(const json::Value& directory, Time time);
    // Out of an environment_context, for files that say it nowhere else.
    Status project_of(std::string_view environment, Time time);
    Status prompt(std::string_view text, Time time);
    // A name given to the thread `of` (empty: this one).
    Status name(const json::Value& value, std::string_view of, Time time);
    // The event started another thread.
    Status started(std::string_view thread, const Uuid& event);

private:
    Status say(ChatFacts facts);

    Sink& sink_;
    bool open_ = false;
    Uuid id_{};
    std::string provider_id_{};
    std::string model_{};
    bool has_project_ = false;
    bool has_prompt_ = false;
    bool has_origin_ = false; // forked_from was said
    std::int64_t names_ = 0;
};

} // namespace kato::codex
