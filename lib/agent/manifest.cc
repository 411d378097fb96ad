#include "agent/manifest.h"

#include "agent/manifest_text.h"
#include "agent/path.h"
#include "agent/units.h"
#include "agent/value.h"
#include "base/file.h"
#include "base/text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_name_bytes = 64;
constexpr std::size_t k_max_line_bytes = 256; // version, names of parameters
constexpr std::size_t k_max_description_bytes = 4096;
constexpr std::size_t k_max_arguments = 256;

Error wrong(const Node& node, std::string_view key, std::string_view expected) {
    Error error{Code::invalid, fmt::format("{}: expected {}", to_valid_utf8(key), expected)};
    error.line = node.line;
    return error;
}

Error wrong_type(const Node& node, std::string_view key, std::string_view expected) {
    return wrong(node, key, fmt::format("{}, not {}", expected, type_name(node.type)));
}

bool has_control(std::string_view text, bool line_ends) {
    return std::any_of(text.begin(), text.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (line_ends && (byte == '\n' || byte == '\t')) return false;
        return byte < 0x20 || byte == 0x7F;
    });
}

Result<std::string> read_text(const Node& node, std::string_view key, std::size_t max_bytes,
                              bool line_ends = false) {
    if (node.type != Node::Type::string) return wrong_type(node, key, "a text");
    if (node.text.size() > max_bytes)
        return wrong(node, key, fmt::format("at most {} bytes", max_bytes));
    if (has_control(node.text, line_ends)) return wrong(node, key, "no control characters");
    return node.text;
}

Result<std::string> read_name(const Node& node) {
    KATO_TRY(std::string name, read_text(node, "name", k_max_name_bytes));
    const bool good = !name.empty() && name.front() != '-' && name.back() != '-' &&
                      std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                      });
    if (!good) return wrong(node, "name", "small letters, digits and - between them");
    return name;
}

Result<Mode> read_mode(const Node& node) {
    if (node.type == Node::Type::string && node.text == "protocol") return Mode::protocol;
    if (node.type == Node::Type::string && node.text == "filter") return Mode::filter;
    return wrong(node, "mode", R"("protocol" or "filter")");
}

Status read_program(const Node& node, Manifest& into) {
    KATO_TRY(const std::string program, read_text(node, "program", k_max_value_bytes));
    const std::string whole = '/' + program + '/';
    if (program.empty() || whole.find("/../") != std::string::npos)
        return wrong(node, "program", "a file in the manifest's folder, or a path from /");
    into.program_inside = program[0] != '/';
    into.program =
        clean_path(into.program_inside ? fmt::format("{}/{}", into.folder, program) : program);
    return done();
}

Result<std::vector<std::string>> read_arguments(const Node& node) {
    if (node.type != Node::Type::array) return wrong_type(node, "arguments", "a list of texts");
    if (node.elements.size() > k_max_arguments)
        return wrong(node, "arguments", fmt::format("at most {} of them", k_max_arguments));
    std::vector<std::string> arguments;
    for (const Node& element : node.elements) {
        if (element.type != Node::Type::string) return wrong_type(element, "arguments", "texts");
        if (element.text.find('\0') != std::string::npos)
            return wrong(element, "arguments", "no NUL characters");
        arguments.push_back(element.text);
    }
    return arguments;
}

Status read_permissions(const Node& node, Manifest& into) {
    if (node.type != Node::Type::table) return wrong_type(node, "permissions", "a table");
    for (const Node& list : node.elements) {
        const std::string key = "permissions." + list.key;
        const std::optional<Capability> capability = parse_capability(list.key);
        if (!capability)
            return wrong(list, key, "one of read, write, net, env, run, sys, ffi as its name");
        if (list.type != Node::Type::array)
            return wrong_type(list, key, R"(a list of texts, such as ["~/notes"])");
        for (const Node& element : list.elements) {
            if (element.type != Node::Type::string || element.text.empty())
                return wrong(element, key, "texts that are not empty");
            // With some home: whether there is one is not the manifest's matter.
            auto spelled =
                spell_value(*capability, element.text, ValueContext{"/home", into.folder});
            if (!spelled) {
                spelled.error().line = element.line;
                return std::move(spelled.error());
            }
            into.permissions.push_back({*capability, element.text, element.line});
        }
    }
    return done();
}

enum class Amount : std::uint8_t { duration, size, count };

struct LimitKey {
    std::string_view name;
    std::optional<std::uint64_t> RequestedLimits::*field;
    Amount amount;
};
constexpr std::array<LimitKey, 8> k_limits = {
    {{"wall", &RequestedLimits::wall_ms, Amount::duration},
     {"cpu", &RequestedLimits::cpu_ms, Amount::duration},
     {"memory", &RequestedLimits::memory_bytes, Amount::size},
     {"processes", &RequestedLimits::processes, Amount::count},
     {"files", &RequestedLimits::files, Amount::count},
     {"scratch", &RequestedLimits::scratch_bytes, Amount::size},
     {"output", &RequestedLimits::output_bytes, Amount::size},
     {"messages", &RequestedLimits::message_bytes, Amount::size}}};
constexpr std::int64_t k_max_count = 65536;

