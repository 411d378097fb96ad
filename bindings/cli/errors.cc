// Exit codes and messages.
#include "errors.h"

#include "json.h"
#include "output.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"

#include <cerrno>

namespace kato_cli {
namespace {

MessageStyle& style() {
    static MessageStyle the_style;
    return the_style;
}

void print(const std::string& text) {
    (void)write_all(2, text); // where would one complain that complaining failed?
}

void say_human(std::string_view message, std::string_view hint, std::string_view picture = {}) {
    std::string out = styled(style().colour, k_red, "kato:") + " " + visible_line(message) + "\n";
    out += picture;
    if (!hint.empty()) out += styled(style().colour, k_bold, "hint:") + " " + visible(hint) + "\n";
    print(out);
}

} // namespace

std::string with_place(std::string_view place, std::string_view message) {
    const std::string beginning = std::string(place) + ": ";
    if (place.empty() || message.find(beginning) != std::string_view::npos)
        return std::string(message); // "./" may stand before it
    return beginning + std::string(message);
}

void set_message_style(const MessageStyle& wanted) { style() = wanted; }

int exit_code(kato_status status, const kato_error* error) {
    switch (status) {
    case KATO_OK:
    case KATO_DONE: return Exit::done;
    case KATO_PARTIAL: return Exit::partial;
    case KATO_E_INVALID:
    case KATO_E_AMBIGUOUS: return Exit::usage;
    case KATO_E_NOT_FOUND: return Exit::not_found;
    case KATO_E_DENIED: return Exit::denied;
    case KATO_E_CORRUPT: return Exit::damaged;
    case KATO_E_CANCELLED: return caught_signal() ? 128 + caught_signal() : Exit::failed;
    default: break;
    }
    if (status == KATO_E_IO && error) {
        const auto detail = parse_json(text<kato_error_detail>(error));
        const std::uint64_t cause = detail ? detail->number("errno") : 0;
        if (cause == EACCES || cause == EPERM || cause == EROFS) return Exit::denied;
        if (cause == ENOENT) return Exit::not_found;
    }
    return Exit::failed;
}

void say_error(std::string_view message, std::string_view hint, int exit_code) {
    if (!style().json) return say_human(message, hint);
    JsonObject object("error");
    object.add_number("exit", static_cast<std::uint64_t>(exit_code));
    object.add_raw("name", "").add("message", message).add_text_or_null("hint", hint);
    print(object.line());
}

void say(std::string_view message) {
    if (style().quiet) return;
    if (style().json)
        print(JsonObject("note").add("message", message).line());
    else
        print(visible(message) + "\n");
}

std::string error_hint(const kato_error* error) {
    const auto detail = parse_json(text<kato_error_detail>(error));
    return detail ? std::string(detail->text("hint")) : std::string();
}

int fail(kato_status status, const Error& error, std::string_view hint, std::string_view picture,
         std::string_view place) {
    const int code = exit_code(status, error.get());
    if (status == KATO_E_CANCELLED && caught_signal()) {
        say_error("interrupted", {}, code);
        return code;
    }
    std::string_view line =
        error ? text<kato_error_message>(error.get()) : std::string_view(kato_status_name(status));
    const std::string own_hint = error ? error_hint(error.get()) : std::string();
    // The message ends with the library's own hint, which gets a line of its own here.
    if (const std::string ending = "; " + own_hint; !own_hint.empty() && line.ends_with(ending))
        line.remove_suffix(ending.size());
    if (!own_hint.empty()) hint = own_hint;
    if (!style().json) {
        say_human(with_place(place, line), hint, picture);
        return code;
    }
    JsonObject object("error");
    object.add_number("exit", static_cast<std::uint64_t>(code));
    object.add("name", kato_status_name(status));
    const auto detail = error ? parse_json(text<kato_error_detail>(error.get())) : std::nullopt;
    object.add("message", line).add_text_or_null("hint", hint);
    for (const char* name : {"path", "line", "offset", "errno", "sqlite"}) {
        const Json* member = detail ? detail->find(name) : nullptr;
        if (member) object.add_raw(name, member->raw);
    }
    print(object.line());
    return code;
}

int usage_error(std::string_view message, std::string_view hint) {
    say_error(message, hint, Exit::usage);
    return Exit::usage;
}

} // namespace kato_cli
