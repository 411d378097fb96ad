// The progress line.
#include "progress.h"

#include "text.h"

#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr auto k_interval = std::chrono::milliseconds(100);

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(seconds);
    if (whole >= 3600)
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

} // namespace

Progress::Progress(const Session& session, std::string verb)
    : verb_(std::move(verb)),
      enabled_(session.terminal.err && !session.terminal.dumb && !session.quiet),
      columns_(session.terminal.columns) {}

Progress::~Progress() { clear(); }

void Progress::update(std::uint64_t done_bytes, std::uint64_t total_bytes, std::string_view what) {
    if (!enabled_) return;
    const auto now = Clock::now();
    if (shown_ && now - painted_ < k_interval) return;
    painted_ = now;
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    std::string line = fmt::format("{} {}", verb_, human_bytes(done_bytes));
    if (total_bytes > 0) {
        const std::uint64_t shown = done_bytes < total_bytes ? done_bytes : total_bytes;
        line += fmt::format(" of {}, {} %", human_bytes(total_bytes),
                            static_cast<int>(100.0 * static_cast<double>(shown) /
                                             static_cast<double>(total_bytes)));
    }
    if (elapsed > 0.5 && done_bytes > 0) {
        const double rate = static_cast<double>(done_bytes) / elapsed;
        line += fmt::format(", {}/s", human_bytes(static_cast<std::uint64_t>(rate)));
        if (total_bytes > done_bytes)
            line += fmt::format(", {} left",
                                clock_text(static_cast<double>(total_bytes - done_bytes) / rate));
    }
    if (!what.empty()) line += "  " + visible_line(what);
    (void)write_all(2, "\r\x1b[K" + fit(line, columns_ > 1 ? columns_ - 1 : 1)); // only an ornament
    shown_ = true;
}

void Progress::clear() {
    if (shown_) (void)write_all(2, "\r\x1b[K"); // only an ornament
    shown_ = false;
}

kato_status Progress::callback(void* user_data, std::uint64_t done_bytes, std::uint64_t total_bytes,
                               const char* what) {
    static_cast<Progress*>(user_data)->update(done_bytes, total_bytes, what);
    return KATO_OK;
}

} // namespace kato_cli
