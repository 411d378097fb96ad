// Reading single events.
#pragma once

#include "model/view.h"
#include "store/bodies.h"
#include "store/names.h"
#include "store/sqlite.h"
#include "store/tree.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kato {

// Reads events one after the other, and remembers what they share.
class EventReader {
public:
    explicit EventReader(Db& db) : db_(db), bodies_(db) {}
    // Rows of the chat that is read, in the order of their numbers: their ids need no query then.
    void know(const std::vector<TreeRow>& rows) { rows_ = &rows; }
    // Everything but sequence and depth. Code::not_found when there is no such row.
    Status read(std::int64_t n, EventView& out);

private:
    struct Source {
        std::string id{};
        bool shown = false;
    };
    Status long_text(std::optional<std::int64_t> body, std::string& text);
    Status names(const Query& row, EventView& out);
    Status origins(std::int64_t n, const Query& row, EventView& out);
    Status attachments(std::int64_t n, EventView& out);
    Result<std::optional<Uuid>> id_of(std::optional<std::int64_t> n);
    Result<const Source*> source(std::int64_t n);

    Db& db_;
    BodyReader bodies_;
    Names names_{};
    const std::vector<TreeRow>* rows_ = nullptr;
    std::unordered_map<std::int64_t, Source> sources_{};
    std::int64_t chat_ = 0;
    Uuid chat_id_{};
    std::optional<std::pair<std::int64_t, std::int64_t>> with_origins_{}; // events between these
};

// The row of the shown event with this id or prefix (four hexadecimal digits or more); with `chat`,
// only of that chat; without, of any that is not deleted.
Result<std::int64_t> find_event(Db& db, std::string_view reference,
                                const std::optional<Uuid>& chat);

// Without sequence and depth.
Result<EventView> read_event(Db& db, std::string_view reference);
Result<EventView> read_event_row(Db& db, std::int64_t n);

// By response.
Result<std::vector<Usage>> read_usage(Db& db, const Uuid& chat);

} // namespace kato
