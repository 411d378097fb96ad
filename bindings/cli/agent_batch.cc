#include "agent_batch.h"

#include "json.h"
#include "progress.h"
#include "signals.h"
#include "text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr std::uint64_t k_step_ms = 20;
constexpr std::uint64_t k_most_hits = 10'000; // of a query

// Ids of the chats, each once, in the order in which they are run.
int all_chats(const Store& store, std::vector<std::string>& ids) {
    ChatCursor cursor;
    Error error;
    kato_status status = kato_chat_list(store.get(), nullptr, out(cursor), out(error));
    for (;;) {
        if (status < 0) return fail(status, error);
        Chat chat;
        status = kato_chat_cursor_next(cursor.get(), out(chat), out(error));
        if (status == KATO_DONE) return Exit::done;
        if (status == KATO_OK) ids.emplace_back(text<kato_chat_id>(chat.get()));
    }
}

int found_chats(Session& session, const Store& store, const std::string& query,
                std::vector<std::string>& ids) {
    kato_search_options wanted = KATO_SEARCH_OPTIONS_INIT;
    wanted.limit = k_most_hits;
    wanted.cancel = session.cancel.get();
    SearchCursor cursor;
    Error error;
    kato_status status =
        kato_search(store.get(), query.data(), query.size(), &wanted, out(cursor), out(error));
    if (status < 0) return fail(status, error, "kato help search explains the query language");
    while ((status = kato_search_next(cursor.get(), out(error))) == KATO_OK) {
        const std::string id(text<kato_search_chat>(cursor.get()));
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    return status < 0 ? fail(status, error) : Exit::done;
}

class BatchRun {
public:
    BatchRun(Session& session, const Store& store, const kato_agent_options& wanted,
             std::size_t total)
        : session_(session), store_(store), wanted_(wanted), total_(total),
          progress_(session, "running") {}

    int run(const std::vector<std::string>& chats, std::uint64_t jobs) {
        std::size_t next = 0;
        while (next < chats.size() || !live_.empty()) {
            while (next < chats.size() && live_.size() < jobs && caught_signal() == 0)
                start(chats[next++]);
            if (caught_signal() != 0) next = chats.size();
            collect();
        }
        return summary();
    }

private:
    void start(const std::string& chat) {
        AgentRun run;
        Error error;
        const kato_status status = kato_agent_run_start(store_.get(), chat.data(), chat.size(),
                                                        &wanted_, out(run), out(error));
        if (status == KATO_OK) {
            live_.push_back(std::move(run));
        } else if (status == KATO_E_EXISTS) {
            ++skipped_;
        } else {
            progress_.clear();
            code_ = std::max(code_, fail(status, error, {}, {}, chat.substr(0, 8)));
            ++failed_;
        }
    }

    void collect() {
        for (auto run = live_.begin(); run != live_.end();) {
            Error error;
            if (kato_agent_run_wait(run->get(), k_step_ms, session_.cancel.get(), out(error)) ==
                KATO_E_BUSY) {
                ++run;
                continue;
            }
            finished(run->get());
            run = live_.erase(run);
        }
        progress_.update(failed_ + skipped_ + done_, total_, "chats");
    }

    void finished(const kato_agent_run* run) {
        const std::int32_t outcome = kato_agent_run_outcome(run);
        ++done_;
        code_ = std::max(code_, exit_of_run(outcome) == Exit::done ? Exit::done : Exit::failed);
        const std::string_view report = text<kato_agent_run_report>(run);
        if (session_.json) {
            session_.out.write(json_safe(report) + "\n");
            return;
        }
        const auto json = parse_json(report);
        if (!json) return;
        ++outcomes_[std::string(json->text("outcome"))];
        const Json* output = json->find("output");
        progress_.clear();
        session_.out.write(fmt::format(
            "{}  {}  {}\n", pad(json->text("outcome"), 9), json->text("chat").substr(0, 8),
            output && output->is(Json::Type::object) ? visible_line(output->text("path")) : "-"));
    }

    int summary() {
        progress_.clear();
        if (session_.json) {
            JsonObject total("total");
            total.add_number("chats", total_)
                .add_number("runs", done_)
                .add_number("skipped", skipped_)
                .add_number("not_started", failed_);
            session_.out.write(total.line());
        } else {
            std::string facts = fmt::format("{} chats: {} runs", total_, done_);
            for (const auto& [outcome, count] : outcomes_)
                facts += fmt::format(", {} {}", count, outcome);
            facts += fmt::format(", {} done before", skipped_);
            if (failed_ != 0) facts += fmt::format(", {} not started", failed_);
            say(facts);
        }
        return caught_signal() != 0 ? 128 + caught_signal() : code_;
    }

    Session& session_;
    const Store& store_;
    const kato_agent_options& wanted_;
    std::size_t total_;
    Progress progress_;
    std::vector<AgentRun> live_;
    std::map<std::string, std::uint64_t> outcomes_;
    std::uint64_t done_ = 0;
    std::uint64_t skipped_ = 0;
    std::uint64_t failed_ = 0;
    int code_ = Exit::done;
};

} // namespace

int exit_of_run(std::int32_t outcome) {
    switch (outcome) {
    case KATO_RUN_OK: return Exit::done;
    case KATO_RUN_TIMEOUT: return Exit::deadline;
    case KATO_RUN_DENIED:
    case KATO_RUN_UNAVAILABLE: return Exit::denied;
    case KATO_RUN_CANCELLED: return caught_signal() != 0 ? 128 + caught_signal() : Exit::failed;
    default: return Exit::failed;
    }
}

int run_batch(Session& session, const Store& store, const Batch& batch,
              const kato_agent_options& wanted) {
    std::vector<std::string> chats;
    const int code =
        batch.all ? all_chats(store, chats) : found_chats(session, store, batch.query, chats);
    if (code != Exit::done) return code;
    return BatchRun(session, store, wanted, chats.size()).run(chats, batch.jobs);
}

} // namespace kato_cli
