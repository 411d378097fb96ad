// kato formats: what can be imported and exported.
#include "command.h"

#include "json.h"
#include "text.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato_cli {
namespace {

int run_formats(Session& session, const NoOptions&) {
    Buffer buffer;
    Error error;
    const kato_status status = kato_formats(out(buffer), out(error));
    if (status < 0) return fail(status, error);
    const auto document = parse_json(text(buffer));
    const Json* formats = document ? document->find("formats") : nullptr;
    if (!formats) {
        say_error("the library's list of formats cannot be read", {});
        return Exit::failed;
    }
    std::size_t name = 0;
    for (const Json& format : formats->items) name = std::max(name, width(format.text("id")));
    for (const Json& format : formats->items) {
        if (session.json) {
            std::string line = json_safe(format.raw);
            session.out.write("{\"type\":\"format\"," + line.substr(1) + "\n");
            continue;
        }
        const bool read = format.truth("read");
        const bool write = format.truth("write");
        session.out.write(fmt::format("{}  {:<16}  {}\n",
                                      pad(visible_line(format.text("id")), name),
                                      read && write ? "import, export"
                                      : read        ? "import"
                                                    : "export",
                                      visible_line(format.text("title"))));
    }
    return Exit::done;
}

} // namespace

void add_formats(Command program, Session& session) {
    add_command<NoOptions>(
        program, session, "formats", "List what can be imported and exported", "  kato formats\n",
        [](Command&, NoOptions&) {}, run_formats);
}

} // namespace kato_cli
