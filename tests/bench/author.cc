#include "author.h"

#include <fmt/format.h>

#include <string_view>

namespace bench {

std::string Author::uuid() {
    const std::uint64_t a = random_.next();
    const std::uint64_t b = random_.next();
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32U, (a >> 16U) & 0xFFFFU,
                       a & 0xFFFU, b >> 52U, b & 0xFFFFFFFFFFFFU);
}

std::string Author::hex(unsigned digits) {
    std::string out;
    while (out.size() < digits) out += fmt::format("{:016x}", random_.next());
    out.resize(digits);
    return out;
}

std::string Author::base64(std::uint64_t bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    while (out.size() < bytes) {
        const std::uint64_t bits = random_.next();
        for (unsigned i = 0; i < 8; ++i) out += digits[(bits >> (i * 6)) & 63U];
    }
    return out;
}

std::string Author::prompt() { return random_.chance(8) ? cjk(150) : prose(220); }

std::string Author::thought() { return prose(500); }

std::string Author::answer() {
    std::string text;
    if (random_.chance(6)) text += cjk(300);
    text += prose(700);
    if (random_.chance(35)) text += "\n\n```cpp\n" + code(500) + "```\n";
    return text;
}

std::string Author::tool_output() { return random_.chance(50) ? code(2600) : log(1800); }

std::string Author::title() {
    std::string text;
    words_.prose(random_, 30, text);
    return text;
}

std::string Author::prose(std::uint64_t typical) {
    std::string text;
    words_.prose(random_, random_.length(typical), text);
    return text;
}

std::string Author::code(std::uint64_t typical) {
    std::string text;
    words_.code(random_, random_.length(typical), text);
    return text;
}

std::string Author::log(std::uint64_t typical) {
    std::string text;
    words_.log(random_, random_.length(typical), text);
    return text;
}

std::string Author::cjk(std::uint64_t typical) {
    std::string text;
    words_.cjk(random_, random_.length(typical), text);
    return text;
}

} // namespace bench
