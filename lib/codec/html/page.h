// What every page has around its content.
#pragma once

#include "model/view.h"

#include <string>
#include <string_view>

namespace kato::html {

std::string_view title_or_none(std::string_view title);

// Everything up to the body's first element. `skip_to`: the id of the main content.
void begin_page(std::string& out, std::string_view title, std::string_view skip_to);
void end_page(std::string& out);

// "2026-01-31 12:00 UTC", as an element that also holds the exact time.
void append_time(std::string& out, std::int64_t time_us);
// The same from one time to another, its date only where it is another day.
void append_span_of_time(std::string& out, Time from, Time to);

} // namespace kato::html
