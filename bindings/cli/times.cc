// Times: proleptic Gregorian calendar, UTC unless asked otherwise.
#include "times.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace kato_cli {
namespace {

constexpr std::int64_t k_second_us = 1000000;
constexpr std::int64_t k_first_us = -62167219200 * k_second_us;    // 0000-01-01
constexpr std::int64_t k_last_us = 253402300800 * k_second_us - 1; // 9999-12-31

struct Parts {
    std::tm calendar{};
    std::int64_t micros = 0;
};

Parts split(std::int64_t time_us, bool local) {
    if (time_us < k_first_us) time_us = k_first_us;
    if (time_us > k_last_us) time_us = k_last_us;
    std::int64_t micros = time_us % k_second_us;
    if (micros < 0) micros += k_second_us;
    const auto seconds = static_cast<std::time_t>((time_us - micros) / k_second_us);
    Parts parts;
    parts.micros = micros;
    if (local)
        localtime_r(&seconds, &parts.calendar);
    else
        gmtime_r(&seconds, &parts.calendar);
    return parts;
}

std::string strftime(const char* format, const std::tm& calendar) {
    std::array<char, 64> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format, &calendar)};
}

std::string date(const std::tm& calendar) {
    return fmt::format("{:04}-{:02}-{:02}", calendar.tm_year + 1900, calendar.tm_mon + 1,
                       calendar.tm_mday);
}

// Reads digits of exactly this number and moves on.
bool digits(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count) return false;
    out = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return true;
}

bool literal(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

bool zone(std::string_view text, std::int64_t& offset_s) {
    if (text == "Z" || text == "z") {
        offset_s = 0;
        return true;
    }
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return false;
    const int sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!digits(text, 2, hours) || !literal(text, ':') || !digits(text, 2, minutes)) return false;
    offset_s = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

} // namespace

std::string rfc3339(std::int64_t time_us) {
    const Parts parts = split(time_us, false);
    return fmt::format("{}T{}.{:06}Z", date(parts.calendar), strftime("%H:%M:%S", parts.calendar),
                       parts.micros);
}

std::string readable_time(std::int64_t time_us, bool local) {
    if (time_us == KATO_TIME_NONE) return "-";
    const Parts parts = split(time_us, local);
    return date(parts.calendar) + strftime(local ? " %H:%M:%S %z" : " %H:%M:%SZ", parts.calendar);
}

std::string table_time(std::int64_t time_us) {
    if (time_us == KATO_TIME_NONE) return "-";
    const Parts parts = split(time_us, false);
    return date(parts.calendar) + strftime(" %H:%M", parts.calendar);
}

std::optional<std::int64_t> parse_when(std::string_view text) {
    std::tm calendar{};
    int year = 0;
    int month = 0;
    if (!digits(text, 4, year) || !literal(text, '-') || !digits(text, 2, month) ||
        !literal(text, '-') || !digits(text, 2, calendar.tm_mday))
        return std::nullopt;
    calendar.tm_year = year - 1900;
    calendar.tm_mon = month - 1;
    std::int64_t micros = 0;
    std::int64_t offset_s = 0;
    if (!text.empty()) {
        if (!literal(text, 'T') && !literal(text, 't') && !literal(text, ' ')) return std::nullopt;
        if (!digits(text, 2, calendar.tm_hour) || !literal(text, ':') ||
            !digits(text, 2, calendar.tm_min) || !literal(text, ':') ||
            !digits(text, 2, calendar.tm_sec))
            return std::nullopt;
        if (literal(text, '.')) {
            std::int64_t unit = 100000;
            int digit = 0;
            if (!digits(text, 1, digit)) return std::nullopt;
            do {
                micros += unit * digit;
                unit /= 10;
            } while (digits(text, 1, digit));
        }
        if (!zone(text, offset_s)) return std::nullopt;
    }
    if (calendar.tm_hour > 23 || calendar.tm_min > 59 || calendar.tm_sec > 60) return std::nullopt;
    std::tm normal = calendar;
    const std::int64_t seconds = timegm(&normal);
    // timegm turns 30 February into March; such a date was a slip of the keyboard.
    if (calendar.tm_sec < 60 &&
        (normal.tm_mday != calendar.tm_mday || normal.tm_mon != calendar.tm_mon))
        return std::nullopt;
    return (seconds - offset_s) * k_second_us + micros;
}

} // namespace kato_cli
