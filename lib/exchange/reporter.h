// The rows and numbers of an import's report. docs/cli.md lists the members of the rows.
#pragma once

#include "exchange/import.h"
#include "exchange/issues.h"
#include "store/import_session.h"

#include <functional>
#include <string>
#include <vector>

namespace kato {

// One source, or the member of a container, as it is reported.
struct SourceRow {
    std::string name{};
    std::string format{};      // empty: not recognised
    std::string_view status{}; // "new", "updated", "unchanged", "failed"
    std::uint64_t size_bytes = 0;
    ImportCounts counts{};
    std::uint64_t issues = 0;
    std::string error{}; // why it failed
    // Only when nothing is stored:
    std::string why{}; // why it is of that format
    int score = 0;
    std::array<std::uint64_t, k_kind_count + 1> kinds{};
};

// What is said is neither told nor counted before release(): the store may still fail to keep it.
class Reporter {
public:
    Reporter(ImportReport& report, const ImportOptions& options)
        : report_(report), options_(options) {}

    void source(SourceRow row);
    void member(SourceRow row);
    void issues(const std::string& source, const Issues& issues);
    // Events of which no source can be named that made them vanish: what they had is in none.
    void vanished(std::uint64_t events);
    // Tells it. Once the host has returned an Error it is told nothing more, and all else is counted.
    Status release();
    void drop() { held_.clear(); }
    void hush() { refused_ = true; } // the host has refused elsewhere
    // The last row; with `quiet` nobody is told.
    Status total(bool quiet);
    void set_partial() { report_.partial = true; }
    std::uint64_t count(Count which) const {
        return report_.counts[static_cast<std::size_t>(which)];
    }

private:
    static constexpr std::uint64_t k_max_issue_rows = 1000; // of a whole import

    void add(Count which, std::uint64_t number) {
        report_.counts[static_cast<std::size_t>(which)] += number;
    }
    Status push(std::string row, bool quiet = false);
    Status tell_source(const SourceRow& row);
    Status tell_member(const SourceRow& row);
    Status tell_issues(const std::string& source, const Issues& issues);

    ImportReport& report_;
    const ImportOptions& options_;
    std::vector<std::function<Status()>> held_{};
    bool refused_ = false; // by the host
    std::uint64_t issue_rows_ = 0;
};

} // namespace kato
