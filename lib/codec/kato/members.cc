#include "codec/kato/members.h"

#include <fmt/format.h>

#include <cstring>

namespace kato {
namespace {

// The beginning of a name, for a reason that people read: printable and short.
std::string in_quotes(std::string_view name) {
    constexpr std::size_t k_longest = 40;
    std::string out = "'";
    for (const char c : name.substr(0, k_longest)) out += c >= ' ' && c <= '~' ? c : '?';
    if (name.size() > k_longest) out += "...";
    return out + "'";
}

// Appends a piece of valid JSON, which begins and ends outside strings, without its white space.
void append_without_space(std::string_view json, std::string& out) {
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
        out += c;
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\' && i + 1 < json.size()) out += json[++i];
    }
}

} // namespace

Members::Members(json::SpillFile& spills, const json::Line& line, Trouble& trouble,
                 json::Value object, std::span<const std::string_view> names)
    : spills_(spills), line_(line), trouble_(trouble), names_(names) {
    if (!object.is_object()) {
        damage({}, "an object must stand here");
        return;
    }
    for (json::Value child = object.first(); child; child = child.next()) {
        const std::string name = child.key();
        const std::size_t i = index(name);
        if (i == names_.size()) {
            unknown_.push_back(child);
        } else if (values_[i]) {
            damage(name, "is given twice");
        } else {
            values_[i] = child;
        }
    }
    next_ = 0;
}

std::size_t Members::index(std::string_view name) {
    for (std::size_t i = next_; i != names_.size(); ++i) {
        if (names_[i] != name) continue;
        next_ = i + 1;
        return i;
    }
    for (std::size_t i = 0; i != next_; ++i) {
        if (names_[i] != name) continue;
        next_ = i + 1;
        return i;
    }
    return names_.size();
}

json::Value Members::find(std::string_view name, json::Type type, std::string_view what) {
    const json::Value found = values_[index(name)];
    if (found && found.type() != type) {
        damage(name, what);
        return {};
    }
    return found;
}

void Members::damage(std::string_view name, std::string_view what) {
    if (!trouble_.damage.empty()) return;
    trouble_.damage =
        name.empty() ? std::string(what) : fmt::format("member {} {}", in_quotes(name), what);
}

void Members::not_understood(std::string_view what) {
    if (trouble_.not_understood.empty()) trouble_.not_understood = what;
}

void Members::require(std::string_view name) {
    if (!values_[index(name)]) damage(name, "is missing");
}

std::string Members::text_of(json::Value value, std::string_view name) {
    if (!value.is_string()) {
        damage(name, "is not a text");
        return {};
    }
    const json::Spill* spill = value.spill();
    if (spill == nullptr) return value.text();
    std::string out;
    if (spill->length > k_max_value_bytes) {
        damage(name, "is too long");
        return out;
    }
    Status read = spills_.decode(*spill, out, k_max_value_bytes);
    if (!read && !trouble_.error) trouble_.error = std::move(read.error());
    return out;
}

json::Value Members::value(std::string_view name) {
    return find(name, json::Type::string, "is not a text");
}

std::string Members::string(std::string_view name) {
    const json::Value found = value(name);
    return found ? text_of(found, name) : std::string();
}

std::optional<std::string> Members::optional_string(std::string_view name) {
    const json::Value found = value(name);
    if (!found) return std::nullopt;
    return text_of(found, name);
}

std::optional<Uuid> Members::id(std::string_view name) {
    const json::Value found = value(name);
    if (!found) return std::nullopt;
    const std::optional<Uuid> id = parse_uuid(found.text());
    if (!id) damage(name, "is not a UUID");
    return id;
}

Time Members::time(std::string_view name) {
    const json::Value found = value(name);
    if (!found) return std::nullopt;
    const Time time = parse_time(found.text());
    if (!time) damage(name, "is not an RFC 3339 time");
    return time;
}

std::int64_t Members::number(std::string_view name) {
    const json::Value found = find(name, json::Type::number, "is not a number");
    if (!found) return 0;
    const std::optional<std::int64_t> number = found.integer();
    if (!number) damage(name, "is not an integer of 64 bits");
    return number.value_or(0);
}

std::uint64_t Members::size(std::string_view name) {
    const std::int64_t size = number(name);
    if (size < 0) damage(name, "is negative");
    return size < 0 ? 0 : static_cast<std::uint64_t>(size);
}

bool Members::boolean(std::string_view name) {
    const json::Value found = find(name, json::Type::boolean, "is neither true nor false");
    return found && found.boolean().value_or(false);
}

bool Members::hex(std::string_view name, std::span<std::uint8_t> bytes) {
    const json::Value found = value(name);
    if (!found) return false;
    if (from_hex(found.text(), bytes)) return true;
    damage(name, fmt::format("is not {} hexadecimal digits", bytes.size() * 2));
    return false;
}

json::Value Members::array(std::string_view name) {
    return find(name, json::Type::array, "is not an array");
}

json::Value Members::object(std::string_view name) {
    return find(name, json::Type::object, "is not an object");
}

std::string Members::json(std::string_view name) {
    std::string out;
    if (const json::Value found = values_[index(name)]) append_value(found, out);
    return out;
}

// As it was written, with the long strings that had been set aside back in their places.
void Members::append_value(json::Value value, std::string& out) {
    const std::string_view raw = value.raw();
    const auto start = static_cast<std::size_t>(raw.data() - line_.text.data());
    std::size_t done = 0; // of `raw`
    for (const json::Spill& spill : line_.spills) {
        if (spill.token < start || spill.token >= start + raw.size()) continue;
        if (out.size() + spill.length > k_max_value_bytes) {
            damage(value.key(), "is too long");
            return;
        }
        const std::size_t token = spill.token - start;
        append_without_space(raw.substr(done, token - done), out);
        out += '"';
        Status read = spills_.read(spill, out);
        if (!read && !trouble_.error) trouble_.error = std::move(read.error());
        out += '"';
        done = token + 2; // ""
    }
    if (done == 0) {
        value.append_minified(out);
    } else {
        append_without_space(raw.substr(done), out);
    }
}

void Members::add_unknown_to(std::string& extra) {
    if (unknown_.empty()) return;
    json::Document document;
    if (!extra.empty() && (extra.front() != '{' || !document.parse(extra, {}, SIZE_MAX))) {
        not_understood("unknown members beside an x that is no object");
        return;
    }
    const json::Value known = document.root();
    std::string out = extra.empty() ? "{" : extra.substr(0, extra.size() - 1);
    for (const json::Value member : unknown_) {
        const std::string name = member.key();
        if (known.member(name)) {
            not_understood(fmt::format("unknown member {} is also in x", in_quotes(name)));
            continue;
        }
        if (out.size() != 1) out += ',';
        json::append_string(out, name);
        out += ':';
        append_value(member, out);
    }
    extra = out + '}';
}

void Members::refuse_unknown() {
    if (!unknown_.empty())
        not_understood(fmt::format("unknown member {}", in_quotes(unknown_.front().key())));
}

} // namespace kato
