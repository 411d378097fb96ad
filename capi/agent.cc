// kato/agent.h: runs, what this machine can enforce, the audit log.
#include "arguments.h"
#include "handle.h"

#include "policy.h"

#include "agent/apply.h"
#include "agent/audit_log.h"
#include "agent/listing.h"
#include "agent/run.h"
#include "base/file.h"
#include "codec/json/json.h"

#include <kato/agent.h>

#include <algorithm>

using namespace kato;
using namespace kato::capi;

struct kato_agent_run {
    OpenStorePtr open; // before the run: released after it
    std::unique_ptr<agent::Run> run;
    std::string id;
    std::string report; // once it has ended
    std::mutex mutex;
    std::vector<RunMessage> messages; // of which `next` were given
    std::size_t next = 0;
    std::string message; // given last
};

struct kato_agent_run_cursor {
    OpenStorePtr open;
    std::vector<RunRecord> runs;
    std::size_t next = 0;
    std::string json;
};

static_assert(static_cast<int>(agent::RunOutcome::ok) == KATO_RUN_OK);
static_assert(static_cast<int>(agent::RunOutcome::timeout) == KATO_RUN_TIMEOUT);
static_assert(static_cast<int>(agent::RunOutcome::unavailable) == KATO_RUN_UNAVAILABLE);
static_assert(static_cast<int>(agent::RunOutcome::error) == KATO_RUN_ERROR);

namespace {

constexpr std::uint64_t k_step_ms = 50; // between two looks at a token that asks to stop

template <class Number> void set(Number& to, std::uint64_t given) {
    if (given != 0) to = static_cast<Number>(given);
}

Result<sandbox::Level> level_of(std::int32_t isolation) {
    switch (isolation) {
    case KATO_ISOLATION_AUTO: return sandbox::Level::automatic;
    case KATO_ISOLATION_CONFINED: return sandbox::Level::confined;
    case KATO_ISOLATION_ISOLATED: return sandbox::Level::isolated;
    default: return Error{Code::invalid, "`isolation` is none of KATO_ISOLATION_..."};
    }
}

Result<sandbox::Audit> audit_of(std::int32_t audit) {
    switch (audit) {
    case KATO_AUDIT_DENIALS: return sandbox::Audit::denials;
    case KATO_AUDIT_NONE: return sandbox::Audit::none;
    case KATO_AUDIT_FILES: return sandbox::Audit::files;
    default: return Error{Code::invalid, "`audit` is none of KATO_AUDIT_..."};
    }
}

Status check_params(std::string_view params) {
    if (params.empty()) return done();
    json::Document document;
    const Status parsed = document.parse(params);
    if (parsed && params.find_first_not_of(" \t\r\n") != std::string_view::npos &&
        params[params.find_first_not_of(" \t\r\n")] == '{')
        return done();
    return Error{Code::invalid, "the parameters are not a JSON object"};
}

Result<agent::RunSpec> spec_of(const kato_agent_options& given) {
    KATO_CHECK(check_flags(given.flags,
                           KATO_AGENT_FILTER | KATO_AGENT_OUTPUT_FILE | KATO_AGENT_AUDIT_REQUIRED));
    agent::RunSpec spec;
    KATO_TRY(spec.command, command_of(given.policy, given.command, given.command_count));
    KATO_TRY(spec.level, level_of(given.isolation));
    KATO_TRY(spec.audit, audit_of(given.audit));
    KATO_TRY(spec.instructions,
             optional_text(given.instructions, given.instructions_len, "instructions"));
    KATO_TRY(const std::string_view params,
             optional_text(given.params, given.params_len, "params"));
    KATO_CHECK(check_params(params));
    json::Document document; // on one line, whatever was given
    if (!params.empty() && document.parse(params)) spec.params = document.root().minified();
    KATO_TRY(spec.output_name,
             optional_text(given.output_name, given.output_name_len, "output_name"));
    spec.mode =
        (given.flags & KATO_AGENT_FILTER) != 0 ? agent::Mode::filter : agent::Mode::protocol;
    spec.output_file = (given.flags & KATO_AGENT_OUTPUT_FILE) != 0;
    spec.audit_required = (given.flags & KATO_AGENT_AUDIT_REQUIRED) != 0;
    if (spec.audit_required && spec.audit == sandbox::Audit::none)
        return Error{Code::invalid, "an audit cannot be both required and none"};
    set(spec.limits.wall_ms, given.wall_ms);
    set(spec.limits.output_bytes, given.output_bytes);
    set(spec.limits.message_bytes, given.message_bytes);
    set(spec.limits.kernel.memory_bytes, given.memory_bytes);
    set(spec.limits.kernel.scratch_bytes, given.scratch_bytes);
    set(spec.limits.kernel.cpu_seconds, given.cpu_seconds);
    set(spec.limits.kernel.processes, given.processes);
    set(spec.limits.kernel.open_files, given.open_files);
    return spec;
}

// The elements of the options' environment: NAME=value.
Result<std::vector<std::string>> environment_of(const kato_agent_options& given) {
    if (given.environment == nullptr && given.environment_count != 0)
        return misuse("`environment` is NULL and has a count");
    std::vector<std::string> out;
    for (std::size_t i = 0; i < given.environment_count; ++i) {
        if (given.environment[i] == nullptr) return misuse("an element of `environment` is NULL");
        out.emplace_back(given.environment[i]);
    }
    return out;
}

Status apply_policy(const kato_agent_options& given, const Store& store, agent::RunSpec& spec) {
    if (given.policy == nullptr) return done();
    KATO_CHECK(enter(given.policy));
    OpenPolicy open = given.policy->open; // its function may free the handle
    KATO_TRY(std::string workspace, absolute_path(store.path()));
    open.surroundings.workspaces.push_back(std::move(workspace));
    if (open.occasion) {
        KATO_TRY(const agent::Occasion now, agent::occasion_of(open.policy, spec.command));
        if (now != *open.occasion)
            return Error{Code::denied, "the program is not the one that was granted for all runs"};
    }
    KATO_TRY(const agent::Decision decision, decide(open));
    KATO_TRY(const std::vector<std::string> environment, environment_of(given));
    return agent::apply(open.policy, decision, environment, spec);
}

Result<std::string> audit_directory(const Store& store) {
    KATO_TRY(const std::string workspace, absolute_path(store.path()));
    return workspace + "/audit";
}

} // namespace

