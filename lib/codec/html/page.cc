#include "codec/html/page.h"

#include "codec/html/style.h"
#include "codec/html/text.h"

namespace kato::html {

std::string_view title_or_none(std::string_view title) {
    return title.find_first_not_of(" \t\r\n") == std::string_view::npos ? "(no title)" : title;
}

void begin_page(std::string& out, std::string_view title, std::string_view skip_to) {
    out += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    out += security_policy();
    out += "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n"
           "<meta http-equiv=\"x-dns-prefetch-control\" content=\"off\">\n"
           "<meta name=\"generator\" content=\"Kato\">\n<title>";
    out += shown_line(title_or_none(title), 200);
    out += "</title>\n<style>";
    out += style_sheet();
    out += "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#";
    out += skip_to;
    out += "\">Skip to the content</a>\n";
}

void end_page(std::string& out) { out += "</body>\n</html>\n"; }

namespace {

// "2026-01-31 12:00": what a machine reads is exact.
void append_time_element(std::string& out, std::int64_t time_us, bool with_date) {
    const std::string exact = format_time(time_us);
    out += "<time datetime=\"" + exact + "\">";
    if (with_date) out += exact.substr(0, 10) + ' ';
    out += exact.substr(11, 5) + "</time>";
}

} // namespace

void append_time(std::string& out, std::int64_t time_us) {
    append_time_element(out, time_us, true);
    out += " UTC";
}

void append_span_of_time(std::string& out, Time from, Time to) {
    if (!from && !to) return;
    const std::int64_t first = from ? *from : *to;
    const std::int64_t last = to ? *to : *from;
    out += "<span>";
    append_time_element(out, first, true);
    const std::string day = format_time(first).substr(0, 10);
    if (format_time(first).substr(0, 16) != format_time(last).substr(0, 16)) {
        out += " to ";
        append_time_element(out, last, format_time(last).substr(0, 10) != day);
    }
    out += " UTC</span>";
}

} // namespace kato::html
