// bench: measures Kato over a generated corpus. `bench COMMAND --help` says how.
#include "commands.h"
#include "formats.h"
#include "scratch.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>

namespace {

struct Arguments {
    bench::Options options;
    std::vector<std::string> only;
    unsigned runs = 3;
    bool json = false;
    bool no_peers = false;
    std::string peers; // a folder of programs
};

int generate(const Arguments& arguments) {
    const bench::Corpus corpus =
        bench::write_corpus(arguments.options.directory, arguments.options.corpus);
    fmt::print(R"({{"name":"gen","files":{},"bytes":{},"lines":{}}})"
               "\n",
               corpus.files, corpus.size_bytes, corpus.lines);
    return 0;
}

using Command = void (*)(bench::Report&, const bench::Options&);

int measure(Arguments arguments, Command command, bool corpus) {
    std::unique_ptr<bench::Scratch> scratch;
    if (corpus && arguments.options.directory.empty()) {
        scratch = std::make_unique<bench::Scratch>();
        arguments.options.directory = *scratch / "corpus";
        (void)bench::write_corpus(arguments.options.directory,
                                  arguments.options.corpus); // only the files are needed
    }
    arguments.options.peers = !arguments.no_peers;
    if (!arguments.peers.empty()) bench::find_programs_in(arguments.peers);
    bench::Report report(arguments.json, arguments.runs, arguments.only);
    command(report, arguments.options);
    return report.failed() ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Measures Kato over a generated corpus: medians, 90th percentiles, peak memory.");
    app.require_subcommand(1);
    Arguments arguments;
    std::function<int()> run;

    const auto corpus_options = [&](CLI::App* command) {
        command
            ->add_option("--size", arguments.options.corpus.size_bytes,
                         "Bytes of the corpus (100MB: 100000000)")
            ->transform(CLI::AsSizeValue(true));
        command->add_option("--seed", arguments.options.corpus.seed,
                            "The same seed gives the same bytes");
        command->add_option("--format", arguments.options.corpus.format, "What to write")
            ->check(CLI::IsMember(bench::format_names()));
        command->add_option("--files", arguments.options.corpus.files,
                            "So many files of equal size, instead of as many as is usual");
    };
    CLI::App* gen = app.add_subcommand("gen", "Write a corpus");
    corpus_options(gen);
    gen->add_flag("--json", arguments.json, "Has no effect: the output is JSON");
    gen->add_option("-o,--output,OUTPUT", arguments.options.directory, "Directory to make")
        ->required();
    gen->callback([&] { run = [&] { return generate(arguments); }; });

    CLI::App* list = app.add_subcommand("formats", "List the formats of corpora, one a line");
    list->callback([&] {
        run = [] {
            for (const std::string& name : bench::format_names()) fmt::print("{}\n", name);
            return 0;
        };
    });

    const struct {
        const char* name;
        const char* what;
        Command command;
        bool corpus = true;
    } commands[] = {
        {"import", "Import the corpus anew, again, and grown", bench::bench_import},
        {"export", "Export it in each text format", bench::bench_export},
        {"search", "Run several kinds of queries over it", bench::bench_search},
        {"append", "Append messages one by one, durably", bench::bench_append},
        {"agent", "Start a trivial program, confined, beside other sandboxes", bench::bench_agent,
         false},
    };
    for (const auto& entry : commands) {
        CLI::App* command = app.add_subcommand(entry.name, entry.what);
        if (entry.corpus) corpus_options(command);
        if (entry.corpus)
            command
                ->add_option("--corpus", arguments.options.directory,
                             "Use this directory instead of a generated corpus")
                ->check(CLI::ExistingDirectory);
        command->add_option("--runs", arguments.runs, "Runs of each measurement")
            ->check(CLI::Range(1, 1000));
        command
            ->add_option("--only", arguments.only,
                         "Only measurements whose names contain one of these")
            ->delimiter(',');
        command->add_flag("--json", arguments.json, "One JSON object a measurement");
        command->add_flag("--no-peers", arguments.no_peers,
                          "Don't run other programs for comparison");
        command
            ->add_option("--peers", arguments.peers,
                         "Where other programs are looked for first: a virtual environment's bin")
            ->envname("KATO_BENCH_PEERS")
            ->check(CLI::ExistingDirectory);
        command->callback([&run, &arguments, &entry] {
            run = [&] { return measure(arguments, entry.command, entry.corpus); };
        });
    }
    CLI11_PARSE(app, argc, argv);
    try {
        return run();
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        return 1;
    }
}
