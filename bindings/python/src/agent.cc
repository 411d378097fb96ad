// Agents: runs, those of the past, the audit log, what this machine can enforce.
#include "agent.h"

#include "fields.h"
#include "text.h"

#include <algorithm>
#include <string>
#include <vector>

namespace binding {

namespace {

constexpr std::uint64_t k_between_signals_ms = 50;

} // namespace

AgentRun::AgentRun(AgentRunHandle run)
    : run_(std::move(run)), id_(get_text(kato_agent_run_id, run_.get())) {}

bool AgentRun::wait(std::uint64_t timeout_ms) const {
    for (;;) {
        const std::uint64_t step_ms = std::min(timeout_ms, k_between_signals_ms);
        ErrorSlot error;
        const kato_status status = without_gil(
            [&] { return kato_agent_run_wait(run_.get(), step_ms, nullptr, error.out()); });
        if (status == KATO_OK) {
            return true;
        }
        if (status != KATO_E_BUSY) {
            error.check(status);
        }
        if (PyErr_CheckSignals() != 0) {
            throw py::error_already_set();
        }
        timeout_ms -= step_ms;
        if (timeout_ms == 0) {
            return false;
        }
    }
}

py::object AgentRun::report() const { return get_text(kato_agent_run_report, run_.get()); }

py::list AgentRun::messages() const {
    py::list made;
    for (;;) {
        const char* json = nullptr;
        std::size_t size = 0;
        ErrorSlot error;
        if (error.check(kato_agent_run_message(run_.get(), &json, &size, error.out())) != KATO_OK) {
            return made;
        }
        made.append(to_str({json, size}));
    }
}

std::unique_ptr<AgentRun> run_agent(const Store& store, const py::object& chat,
                                    const py::object& command, Policy& policy,
                                    const py::dict& fields) {
    const StoreHandle handle = store.use();
    const TextArgument chat_text = TextArgument::required(chat);
    const Texts words(command, "an argument of a command");
    kato_agent_options options = KATO_AGENT_OPTIONS_INIT;
    options.command = words.data();
    options.command_count = words.size();
    const Texts environment(fields.contains("environment") ? py::object(fields["environment"])
                                                           : py::object(py::none()),
                            "an environment variable");
    options.environment = environment.data();
    options.environment_count = environment.size();
    Call call;
    const Policy::Use use(policy, call);
    options.policy = use.get();
    Fields given(fields);
    given.text("instructions", options.instructions, options.instructions_len);
    given.text("params", options.params, options.params_len);
    given.text("output_name", options.output_name, options.output_name_len);
    given.number("wall_ms", options.wall_ms);
    given.number("memory_bytes", options.memory_bytes);
    given.number("output_bytes", options.output_bytes);
    given.number("message_bytes", options.message_bytes);
    given.number("scratch_bytes", options.scratch_bytes);
    given.number("cpu_seconds", options.cpu_seconds);
    given.number("processes", options.processes);
    given.number("open_files", options.open_files);
    given.number("isolation", options.isolation);
    given.number("audit", options.audit);
    given.number("flags", options.flags);
    kato_agent_run* made = nullptr;
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_agent_run_start(handle.get(), chat_text.data(), chat_text.size(), &options,
                                    &made, error.out());
    });
    call.finish(status, error);
    return std::make_unique<AgentRun>(AgentRunHandle(made));
}

py::list runs(const Store& store, const py::object& chat, std::uint64_t limit) {
    const StoreHandle handle = store.use();
    const TextArgument text(chat);
    std::vector<std::string> rows;
    ErrorSlot error;
    error.check(without_gil([&] {
        kato_agent_run_cursor* cursor = nullptr;
        kato_status step = kato_agent_run_list(handle.get(), text.data(), text.size(), limit,
                                               &cursor, error.out());
        const AgentRunCursorHandle owner(cursor);
        while (step == KATO_OK) {
            const char* json = nullptr;
            std::size_t size = 0;
            step = kato_agent_run_cursor_next(cursor, &json, &size, error.out());
            if (step == KATO_OK) {
                rows.emplace_back(json, size);
            }
        }
        return step;
    }));
    py::list made;
    for (const std::string& row : rows) {
        made.append(to_str(row));
    }
    return made;
}

py::object run_report(const Store& store, const py::object& run) {
    const StoreHandle handle = store.use();
    const TextArgument text = TextArgument::required(run);
    kato_buffer* made = nullptr;
    ErrorSlot error;
    error.check(without_gil([&] {
        return kato_agent_run_get(handle.get(), text.data(), text.size(), &made, error.out());
    }));
    const BufferHandle buffer(made);
    return buffer_text(made);
}

py::object audit(const Store& store, const py::object& run) {
    const StoreHandle handle = store.use();
    const TextArgument text(run);
    Call call;
    Sink sink(call, py::none());
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_audit_read(handle.get(), text.data(), text.size(), &Sink::call, &sink, nullptr,
                               error.out());
    });
    call.finish(status, error);
    return sink.result();
}

py::object verify_audit(const Store& store) {
    const StoreHandle handle = store.use();
    kato_buffer* made = nullptr;
    ErrorSlot error;
    error.check(without_gil([&] { return kato_audit_verify(handle.get(), &made, error.out()); }));
    const BufferHandle buffer(made);
    return buffer_text(made);
}

py::object agent_host() {
    kato_buffer* made = nullptr;
    ErrorSlot error;
    error.check(without_gil([&] { return kato_agent_host(&made, error.out()); }));
    const BufferHandle buffer(made);
    return buffer_text(made);
}

void register_agent_run(py::module_& module) {
    py::class_<AgentRun>(module, "AgentRun")
        .def("wait", &AgentRun::wait)
        .def("poll", &AgentRun::poll)
        .def("cancel", &AgentRun::cancel)
        .def("fileno", &AgentRun::fileno)
        .def("report", &AgentRun::report)
        .def("messages", &AgentRun::messages)
        .def_property_readonly("id", &AgentRun::id)
        .def_property_readonly("outcome", &AgentRun::outcome);
}

} // namespace binding