kato_status kato_agent_run_start(kato_store* store, const char* chat, size_t chat_len,
                                 const kato_agent_options* options, kato_agent_run** out,
                                 kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto handle = std::make_unique<kato_agent_run>();
        KATO_TRY(handle->open, enter(store));
        KATO_CHECK(check_options(options));
        const kato_agent_options given = copy_options(options);
        KATO_TRY(agent::RunSpec spec, spec_of(given));
        KATO_TRY(spec.chat, chat_argument(*handle->open->store, chat, chat_len));
        if (handle->open->store->read_only())
            return Error{Code::denied, "the store was opened to be read only"};
        KATO_CHECK(apply_policy(given, *handle->open->store, spec));
        KATO_TRY(handle->run, agent::Run::start(handle->open->store, std::move(spec)));
        handle->id = to_string(handle->run->id());
        *out = handle.release();
        return KATO_OK;
    });
}

kato_status kato_agent_run_wait(kato_agent_run* run, uint64_t timeout_ms, const kato_cancel* cancel,
                                kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        if (run == nullptr) return misuse("`run` is required");
        const StopFn stop = stop_by(cancel);
        while (!run->run->wait(stop ? std::min(timeout_ms, k_step_ms) : timeout_ms)) {
            if (stop && stop()) run->run->cancel();
            if (!stop || timeout_ms <= k_step_ms)
                return Error{Code::busy, "the run has not ended yet"};
            timeout_ms -= k_step_ms;
        }
        return KATO_OK;
    });
}

int32_t kato_agent_run_poll(const kato_agent_run* run) {
    return run != nullptr && run->run->result() != nullptr ? 1 : 0;
}

int kato_agent_run_fd(const kato_agent_run* run) { return run != nullptr ? run->run->event() : -1; }

void kato_agent_run_cancel(kato_agent_run* run) {
    if (run != nullptr) run->run->cancel();
}

const char* kato_agent_run_id(const kato_agent_run* run, size_t* len) {
    return give(run != nullptr ? std::string_view(run->id) : std::string_view(), len);
}

