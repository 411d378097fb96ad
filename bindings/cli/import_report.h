// What an import says while it runs and at its end, over all files that were named.
#pragma once

#include "handles.h"
#include "json.h"
#include "progress.h"
#include "session.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace kato_cli {

class ImportLog {
public:
    // `verbose`: people also see unchanged sources and what was kept without being understood.
    // `explain`: nothing is imported, and what is new is not known.
    ImportLog(Session& session, bool verbose, bool explain)
        : session_(session), verbose_(verbose || explain), explain_(explain),
          progress_(session, explain ? "reading" : "importing") {}

    // To be called with each row of a report as it is made; totals are left for `finish`.
    void row(std::string_view json);
    // Before each input. `alone`: its failure is the import's, which whoever imports it will say.
    void begin_input(bool alone);
    // Where the input failed, "" when it did not.
    const std::string& failed_at() const { return failed_at_; }
    // Adds one report's numbers.
    void add(const kato_import_report* report);
    void clear_progress() { progress_.clear(); }
    Progress& progress() { return progress_; }
    // Prints the total of all reports.
    void finish();

private:
    static constexpr std::size_t k_counts = KATO_COUNT_ISSUES + 1;

    void print_source(const Json& row);
    void print_why(const Json& row, std::string& line) const;
    void print_issue(const Json& row);
    void print_summary();
    void add_total(std::string_view json);

    Session& session_;
    bool verbose_;
    bool explain_;
    bool alone_ = false;
    std::string failed_{}; // the last source that failed
    std::string failed_at_{};
    Progress progress_;
    std::array<std::uint64_t, k_counts> counts_{};
    std::vector<std::pair<std::string, std::uint64_t>> total_{}; // the members of "total" rows
};

} // namespace kato_cli
