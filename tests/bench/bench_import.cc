// bench import: a new corpus, the same again, a grown one; beside it, what others need for the bytes.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "scratch.h"

#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

// The floor of every reader: the values of each line, or of each whole document.
constexpr const char* k_python_json = R"py(
import json, os, sys
for root, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(root, name), 'rb') as f:
            if name.endswith('.json'):
                json.load(f)
                continue
            for line in f:
                json.loads(line)
)py";

constexpr const char* k_python_fts = R"py(
import json, os, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.execute('create virtual table t using fts5(text)')
for root, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(root, name), 'rb') as f:
            for line in f:
                record = json.loads(line)
                content = (record.get('message') or record.get('payload') or {}).get('content')
                if isinstance(content, list):
                    content = ' '.join(str(b.get('text') or b.get('content') or '') for b in content)
                db.execute('insert into t values (?)', (str(content),))
db.commit()
)py";

Outcome import_new(const std::string& corpus, std::uint64_t bytes) {
    const Scratch scratch;
    Outcome out;
    const double start = now_us();
    {
        const Owned<kato_store> store = open_store(scratch / "kato");
        out.rows = import_path(store.get(), corpus);
    }
    out.times_us.push_back(now_us() - start);
    out.bytes = bytes;
    out.ratio = static_cast<double>(size_of_tree(scratch / "kato")) / static_cast<double>(bytes);
    return out;
}

Outcome import_again(const std::string& workspace, const std::string& corpus, std::uint64_t bytes) {
    Outcome out;
    const Owned<kato_store> store = open_store(workspace);
    const double start = now_us();
    out.rows = import_path(store.get(), corpus);
    out.times_us.push_back(now_us() - start);
    out.bytes = bytes;
    return out;
}

// A log of lines in the corpus; empty when its files do not grow.
std::string growing_file(const Options& options) {
    for (const std::string& file : files_of_tree(options.directory))
        if (file.ends_with(".jsonl") &&
            !more_lines(options.corpus.format, file, 1, options.corpus.seed).empty())
            return file;
    return {};
}

// The time to follow a live session: a few lines more in one file, many times.
Outcome import_grown(const std::string& format, const std::string& first) {
    constexpr int k_rounds = 20;
    const Scratch scratch;
    const std::string file = scratch / "session.jsonl";
    {
        std::ifstream in(first, std::ios::binary);
        std::ofstream copy(file, std::ios::binary);
        copy << in.rdbuf();
        if (!copy.flush()) throw std::runtime_error(file + ": cannot be written");
    }
    const Owned<kato_store> store = open_store(scratch / "kato");
    (void)import_path(store.get(), file); // before the clock starts
    Outcome out;
    for (int round = 0; round < k_rounds; ++round) {
        std::ofstream more(file, std::ios::binary | std::ios::app);
        more << more_lines(format, first, 4000, static_cast<std::uint64_t>(round) + 7);
        if (!more.flush()) throw std::runtime_error(file + ": cannot be written");
        const double start = now_us();
        (void)import_path(store.get(), file); // how much is new does not matter
        out.times_us.push_back(now_us() - start);
    }
    return out;
}

} // namespace

void bench_import(Report& report, const Options& options) {
    const std::string& corpus = options.directory;
    const std::uint64_t bytes = size_of_tree(corpus);
    report.run("import.new", [&] { return import_new(corpus, bytes); });
    if (report.wanted("import.unchanged")) {
        const Scratch scratch;
        // In a process of its own, so that this one stays small.
        report.prepare([&] { (void)import_again(scratch / "kato", corpus, bytes); });
        report.run("import.unchanged",
                   [&] { return import_again(scratch / "kato", corpus, bytes); });
    }
    const Format& format = find_format(options.corpus.format);
    if (report.wanted("import.grown_4kB")) {
        const std::string growing = growing_file(options);
        if (!growing.empty())
            report.run("import.grown_4kB",
                       [&] { return import_grown(options.corpus.format, growing); });
    }
    if (!options.peers) return;
    report.run_command("peer.python_json", {"python3", "-c", k_python_json, corpus}, bytes);
    for (const std::string_view reader : format.readers)
        report.run_command(
            "peer." + std::string(reader),
            {"python3", KATO_OTHER_READERS, std::string(reader), options.corpus.format, corpus},
            bytes);
    if (format.lines_with_content) {
        const Scratch scratch;
        report.run_command("peer.python_sqlite_fts",
                           {"sh", "-c", "rm -f \"$2\"; python3 -c \"$0\" \"$1\" \"$2\"",
                            k_python_fts, corpus, scratch / "fts.db"},
                           bytes);
    }
    report.run_command(
        "peer.zstd_1",
        {"sh", "-c",
         "command -v zstd >/dev/null || exit 127; find \"$0\" -type f -exec cat {} + | zstd -1 -q",
         corpus},
        bytes);
}

} // namespace bench
