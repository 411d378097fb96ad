#include "codec/kato/line_buffer.h"

#include "codec/json/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace kato {
namespace {

constexpr std::size_t k_flush_bytes = 1 << 20;
constexpr std::size_t k_slice_bytes = 256 << 10;

constexpr char k_hex_digits[] = "0123456789abcdef";
constexpr std::string_view k_base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Twelve bits to two digits at once.
constexpr std::array<std::array<char, 2>, 4096> base64_pairs() {
    std::array<std::array<char, 2>, 4096> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = {k_base64_digits[i >> 6], k_base64_digits[i & 63]};
    return out;
}
constexpr auto k_base64_pairs = base64_pairs();

char* two_digits(char* out, std::int64_t value) {
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
    return out;
}

// Length of the longest beginning of `text`, up to `limit`, that does not cut a character.
std::size_t whole_characters(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text.size();
    std::size_t end = limit;
    while (end > limit - 3 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return end;
}

} // namespace

LineBuffer::LineBuffer(Output out) : out_(std::move(out)) {
    buffer_.reserve(k_flush_bytes + 2 * k_slice_bytes);
}

Status LineBuffer::flush() {
    if (status_ && !buffer_.empty()) status_ = out_(buffer_);
    buffer_.clear();
    return status_;
}

Status LineBuffer::end() {
    buffer_ += "}\n";
    flush_when_full();
    return status_;
}

void LineBuffer::flush_when_full() {
    if (buffer_.size() >= k_flush_bytes) (void)flush(); // kept in status_
}

void LineBuffer::write_through(std::string_view bytes) {
    if (flush()) status_ = out_(bytes);
}

void LineBuffer::key(std::string_view name) {
    buffer_ += first_ ? "\"" : ",\"";
    first_ = false;
    buffer_ += name;
    buffer_ += "\":";
}

void LineBuffer::begin_object() {
    buffer_ += '{';
    first_ = true;
}

void LineBuffer::string(std::string_view name, std::string_view value) {
    key(name);
    text(value);
}

void LineBuffer::text(std::string_view value) {
    std::size_t length = whole_characters(value, k_slice_bytes);
    json::append_string(buffer_, value.substr(0, length));
    // Long texts in slices, so that the buffer stays small: each goes on where the last one's
    // closing quote stood.
    while (length != value.size()) {
        value.remove_prefix(length);
        length = whole_characters(value, k_slice_bytes);
        buffer_.pop_back();
        flush_when_full();
        const std::size_t quote = buffer_.size();
        json::append_string(buffer_, value.substr(0, length));
        buffer_.erase(quote, 1);
    }
}

void LineBuffer::id(std::string_view name, const Uuid& value) {
    key(name);
    std::array<char, 38> out;
    char* p = out.data();
    *p++ = '"';
    for (std::size_t i = 0; i < value.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
        *p++ = k_hex_digits[value.bytes[i] >> 4];
        *p++ = k_hex_digits[value.bytes[i] & 15];
    }
    *p = '"';
    buffer_.append(out.data(), out.size());
}

void LineBuffer::hex(std::string_view name, std::span<const std::uint8_t> bytes) {
    key(name);
    buffer_ += '"';
    for (const std::uint8_t byte : bytes) {
        buffer_ += k_hex_digits[byte >> 4];
        buffer_ += k_hex_digits[byte & 15];
    }
    buffer_ += '"';
}

void LineBuffer::time_if(std::string_view name, Time time) {
    if (!time) return;
    key(name);
    constexpr std::int64_t k_day_us = 86'400'000'000;
    const std::int64_t rest = *time % k_day_us; // no difference of two times: it could overflow
    const std::int64_t us = rest < 0 ? rest + k_day_us : rest;
    const std::int64_t day = *time / k_day_us - (rest < 0 ? 1 : 0);
    if (day_text_.empty() || day != day_) {
        const std::string whole = format_time(*time);
        // At either end of the range format_time clamps, and so nothing may be put together.
        constexpr std::int64_t k_last_day = 2'932'896;
        constexpr std::int64_t k_first_day = -719'528;
        if (day < k_first_day || day > k_last_day) {
            text(whole);
            return;
        }
        day_ = day;
        day_text_ = whole.substr(0, 11);
    }
    std::array<char, 19> out; // 12:00:00.000000Z"
    const std::int64_t seconds = us / 1'000'000;
    char* p = two_digits(out.data(), seconds / 3600);
    *p++ = ':';
    p = two_digits(p, seconds / 60 % 60);
    *p++ = ':';
    p = two_digits(p, seconds % 60);
    *p++ = '.';
    const std::int64_t micros = us % 1'000'000;
    p = two_digits(p, micros / 10'000);
    p = two_digits(p, micros / 100 % 100);
    p = two_digits(p, micros % 100);
    *p++ = 'Z';
    *p++ = '"';
    buffer_ += '"';
    buffer_ += day_text_;
    buffer_.append(out.data(), p);
}

void LineBuffer::number(std::string_view name, std::int64_t value) {
    key(name);
    std::array<char, 24> out;
    buffer_.append(out.data(), std::to_chars(out.data(), out.data() + out.size(), value).ptr);
}

void LineBuffer::number(std::string_view name, std::uint64_t value) {
    key(name);
    std::array<char, 24> out;
    buffer_.append(out.data(), std::to_chars(out.data(), out.data() + out.size(), value).ptr);
}

void LineBuffer::json_if(std::string_view name, std::string_view json) {
    if (json.empty()) return;
    key(name);
    if (std::memchr(json.data(), '\n', json.size()) != nullptr && status_) {
        status_ = Error{Code::corrupt, "a stored JSON value is not on one line"};
        status_.error().hint = std::string(name);
    }
    if (json.size() < k_slice_bytes) {
        buffer_ += json;
    } else {
        write_through(json);
    }
}

void LineBuffer::base64(std::string_view bytes) {
    flush_when_full();
    const auto group = [this](unsigned a, unsigned b, unsigned c) {
        const unsigned bits = a << 16 | b << 8 | c;
        buffer_.append(k_base64_pairs[bits >> 12].data(), 2);
        buffer_.append(k_base64_pairs[bits & 4095].data(), 2);
    };
    const auto at = [](std::string_view from, std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(from[i]));
    };
    while (!rest_.empty() && rest_.size() < 3 && !bytes.empty()) {
        rest_ += bytes.front();
        bytes.remove_prefix(1);
    }
    if (rest_.size() == 3) {
        group(at(rest_, 0), at(rest_, 1), at(rest_, 2));
        rest_.clear();
    }
    while (bytes.size() >= 3) {
        const std::size_t slice = std::min(bytes.size(), k_slice_bytes) / 3 * 3;
        for (std::size_t i = 0; i != slice; i += 3)
            group(at(bytes, i), at(bytes, i + 1), at(bytes, i + 2));
        bytes.remove_prefix(slice);
        flush_when_full();
    }
    rest_ += bytes;
}

void LineBuffer::end_base64() {
    if (rest_.empty()) return;
    const std::size_t padding = 3 - rest_.size();
    rest_.resize(3, '\0');
    base64({});
    buffer_.replace(buffer_.size() - padding, padding, padding, '=');
    rest_.clear();
}

} // namespace kato
