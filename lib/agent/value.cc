#include "agent/value.h"

#include "base/file.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_host_bytes = 253; // RFC 1035, without the last dot
constexpr std::size_t k_max_label_bytes = 63;

// Deno's names.
constexpr std::array<std::string_view, 16> k_sys = {
    "cpus",        "getPriority", "gid",      "homedir",           "hostname", "loadavg",
    "osRelease",   "osUptime",    "platform", "networkInterfaces", "statfs",   "systemMemoryInfo",
    "setPriority", "uid",         "userInfo", "username"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Error wrong(Capability capability, std::string_view value, std::string_view expected) {
    return Error{Code::invalid, fmt::format("{} \"{}\": expected {}", capability_name(capability),
                                            to_valid_utf8(value), expected)};
}

// ".." behind a name or a slash: only the file system knows what "a/.." is when "a" is a link.
bool climbs_late(std::string_view path) {
    bool named = path[0] == '/';
    while (true) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (part == ".." && named) return true;
        if (!part.empty() && part != "." && part != "..") named = true;
        if (slash == std::string_view::npos) return false;
        path.remove_prefix(slash + 1);
    }
}

Result<std::string> spell_path(Capability capability, std::string_view value,
                               const ValueContext& context) {
    if (value.find('\0') != std::string_view::npos)
        return wrong(capability, value, "a path without a NUL byte");
    if (climbs_late(value))
        return wrong(capability, value,
                     "no .. behind a name: a link there would change its meaning");
    if (value == "~" || value.substr(0, 2) == "~/") {
        if (context.home.empty())
            return wrong(capability, value, "a path that begins with /: there is no home folder");
        return clean_path(fmt::format("{}{}", context.home, value.substr(1)));
    }
    if (value[0] == '/') return clean_path(value);
    if (!context.folder.empty()) return clean_path(fmt::format("{}/{}", context.folder, value));
    auto path = absolute_path(std::string(value));
    if (!path)
        return wrong(capability, value, "a path that begins with /: there is no current directory");
    return path;
}

bool good_label(std::string_view label) {
    if (label.empty() || label.size() > k_max_label_bytes) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; });
}

// A name, or an IPv4 address, which looks like one.
bool good_host(std::string_view host) {
    if (host.empty() || host.size() > k_max_host_bytes) return false;
    while (true) {
        const std::size_t dot = host.find('.');
        if (!good_label(host.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        host.remove_prefix(dot + 1);
    }
}

bool good_address(std::string_view address) { // IPv6, by its letters
    return address.size() >= 2 && address.size() <= 45 &&
           address.find(':') != std::string_view::npos &&
           std::all_of(address.begin(), address.end(),
                       [](char c) { return is_hex(c) || c == ':' || c == '.'; });
}

std::optional<std::uint32_t> parse_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || text[0] == '0') return std::nullopt;
    std::uint32_t port = 0;
    for (const char c : text) {
        if (!is_digit(c)) return std::nullopt;
        port = port * 10 + static_cast<std::uint32_t>(c - '0');
    }
    if (port > 65535) return std::nullopt;
    return port;
}

Result<std::string> spell_net(std::string_view value) {
    const std::string text = lower(value);
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    bool bracketed = false;
    if (host[0] == '[') {
        const std::size_t end = host.find(']');
        if (end == std::string_view::npos) return wrong(Capability::net, value, "a closing ]");
        const std::string_view rest = host.substr(end + 1);
        host = host.substr(1, end - 1);
        bracketed = true;
        has_port = !rest.empty();
        if (has_port && rest[0] != ':') return wrong(Capability::net, value, "a colon behind ]");
        if (has_port) port = rest.substr(1);
    } else {
        const std::size_t colon = host.find(':');
        has_port = colon != std::string_view::npos;
        if (has_port) port = host.substr(colon + 1);
        host = host.substr(0, colon);
        if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    }
    if (bracketed ? !good_address(host) : !good_host(host))
        return wrong(Capability::net, value,
                     "a host's name or address, such as api.example.org:443 or [::1]:80");
    if (has_port && !parse_port(port)) return wrong(Capability::net, value, "a port, 1 to 65535");
    std::string out = bracketed ? fmt::format("[{}]", host) : std::string(host);
    if (has_port) out += fmt::format(":{}", port);
    return out;
}

Result<std::string> spell_env(std::string_view value) {
    const bool good = !is_digit(value[0]) && std::all_of(value.begin(), value.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_';
    });
    if (!good) return wrong(Capability::env, value, "a variable's name, such as TZ");
    return std::string(value);
}

Result<std::string> spell_sys(std::string_view value) {
    if (std::find(k_sys.begin(), k_sys.end(), value) == k_sys.end())
        return wrong(Capability::sys, value,
                     fmt::format("one of {}", fmt::join(k_sys.begin(), k_sys.end(), ", ")));
    return std::string(value);
}

Result<std::string> spell_program(std::string_view value, const ValueContext& context) {
    if (value.find('/') != std::string_view::npos || value == "~")
        return spell_path(Capability::run, value, context);
    if (value.find('\0') != std::string_view::npos || value == "." || value == "..")
        return wrong(Capability::run, value, "a program's name or path");
    return std::string(value);
}

} // namespace

Result<std::string> spell_value(Capability capability, std::string_view value,
                                const ValueContext& context) {
    if (value.empty()) return std::string();
    if (value.size() > k_max_value_bytes)
        return Error{Code::limit, fmt::format("{}: a value of more than {} bytes",
                                              capability_name(capability), k_max_value_bytes)};
    switch (capability) {
    case Capability::read:
    case Capability::write:
    case Capability::ffi: return spell_path(capability, value, context);
    case Capability::net: return spell_net(value);
    case Capability::env: return spell_env(value);
    case Capability::run: return spell_program(value, context);
    case Capability::sys: return spell_sys(value);
    }
    return Error{Code::invalid, "unknown capability"};
}

} // namespace kato::agent
