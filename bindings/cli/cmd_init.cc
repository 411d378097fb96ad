// kato init: makes a workspace.
#include "command.h"

#include "json.h"
#include "text.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace kato_cli {
namespace {

int run_init(Session& session, const NoOptions&) {
    const std::string path = workspace_path(session);
    struct stat present {};
    const bool existed = !path.empty() && stat((path + "/kato.db").c_str(), &present) == 0;
    Store store;
    if (const int code = open_workspace(session, existed ? Access::write : Access::create, store))
        return code;
    if (session.json) {
        JsonObject object("workspace");
        object.add("path", path).add_bool("created", !existed);
        session.out.write(object.line());
    } else if (!session.quiet) {
        session.out.write(visible_line(path) + "\n");
    }
    if (existed) say("the workspace was there already");
    return Exit::done;
}

} // namespace

void add_init(Command program, Session& session) {
    add_command<NoOptions>(
        program, session, "init", "Make a workspace",
        "  kato init                    in ~/.kato, or where KATO_HOME says\n"
        "  kato --root ./work init      in a directory of your choice\n",
        [](Command&, NoOptions&) {}, run_init);
}

} // namespace kato_cli
