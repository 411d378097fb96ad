// The page that lists the pages of a folder, the last changed first.
#include "codec/html/html.h"
#include "codec/html/page.h"
#include "codec/html/text.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_flush_bytes = 1 << 18;

// A file's name as the path of an address: its bytes, those that mean something escaped.
std::string address_of(std::string_view name) {
    std::string out = "./"; // a name with a colon would be an address with a scheme
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string month_of(const ChatView& chat) {
    return chat.updated ? format_time(*chat.updated).substr(0, 7) : "No date";
}

void append_row(std::string& out, const ChatView& chat, std::string_view name) {
    out += "<li><a dir=\"auto\" href=\"" + address_of(name) + "\">";
    out += html::shown_line(html::title_or_none(chat.shown_title()), 200);
    out += "</a>\n<p class=\"facts\">";
    html::append_span_of_time(out, chat.updated, {});
    const auto fact = [&](std::string_view value) {
        if (!value.empty()) out += "<span>" + html::shown_line(value, 120) + "</span>";
    };
    fact(chat.provider);
    fact(chat.model);
    fact(chat.project);
    fact(chat.events == 1 ? std::string("1 event") : fmt::format("{} events", chat.events));
    for (const std::string& tag : chat.tags) fact("#" + tag);
    out += "</p></li>\n";
}

} // namespace

Status write_html_index(std::span<const ChatView> chats, std::span<const std::string> names,
                        const Output& out) {
    std::vector<std::size_t> order(chats.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return chats[a].updated.value_or(INT64_MIN) > chats[b].updated.value_or(INT64_MIN);
    });
    std::string text;
    html::begin_page(text, "Chats", "chats");
    text +=
        fmt::format("<main class=\"chats\" id=\"chats\">\n<header class=\"top\"><h1>Chats</h1>\n"
                    "<p class=\"facts\"><span>{} {}</span></p></header>\n",
                    chats.size(), chats.size() == 1 ? "chat" : "chats");
    std::string month;
    for (const std::size_t i : order) {
        if (std::string its = month_of(chats[i]); its != month) {
            if (!month.empty()) text += "</ul>\n";
            month = std::move(its);
            text += "<h2>" + month + "</h2>\n<ul>\n";
        }
        append_row(text, chats[i], names[i]);
        if (text.size() >= k_flush_bytes) {
            KATO_CHECK(out(text));
            text.clear();
        }
    }
    if (!month.empty()) text += "</ul>\n";
    text += "</main>\n";
    html::end_page(text);
    return out(text);
}

} // namespace kato
