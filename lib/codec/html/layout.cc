#include "codec/html/layout.h"

#include "codec/readable/readable.h"

#include <algorithm>

#include <fmt/format.h>

namespace kato::html {

std::string element_id(const Uuid& event) { return "e-" + to_string(event); }

void Layout::close(std::string& out) {
    switch (open_.back().what) {
    case What::fork: out += "</div>\n"; break;
    case What::branch: out += "</section>\n"; break;
    case What::aside: out += "</div></details>\n"; break;
    }
    open_.pop_back();
}

void Layout::close_all(std::string& out) {
    while (!open_.empty()) close(out);
}

bool Layout::is_aside() const {
    return std::any_of(open_.begin(), open_.end(),
                       [](const Open& one) { return one.what == What::aside; });
}

void Layout::mark(const Place& place, std::string& out) {
    out += "<p class=\"mark\">";
    if (place.parent)
        out +=
            fmt::format("Version {} of {}, after <a href=\"#{}\">{}</a>", place.number + 1,
                        place.count, element_id(*place.parent), readable::short_id(*place.parent));
    else
        out += "Another beginning";
    out += "</p>\n";
}

bool Layout::enter(const Uuid& event, const Place& place, std::string& out) {
    const std::size_t before = out.size();
    const bool choice = place.count > 1 && !place.flat;
    while (!open_.empty()) {
        const Open& last = open_.back();
        if (last.depth < place.depth) break;
        if (last.depth == place.depth && last.what == What::fork && choice) break;
        close(out);
    }
    if (choice) {
        if (open_.empty() || open_.back().what != What::fork || open_.back().depth != place.depth) {
            out += fmt::format(
                "<div class=\"fork\"><p class=\"title\">{} versions from here:</p>\n", place.count);
            open_.push_back({What::fork, place.depth});
        }
        const std::string id = to_string(event);
        out += fmt::format("<input type=\"radio\" name=\"f-{}\" id=\"b-{}\"{}>"
                           "<label for=\"b-{}\">Version {}</label>\n"
                           "<section class=\"branch\" aria-label=\"Version {} of {}\">\n",
                           to_string(place.parent.value_or(Uuid{})), id,
                           place.chosen ? " checked" : "", id, place.number + 1, place.number + 1,
                           place.count);
        open_.push_back({What::branch, place.depth});
    } else if (place.aside) {
        out += "<details class=\"fold aside\"><summary><b>Sub-agent</b></summary>"
               "<div class=\"inside\">\n";
        open_.push_back({What::aside, place.depth});
    } else if (place.flat && place.count > 1 && place.number > 0) {
        mark(place, out);
    }
    return out.size() != before;
}

} // namespace kato::html
