// What kato export was asked for, and the loss report beside its output.
#pragma once

#include "session.h"

#include <string>
#include <vector>

namespace kato_cli {

struct ExportOptions {
    std::vector<std::string> chats;
    std::string format = "kato";
    std::string output;
    std::string kinds; // names with commas between them
    std::string provider;
    std::string project;
    std::string after;
    std::string before;
    std::string loss_report; // a file; "-" is standard error
    bool all = false;
    bool no_blobs = false;
    bool head_only = false;
    bool hidden = false;
    bool no_thinking = false;
    bool no_tools = false;
    bool force = false;

    bool to_stdout() const { return output.empty() || output == "-"; }
    bool original() const { return format == "original"; }
    bool filtered() const {
        return !provider.empty() || !project.empty() || !after.empty() || !before.empty();
    }
};

// Refuses what the format would ignore without a word; gives an exit code.
int check_format_options(const ExportOptions& options);

// The options as the library takes them. Lives as long as the call that gets `filled`.
class LibraryOptions {
public:
    // `ids`: the chats; none and not `filtered`: every chat. Gives an exit code.
    int fill(Session& session, const ExportOptions& options, const std::vector<std::string>& ids);

    kato_export_options filled = KATO_EXPORT_OPTIONS_INIT;

private:
    std::vector<const char*> chats_;
    std::vector<std::string> kind_names_;
    std::vector<const char*> kinds_;
};

// Takes the loss report and puts it where it was asked for.
class LossReport {
public:
    LossReport(Session& session, const ExportOptions& options)
        : session_(session), target_(options.loss_report) {}

    bool wanted() const { return !target_.empty(); }
    void take(std::string_view json) { json_ = json; }
    int write(); // gives an exit code

private:
    void say_it() const;

    Session& session_;
    const std::string& target_;
    std::string json_{};
};

// What the library's callbacks get as their user_data.
struct ExportTold {
    class Progress* progress = nullptr; // may be null
    LossReport* loss = nullptr;

    void listen(kato_export_options& options);
};

} // namespace kato_cli
