// The messages of a session as they stand at a point of its log: what each one continues, and what was
// taken back.
//
// A message that is written again (the same id) replaces the earlier one in its place: it is a later
// revision of the same record. What is taken back or is missing in a list that replaces all messages is
// superseded: a dead branch. If such an id comes again it is another record. What such a list moves to
// another place is a later revision as well.
//
// Of a record's revisions with the same time the one with the greatest hash is shown, which must be the
// last one here: so a revision begins with a number that grows. It is the message's length, or one more
// than the revision's before it: documents that are written anew each turn, which show only one version of
// each message, agree with logs in it, and their longer version wins as well.
#pragma once

#include "codec/record/records.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kato::gemini_cli {

struct Placement {
    std::string name{};
    Key128 revision{};
    std::optional<Uuid> parent{};
};

class Thread {
public:
    // A new chat; `root` is what its first message continues.
    void begin(const Uuid& chat, const std::optional<Uuid>& root);

    // A message; one without an id is named by its content.
    Placement place(const std::string& id, const record::Part& message);
    // Takes back a message and all that follow it; all messages when it is not there. Gives their keys.
    std::vector<Uuid> rewind(const std::string& id);
    // What is placed in between replaces all messages; gives those that are gone.
    void begin_list();
    std::vector<Uuid> end_list();

    // The last message, or the root.
    std::optional<Uuid> last() const {
        return path_.empty() ? root_ : std::optional(path_.back().key);
    }

private:
    struct Step {
        Uuid key{};
        std::string id{};
    };
    struct Entry {
        std::size_t index = 0; // in the path
        std::size_t list = 0;  // which one it was last placed in
        std::uint32_t order = 0;
        std::uint32_t generation = 0; // how often the id was taken back
        Key128 hash{};
        std::optional<Uuid> parent{};
        bool alive = false;
    };

    static std::uint32_t order_of(const Entry& entry, const record::Part& message, bool moved);
    void drop(const Step& step, std::vector<Uuid>& out);

    Uuid chat_{};
    std::optional<Uuid> root_{};
    std::vector<Step> path_{};
    std::vector<Step> replaced_{}; // while a list is placed
    std::unordered_map<std::string, Entry> entries_{};
    std::map<Key128, std::uint64_t> unnamed_{}; // how many of each there were
    std::size_t list_ = 0;
};

} // namespace kato::gemini_cli
