// Recognises the original Kato's files by the members of their first objects.
#include "codec/kato_twin/events.h"
#include "codec/kato_twin/kato_twin.h"
#include "codec/record/beginning.h"
#include "codec/record/fields.h"

#include <algorithm>

namespace kato {
namespace kato_twin {
namespace {

bool is_about(Shape shape) { return shape == Shape::metadata || shape == Shape::index; }

int score_object(const json::Value& root) {
    const Shape shape = shape_of(root);
    const bool named = !session_of(root, shape).empty();
    switch (shape) {
    case Shape::twin: return !named ? 50 : root.member("schemaVersion") ? 95 : 80;
    case Shape::event: return !named ? 0 : root.member("source").is_object() ? 90 : 60;
    case Shape::metadata: return named && root.member("schemaVersion") ? 90 : 0;
    case Shape::index:
        return session_of(root.member("sessions").first(), Shape::metadata).empty() ? 0 : 85;
    case Shape::unknown: break;
    }
    // A frame whose kind or payload is called otherwise.
    const json::Value session = root.member("session");
    return root.member("schemaVersion") && session.member("providerSessionId").is_string() ? 50 : 0;
}

} // namespace
} // namespace kato_twin

Detection detect_kato_twin(std::string_view prefix, bool complete) {
    int best = 0;
    bool about = true; // all that was looked at
    const auto look_at = [&](const json::Value& root) {
        best = std::max(best, kato_twin::score_object(root));
        about = about && kato_twin::is_about(kato_twin::shape_of(root));
    };
    record::first_lines(prefix, complete, [&](const json::Value& root) {
        look_at(root);
        return best >= 90 && !about;
    });
    json::Document document;
    const std::string text = record::first_json(prefix);
    if (best < 90 && document.parse(text).ok()) {
        const json::Value root = document.root();
        about = true; // its lines are none
        look_at(root.is_array() ? root.first() : root);
    }
    if (best == 0) return {};
    if (about) return {best, "what the original Kato says of its sessions", true};
    return {best, "sessions of the original Kato"};
}

} // namespace kato
