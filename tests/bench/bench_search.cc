// bench search: kinds of queries over a corpus, warm in one process and cold in a new one.
#include "client.h"
#include "commands.h"
#include "scratch.h"
#include "words.h"

#include <string>
#include <vector>

namespace bench {
namespace {

struct Query {
    const char* name;
    std::string text;
};

// Words of the corpus: frequent ones, rare ones, code, CJK.
std::vector<Query> queries(const Options& options) {
    return {
        {"rare", Words(options.corpus.seed).rare_word()},
        {"common", "function"},
        {"and", "database timeout"},
        {"phrase", "\"the file\""},
        {"prefix", "config*"},
        {"cjk", "\xE6\x90\x9C\xE7\xB4\xA2"},
        {"filtered", "error kind:user.message after:2026-03-10"},
        {"not", "parser -review"},
    };
}

constexpr int k_repetitions = 50;

} // namespace

void bench_search(Report& report, const Options& options) {
    const Scratch scratch;
    const std::string workspace = scratch / "kato";
    report.prepare([&] { (void)import_path(open_store(workspace).get(), options.directory); });
    const std::vector<Query> all = queries(options);
    for (const Query& query : all) {
        report.run(std::string("search.") + query.name, [&] {
            const Owned<kato_store> store = open_store(workspace);
            (void)search(store.get(), query.text); // warms the caches
            Outcome out;
            for (int i = 0; i < k_repetitions; ++i) {
                const double start = now_us();
                (void)search(store.get(), query.text); // an empty result is a result
                out.times_us.push_back(now_us() - start);
            }
            return out;
        });
    }
    report.run("search.new_process", [&] {
        const double start = now_us();
        const Owned<kato_store> store = open_store(workspace);
        (void)search(store.get(), all[0].text); // an empty result is a result
        return Outcome{{now_us() - start}, 0, 0, 0};
    });
    if (!options.peers) return;
    const std::uint64_t bytes = size_of_tree(options.directory);
    report.run_command("peer.ripgrep",
                       {"sh", "-c",
                        "command -v rg >/dev/null || exit 127; rg -c function \"$0\" || true",
                        options.directory},
                       bytes);
    report.run_command("peer.grep",
                       {"sh", "-c", "grep -rcF function \"$0\" || true", options.directory}, bytes);
}

} // namespace bench
