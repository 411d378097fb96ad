// Agents: runs, those of the past, the audit log, what this machine can enforce.
#pragma once

#include "policy.h"
#include "store.h"

namespace binding {

// A run that was started here. The C API takes it from any thread; what is not for several at once
// happens under the interpreter's lock.
class AgentRun {
public:
    explicit AgentRun(AgentRunHandle run);

    // Whether it has ended `timeout_ms` from now. Other threads run meanwhile, and signals are heard.
    bool wait(std::uint64_t timeout_ms) const;
    bool poll() const { return kato_agent_run_poll(run_.get()) != 0; }
    void cancel() const { kato_agent_run_cancel(run_.get()); }
    int fileno() const { return kato_agent_run_fd(run_.get()); }
    const py::object& id() const { return id_; }
    std::int32_t outcome() const { return kato_agent_run_outcome(run_.get()); }
    py::object report() const; // JSON, "" before its end
    py::list messages() const; // JSON, those that came since the last call

private:
    AgentRunHandle run_;
    py::object id_;
};

// `command`: None for what the policy's manifest names.
std::unique_ptr<AgentRun> run_agent(const Store& store, const py::object& chat,
                                    const py::object& command, Policy& policy,
                                    const py::dict& fields);

// JSON, one text a run.
py::list runs(const Store& store, const py::object& chat, std::uint64_t limit);
py::object run_report(const Store& store, const py::object& run);

// The log's lines; None is every run.
py::object audit(const Store& store, const py::object& run);
py::object verify_audit(const Store& store);

py::object agent_host();

void register_agent_run(py::module_& module);

} // namespace binding