kato_status kato_agent_run_message(kato_agent_run* run, const char** json, size_t* len,
                                   kato_error** error) {
    return guard_out(__func__, error, json, [&]() -> Return {
        if (run == nullptr) return misuse("`run` is required");
        const std::lock_guard lock(run->mutex);
        if (run->next == run->messages.size()) {
            run->messages = run->run->messages();
            run->next = 0;
        }
        if (run->next == run->messages.size()) return KATO_DONE;
        run->message = agent::message_object(run->messages[run->next]);
        ++run->next;
        *json = give(run->message, len);
        return KATO_OK;
    });
}

int32_t kato_agent_run_outcome(const kato_agent_run* run) {
    const agent::RunResult* result = run != nullptr ? run->run->result() : nullptr;
    return result != nullptr ? static_cast<int32_t>(result->outcome) : KATO_RUN_RUNNING;
}

const char* kato_agent_run_report(const kato_agent_run* run, size_t* len) {
    const std::string* report = run != nullptr ? run->run->report() : nullptr;
    return give(report != nullptr ? std::string_view(*report) : std::string_view(), len);
}

void kato_agent_run_free(kato_agent_run* run) { const std::unique_ptr<kato_agent_run> owned(run); }

kato_status kato_agent_run_list(const kato_store* store, const char* chat, size_t chat_len,
                                uint64_t limit, kato_agent_run_cursor** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto cursor = std::make_unique<kato_agent_run_cursor>();
        KATO_TRY(cursor->open, enter(store));
        std::optional<Uuid> wanted;
        if (chat != nullptr) {
            KATO_TRY(wanted, chat_argument(*cursor->open->store, chat, chat_len, true));
        }
        KATO_TRY(cursor->runs, cursor->open->store->runs(wanted, limit));
        *out = cursor.release();
        return KATO_OK;
    });
}

kato_status kato_agent_run_cursor_next(kato_agent_run_cursor* cursor, const char** json,
                                       size_t* len, kato_error** error) {
    return guard_out(__func__, error, json, [&]() -> Return {
        if (cursor == nullptr) return misuse("`cursor` is required");
        KATO_CHECK(enter(*cursor->open));
        if (cursor->next == cursor->runs.size()) return KATO_DONE;
        cursor->json = agent::run_row(cursor->runs[cursor->next]);
        ++cursor->next;
        *json = give(cursor->json, len);
        return KATO_OK;
    });
}

void kato_agent_run_cursor_free(kato_agent_run_cursor* cursor) {
    const std::unique_ptr<kato_agent_run_cursor> owned(cursor);
}

kato_status kato_agent_run_get(const kato_store* store, const char* run, size_t run_len,
                               kato_buffer** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view reference, required_text(run, run_len, "run"));
        KATO_TRY(const RunRecord record, open->store->run(reference));
        KATO_TRY(const std::vector<RunMessage> said, open->store->run_messages(record.id));
        *out = make_buffer(agent::run_with_messages(record, said));
        return KATO_OK;
    });
}

kato_status kato_agent_host(kato_buffer** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        *out = make_buffer(agent::host_object());
        return KATO_OK;
    });
}

kato_status kato_audit_read(const kato_store* store, const char* run, size_t run_len,
                            kato_write_fn write, void* user_data, kato_destroy_fn destroy,
                            kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (write == nullptr) return misuse("`write` is required");
        KATO_TRY(const std::string_view id, optional_text(run, run_len, "run"));
        const std::string marker = "\"run\":\"" + std::string(id) + "\"";
        const Output out = output_to(open->reentry, write, user_data);
        KATO_TRY(const std::string directory, audit_directory(*open->store));
        const Status read = agent::read_audit(
            directory, [&](const std::string&, std::uint64_t, std::string_view line) -> Status {
                if (!id.empty() && line.find(marker) == std::string_view::npos) return done();
                return out(to_valid_utf8(line) + '\n');
            });
        KATO_CHECK(read);
        return KATO_OK;
    });
}

kato_status kato_audit_verify(const kato_store* store, kato_buffer** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const AuditHead known, open->store->audit_head());
        KATO_TRY(const std::vector<AuditHead> seen, open->store->run_heads());
        KATO_TRY(const std::string directory, audit_directory(*open->store));
        KATO_TRY(const agent::AuditCheck check, agent::check_audit(directory, known, seen));
        *out = make_buffer(agent::check_object(check, known));
        return check.problem_count == 0 ? KATO_OK : KATO_PARTIAL;
    });
}
