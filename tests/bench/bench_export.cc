// bench export: every chat of a corpus in each format, and every source, thrown away as it comes.
#include "client.h"
#include "commands.h"
#include "scratch.h"

namespace bench {
namespace {

constexpr const char* k_python_dump = R"py(
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
out = open('/dev/null', 'w')
for row in db.execute('select lower(hex(id)), kind, time, text, data, call_id from event order by chat, n'):
    out.write(json.dumps(row))
)py";

} // namespace

void bench_export(Report& report, const Options& options) {
    const Scratch scratch;
    const std::string workspace = scratch / "kato";
    report.prepare([&] { (void)import_path(open_store(workspace).get(), options.directory); });
    const auto written = [&](const std::string& format, const auto& write) {
        report.run("export." + format, [&] {
            const Owned<kato_store> store = open_store(workspace);
            Outcome out;
            const double start = now_us();
            out.bytes = write(store.get());
            out.times_us.push_back(now_us() - start);
            return out;
        });
    };
    for (const char* format : {"kato", "json", "markdown", "html", "openai-messages"})
        written(format, [&](const kato_store* store) { return export_all(store, format); });
    // An export in Kato's own form is not kept as a source.
    if (options.corpus.format != "kato") written("original", read_sources);
    if (options.peers)
        report.run_command("peer.python_sqlite_json",
                           {"python3", "-c", k_python_dump, workspace + "/kato.db"}, 0);
}

} // namespace bench
