// The benchmarks: each command's measurements.
#pragma once

#include "corpus.h"
#include "measure.h"

namespace bench {

struct Options {
    CorpusOptions corpus{};
    std::string directory{}; // of the corpus; empty: a temporary one
    bool peers = true;
};

void bench_import(Report& report, const Options& options);
void bench_export(Report& report, const Options& options);
void bench_search(Report& report, const Options& options);
void bench_append(Report& report, const Options& options);
void bench_agent(Report& report, const Options& options);

} // namespace bench