Result<std::uint64_t> read_amount(const Node& node, const std::string& key, Amount amount) {
    if (amount == Amount::count) {
        if (node.type != Node::Type::integer || node.integer < 1 || node.integer > k_max_count)
            return wrong(node, key, fmt::format("a whole number, 1 to {}", k_max_count));
        return static_cast<std::uint64_t>(node.integer);
    }
    const bool text = node.type == Node::Type::string;
    const std::optional<std::uint64_t> parsed = !text ? std::nullopt
                                                : amount == Amount::duration
                                                    ? parse_duration_ms(node.text)
                                                    : parse_size_bytes(node.text);
    if (parsed && *parsed != 0) return *parsed;
    return wrong(node, key,
                 amount == Amount::duration ? R"(a time with its unit, such as "30s" or "5m")"
                                            : R"(a size with its unit, such as "512MiB")");
}

Status read_limits(const Node& node, RequestedLimits& into) {
    if (node.type != Node::Type::table) return wrong_type(node, "limits", "a table");
    for (const Node& value : node.elements) {
        const std::string key = "limits." + value.key;
        const auto* const found =
            std::find_if(k_limits.begin(), k_limits.end(),
                         [&](const LimitKey& limit) { return limit.name == value.key; });
        if (found == k_limits.end())
            return wrong(value, key,
                         "one of wall, cpu, memory, processes, files, scratch, output, messages "
                         "as its name");
        KATO_TRY(into.*(found->field), read_amount(value, key, found->amount));
    }
    return done();
}

Status read_params(const Node& node, Manifest& into) {
    if (node.type != Node::Type::table) return wrong_type(node, "params", "a table");
    for (const Node& value : node.elements) {
        if (value.key.empty() || value.key.size() > k_max_line_bytes ||
            has_control(value.key, false))
            return wrong(value, "params", "names without control characters");
        into.params.emplace_back(value.key, to_json(value));
    }
    std::sort(into.params.begin(), into.params.end());
    return done();
}

Status read_member(const Node& node, Manifest& into) {
    const std::string& key = node.key;
    if (key == "name") {
        KATO_TRY(into.name, read_name(node));
    } else if (key == "description") {
        KATO_TRY(into.description, read_text(node, key, k_max_description_bytes, true));
    } else if (key == "version") {
        KATO_TRY(into.version, read_text(node, key, k_max_line_bytes));
    } else if (key == "program") {
        return read_program(node, into);
    } else if (key == "arguments") {
        KATO_TRY(into.arguments, read_arguments(node));
    } else if (key == "mode") {
        KATO_TRY(into.mode, read_mode(node));
    } else if (key == "permissions") {
        return read_permissions(node, into);
    } else if (key == "limits") {
        return read_limits(node, into.limits);
    } else if (key == "params") {
        return read_params(node, into);
    } else {
        return wrong(node, key,
                     "one of name, description, version, program, arguments, mode, permissions, "
                     "limits, params as its name");
    }
    return done();
}

Status read_members(const Node& root, Manifest& into) {
    if (root.type != Node::Type::table) return wrong_type(root, "manifest", "a table");
    for (const Node& node : root.elements) KATO_CHECK(read_member(node, into));
    if (into.name.empty())
        return Error{Code::invalid, "expected a name, such as name = \"outline\""};
    if (into.program.empty() && !into.arguments.empty())
        return Error{Code::invalid, "arguments: expected a program that takes them"};
    return done();
}

Error in_file(Error error, const std::string& path) {
    error.path = path;
    return error;
}

} // namespace

std::string_view mode_name(Mode mode) { return mode == Mode::filter ? "filter" : "protocol"; }

Result<Manifest> parse_manifest(std::string_view text, std::string_view folder,
                                std::string_view path) {
    Manifest manifest;
    manifest.path = path;
    manifest.folder = folder;
    auto root = parse_manifest_text(text);
    if (!root) return in_file(std::move(root.error()), manifest.path);
    auto read = read_members(*root, manifest);
    if (!read) return in_file(std::move(read.error()), manifest.path);
    return manifest;
}

Result<Manifest> read_manifest(const std::string& path) {
    KATO_TRY(std::string file, absolute_path(path));
    struct stat info {};
    if (::stat(file.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
        const std::string json = join_path(file, k_json_manifest_name);
        file = join_path(file, k_manifest_name);
        if (!file_exists(file) && file_exists(json)) file = json;
    }
    // Not to wait for whoever writes to a FIFO.
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd) return os_error("cannot open", file);
    if (::fstat(fd.get(), &info) != 0) return os_error("cannot inspect", file);
    if (!S_ISREG(info.st_mode)) return in_file(Error{Code::invalid, "not a regular file"}, file);
    std::string text(k_max_manifest_bytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        KATO_TRY(const std::size_t got,
                 read_some(fd.get(), text.data() + size, text.size() - size, file));
        if (got == 0) break;
        size += got;
    }
    text.resize(size);
    KATO_TRY(const ResolvedPath folder, resolve_path(file.substr(0, file.rfind('/') + 1)));
    return parse_manifest(text, folder.path, file);
}

} // namespace kato::agent
