#include "agent/prepare.h"

#include "base/json_string.h"
#include "base/text.h"
#include "exchange/export.h"
#include "sandbox/snapshot.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kato::agent {
namespace {

std::string limits_object(const RunLimits& limits) {
    return fmt::format(
        R"({{"wall_ms":{},"cpu_seconds":{},"memory_bytes":{},"processes":{},"open_files":{},)"
        R"("scratch_bytes":{},"output_bytes":{},"message_bytes":{}}})",
        limits.wall_ms, limits.kernel.cpu_seconds, limits.kernel.memory_bytes,
        limits.kernel.processes, limits.kernel.open_files, limits.kernel.scratch_bytes,
        limits.output_bytes, limits.message_bytes);
}

// Fills a file in memory that nobody can change afterwards.
Result<Fd> sealed(const std::function<Status(int fd)>& fill) {
    KATO_TRY(Fd file, sandbox::create_snapshot());
    KATO_CHECK(fill(file.get()));
    return sandbox::seal_snapshot(std::move(file));
}

} // namespace

std::string text_member(std::string_view name, std::string_view value) {
    std::string out;
    append_json_string(out, name);
    out += ':';
    append_json_string(out, to_valid_utf8(value));
    return out;
}

Result<std::unique_ptr<Prepared>> Prepared::make(std::shared_ptr<Store> store, RunSpec spec) {
    std::unique_ptr<Prepared> out(new Prepared);
    out->store = std::move(store);
    out->spec = std::move(spec);
    KATO_TRY(const ChatView chat, out->store->chat(out->spec.chat));
    if (out->spec.command.empty()) return Error{Code::invalid, "no program was given"};
    KATO_TRY(out->runtime, sandbox::resolve_runtime(out->spec.command, k_search_path));
    KATO_CHECK(out->check_runtime());
    out->started_us = out->now_us();
    std::array<std::uint8_t, 10> random{};
    out->store->environment().random(random);
    out->id = make_uuid_v7(out->started_us, random);
    KATO_TRY(out->workspace, absolute_path(out->store->path()));
    KATO_CHECK(out->write_snapshot());
    if (out->spec.mode == Mode::protocol) KATO_CHECK(out->write_instructions());
    KATO_TRY(OutputFile output,
             OutputFile::create(out->workspace, out->spec.chat, out->id, out->spec.output_name));
    out->output.emplace(std::move(output));
    KATO_TRY(out->folder, RunFolder::create(out->workspace, out->id));
    if (out->spec.output_file) KATO_CHECK(make_private_file(out->folder.path() + "/output"));
    if (out->spec.audit != sandbox::Audit::none) {
        KATO_TRY(const AuditHead known, out->store->audit_head());
        KATO_TRY(AuditLog log,
                 AuditLog::open(out->workspace + "/audit", known,
                                out->spec.audit_required ? OnDamage::refuse : OnDamage::tell));
        out->log.emplace(std::move(log));
        KATO_CHECK(out->note_start());
    }
    RunRecord record;
    record.id = out->id;
    record.chat = out->spec.chat;
    record.started_us = out->started_us;
    record.program = out->spec.command.front();
    record.audit = out->head;
    KATO_CHECK(out->store->begin_run(record));
    return out;
}

// Deny rules hold for the runtime too: a program that cannot start without is refused.
Status Prepared::check_runtime() const {
    if (!spec.denies) return done();
    for (const sandbox::Grant& grant : runtime.grants)
        if (spec.denies(grant.path, grant.rights))
            return Error{Code::denied,
                         fmt::format("{}: a rule denies it, and the program needs it", grant.path)};
    return done();
}

// Exactly this chat, as it is now; detached from the store.
Status Prepared::write_snapshot() {
    ExportOptions options;
    options.chats = {to_string(spec.chat)};
    options.include_hidden = true;
    Sha256 sha;
    KATO_TRY(snapshot, sealed([&](int fd) -> Status {
                 const auto whole =
                     export_chats(*store, options, [&](std::string_view bytes) -> Status {
                         sha.update(bytes);
                         snapshot_bytes_ += bytes.size();
                         return write_all(fd, bytes, "the chat's snapshot");
                     });
                 return whole ? done() : Status(whole.error());
             }));
    snapshot_sha256_ = sha.finish();
    return done();
}

Status Prepared::write_instructions() {
    const std::string line =
        fmt::format("{{\"kato_agent\":1,{},{},{},\"params\":{},\"limits\":{}}}\n",
                    text_member("run", to_string(id)), text_member("chat", to_string(spec.chat)),
                    text_member("instructions", spec.instructions),
                    spec.params.empty() ? "{}" : spec.params, limits_object(spec.limits));
    KATO_TRY(instructions,
             sealed([&](int fd) { return write_all(fd, line, "the run's instructions"); }));
    return done();
}

Status Prepared::audit(std::string_view type, std::string_view members) {
    if (!log) return done();
    KATO_TRY(head, log->append(now_us(), fmt::format("{},{},{}", text_member("type", type),
                                                     text_member("run", to_string(id)), members)));
    return done();
}

Status Prepared::note_start() {
    std::string command = "[";
    for (const std::string& argument : spec.command) {
        if (command.size() > 1) command += ',';
        append_json_string(command, to_valid_utf8(argument));
    }
    std::string grants = "[";
    for (const std::vector<sandbox::Grant>* list : {&runtime.grants, &spec.grants}) {
        for (const sandbox::Grant& grant : *list) {
            if (grants.size() > 1) grants += ',';
            grants += fmt::format("{{{},\"rights\":{}}}", text_member("path", grant.path),
                                  unsigned{grant.rights});
        }
    }
    return audit("start",
                 fmt::format("{},\"command\":{}],{},\"chat_bytes\":{},{},\"grants\":{}],"
                             "\"policy\":{},\"limits\":{}",
                             text_member("chat", to_string(spec.chat)), command,
                             text_member("program", runtime.program), snapshot_bytes_,
                             text_member("chat_sha256", to_hex(snapshot_sha256_)), grants,
                             spec.policy.empty() ? "{}" : spec.policy, limits_object(spec.limits)));
}

sandbox::Confinement Prepared::confinement() const {
    sandbox::Confinement out;
    out.level = spec.level;
    out.program = runtime.program;
    out.arguments = runtime.arguments;
    out.environment = {fmt::format("PATH={}", k_search_path), "HOME=/",
                       fmt::format("LANG={}", k_locale), "KATO_RUN=" + to_string(id)};
    for (const std::vector<std::string>* list : {&runtime.environment, &spec.environment})
        out.environment.insert(out.environment.end(), list->begin(), list->end());
    out.grants = runtime.grants;
    out.grants.insert(out.grants.end(), spec.grants.begin(), spec.grants.end());
    out.snapshot = snapshot.get();
    out.snapshot_descriptor = spec.mode == Mode::filter ? 0 : sandbox::k_chat_descriptor;
    if (spec.mode == Mode::protocol) out.descriptors[0] = instructions.get();
    out.output_file = spec.output_file;
    out.output_bytes = spec.limits.output_bytes + 1; // a file of that size is too long
    if (spec.output_file) out.output_path = folder.path() + "/output";
    out.limits = spec.limits.kernel;
    if (spec.output_file && out.limits.scratch_bytes == 0)
        out.limits.file_bytes = std::min(out.limits.file_bytes, out.output_bytes);
    out.audit = spec.audit;
    out.audit_required = spec.audit_required;
    out.die_with_thread = true;
    return out;
}

} // namespace kato::agent
