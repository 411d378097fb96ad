// Reading and building small JSON objects.
#include "json.h"

#include "text.h"
#include "times.h"

#include <fmt/format.h>

#include <charconv>

namespace kato_cli {
namespace {

constexpr int k_max_depth = 64;

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xc0 | (code_point >> 6));
        put(0x80 | (code_point & 0x3f));
    } else if (code_point < 0x10000) {
        put(0xe0 | (code_point >> 12));
        put(0x80 | ((code_point >> 6) & 0x3f));
        put(0x80 | (code_point & 0x3f));
    } else {
        put(0xf0 | (code_point >> 18));
        put(0x80 | ((code_point >> 12) & 0x3f));
        put(0x80 | ((code_point >> 6) & 0x3f));
        put(0x80 | (code_point & 0x3f));
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    bool document(Json& out) {
        if (!value(out, 0)) return false;
        skip_space();
        return pos_ == text_.size();
    }

private:
    void skip_space() {
        while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\n' ||
                                       text_[pos_] == '\r' || text_[pos_] == '\t'))
            ++pos_;
    }

    bool take(char wanted) {
        skip_space();
        if (pos_ >= text_.size() || text_[pos_] != wanted) return false;
        ++pos_;
        return true;
    }

    bool word(std::string_view wanted) {
        if (text_.substr(pos_, wanted.size()) != wanted) return false;
        pos_ += wanted.size();
        return true;
    }

    bool value(Json& out, int depth) {
        skip_space();
        if (depth > k_max_depth || pos_ >= text_.size()) return false;
        const std::size_t start = pos_;
        bool good = false;
        switch (text_[pos_]) {
        case '{': good = object(out, depth); break;
        case '[': good = array(out, depth); break;
        case '"':
            out.type = Json::Type::string;
            good = string(out.string);
            break;
        case 't':
        case 'f':
            out.type = Json::Type::boolean;
            out.boolean = text_[pos_] == 't';
            good = word(out.boolean ? "true" : "false");
            break;
        case 'n': good = word("null"); break;
        default: good = number(out);
        }
        out.raw = text_.substr(start, pos_ - start);
        return good;
    }

    bool number(Json& out) {
        out.type = Json::Type::number;
        const std::size_t start = pos_;
        while (pos_ < text_.size() &&
               std::string_view("+-.0123456789Ee").find(text_[pos_]) != std::string_view::npos)
            ++pos_;
        return pos_ > start;
    }

    bool array(Json& out, int depth) {
        out.type = Json::Type::array;
        ++pos_;
        if (take(']')) return true;
        do {
            if (!value(out.items.emplace_back(), depth + 1)) return false;
        } while (take(','));
        return take(']');
    }

    bool object(Json& out, int depth) {
        out.type = Json::Type::object;
        ++pos_;
        if (take('}')) return true;
        do {
            skip_space();
            if (pos_ >= text_.size() || text_[pos_] != '"') return false;
            // Spelled out: clang 14 finds no default constructor for the pair.
            auto& member = out.members.emplace_back(std::string(), Json());
            if (!string(member.first) || !take(':') || !value(member.second, depth + 1))
                return false;
        } while (take(','));
        return take('}');
    }

    bool hex4(std::uint32_t& out) {
        if (text_.size() - pos_ < 4) return false;
        const char* first = text_.data() + pos_;
        const auto parsed = std::from_chars(first, first + 4, out, 16);
        pos_ += 4;
        return parsed.ec == std::errc{} && parsed.ptr == first + 4;
    }

    bool escape(std::string& out) {
        if (pos_ >= text_.size()) return false;
        const char c = text_[pos_++];
        switch (c) {
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'n': out += '\n'; return true;
        case 'r': out += '\r'; return true;
        case 't': out += '\t'; return true;
        case '"':
        case '\\':
        case '/': out += c; return true;
        case 'u': break;
        default: return false;
        }
        std::uint32_t unit = 0;
        if (!hex4(unit)) return false;
        if (unit >= 0xd800 && unit < 0xdc00 && text_.substr(pos_, 2) == "\\u") {
            const std::size_t back = pos_;
            pos_ += 2;
            std::uint32_t low = 0;
            if (!hex4(low)) return false;
            if (low >= 0xdc00 && low < 0xe000) {
                append_utf8(out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                return true;
            }
            pos_ = back;
        }
        append_utf8(out, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
        return true;
    }

    bool string(std::string& out) {
        ++pos_;
        while (pos_ < text_.size()) {
            const char c = text_[pos_++];
            if (c == '"') return true;
            if (c != '\\')
                out += c;
            else if (!escape(out))
                return false;
        }
        return false;
    }

    std::string_view text_;
    std::size_t pos_ = 0;
};

} // namespace

const Json* Json::find(std::string_view name) const {
    for (const auto& member : members)
        if (member.first == name) return &member.second;
    return nullptr;
}

std::string_view Json::text(std::string_view name) const {
    const Json* member = find(name);
    return member && member->is(Type::string) ? std::string_view(member->string)
                                              : std::string_view();
}

std::optional<std::uint64_t> Json::as_uint() const {
    if (!is(Type::number)) return std::nullopt;
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != raw.data() + raw.size()) return std::nullopt;
    return value;
}

std::uint64_t Json::number(std::string_view name) const {
    const Json* member = find(name);
    return member ? member->as_uint().value_or(0) : 0;
}

bool Json::truth(std::string_view name) const {
    const Json* member = find(name);
    return member && member->is(Type::boolean) && member->boolean;
}

std::optional<Json> parse_json(std::string_view text) {
    Json out;
    if (!Parser(text).document(out)) return std::nullopt;
    return out;
}

JsonObject::JsonObject(std::string_view type) { add("type", type); }

void JsonObject::name(std::string_view name) {
    body_ += body_.empty() ? "{" : ",";
    body_ += json_string(name);
    body_ += ':';
}

JsonObject& JsonObject::add(std::string_view member, std::string_view value) {
    name(member);
    body_ += json_string(value);
    return *this;
}

JsonObject& JsonObject::add_text_or_null(std::string_view member, std::string_view value) {
    if (!value.empty()) return add(member, value);
    return add_raw(member, "");
}

JsonObject& JsonObject::add_number(std::string_view member, std::uint64_t value) {
    name(member);
    body_ += fmt::to_string(value);
    return *this;
}

JsonObject& JsonObject::add_bool(std::string_view member, bool value) {
    return add_raw(member, value ? "true" : "false");
}

JsonObject& JsonObject::add_time(std::string_view member, std::int64_t time_us) {
    return add_text_or_null(member, time_us == KATO_TIME_NONE ? "" : rfc3339(time_us));
}

JsonObject& JsonObject::add_raw(std::string_view member, std::string_view json) {
    name(member);
    body_ += json.empty() ? "null" : json_safe(json);
    return *this;
}

std::string JsonObject::line() const { return body_ + "}\n"; }

} // namespace kato_cli
