#include "base/time.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_day = 86'400;

// Days since the epoch of a proleptic Gregorian date, and back: Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms".
std::int64_t days_from_civil(std::int64_t y, int m, int d) {
    y -= m <= 2;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = y - era * 400;
    const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct Civil {
    std::int64_t year;
    int month;
    int day;
};

Civil civil_from_days(std::int64_t z) {
    z += 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    const int day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
    const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
    return {yoe + era * 400 + (month <= 2), month, day};
}

// Reads exactly `count` digits at `pos`; -1 when they are not there.
int digits(std::string_view text, std::size_t pos, std::size_t count) {
    if (pos + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = pos; i < pos + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool valid_date(int year, int month, int day) {
    static constexpr std::array<int, 12> k_days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 0 || month < 1 || month > 12 || day < 1) return false;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= k_days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

constexpr std::int64_t k_first = -62'167'219'200 * k_second;    // 0000-01-01
constexpr std::int64_t k_last = 253'402'300'800 * k_second - 1; // 9999-12-31

} // namespace

std::string format_time(std::int64_t time_us) {
    time_us = std::clamp(time_us, k_first, k_last);
    std::int64_t seconds = time_us / k_second;
    std::int64_t micros = time_us % k_second;
    if (micros < 0) {
        micros += k_second;
        --seconds;
    }
    std::int64_t days = seconds / k_day;
    std::int64_t rest = seconds % k_day;
    if (rest < 0) {
        rest += k_day;
        --days;
    }
    const Civil date = civil_from_days(days);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", date.year, date.month,
                       date.day, rest / 3600, rest / 60 % 60, rest % 60, micros);
}

Time parse_time(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
        text[16] != ':' || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return std::nullopt;
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    if (!valid_date(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return std::nullopt;
    std::size_t pos = 19;
    std::int64_t micros = 0;
    if (pos < text.size() && text[pos] == '.') {
        const std::size_t start = ++pos;
        std::int64_t scale = 100'000;
        for (; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos) {
            micros += (text[pos] - '0') * scale;
            scale /= 10;
        }
        if (pos == start) return std::nullopt;
    }
    if (pos >= text.size()) return std::nullopt;
    std::int64_t zone = 0;
    if (text[pos] == 'Z' || text[pos] == 'z') {
        ++pos;
    } else if (text[pos] == '+' || text[pos] == '-') {
        const int zone_hour = digits(text, pos + 1, 2);
        const int zone_minute = digits(text, pos + 4, 2);
        if (zone_hour < 0 || zone_hour > 23 || zone_minute < 0 || zone_minute > 59 ||
            text[pos + 3] != ':')
            return std::nullopt;
        zone = (zone_hour * 3600 + zone_minute * 60) * (text[pos] == '-' ? -1 : 1);
        pos += 6;
    } else {
        return std::nullopt;
    }
    if (pos != text.size()) return std::nullopt;
    const std::int64_t days = days_from_civil(year, month, day);
    return (days * k_day + hour * 3600 + minute * 60 + second - zone) * k_second + micros;
}

Time parse_date_or_time(std::string_view text) {
    if (text.size() == 10) {
        std::string full(text);
        full += "T00:00:00Z";
        return parse_time(full);
    }
    return parse_time(text);
}

} // namespace kato
