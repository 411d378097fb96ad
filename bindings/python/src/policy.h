// Policies: rules, a manifest's requests, the Python function that is asked, remembered answers.
#pragma once

#include "callback.h"
#include "store.h"

#include <cstdint>
#include <memory>

namespace binding {

// One thread at a time, as the C API has it; a second one is told.
class Policy {
public:
    Policy();
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;

    void add(bool deny, std::int32_t capability, const py::object& value);
    void request(const py::object& path);
    void request_text(const py::object& text, const py::object& folder);
    // ask(json) is true for what stands; None: nobody is asked.
    void on_grant(const py::object& ask);
    py::object describe(); // JSON
    std::uint64_t recall(const Store& store, const py::object& command);
    void remember(const Store& store, const py::object& command, std::int32_t capability,
                  const py::object& value);

    // For the time of one call of the C API, which may ask.
    class Use {
    public:
        Use(Policy& policy, Call& call);
        ~Use() { policy_.call_ = nullptr; }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        kato_policy* get() const { return policy_.handle_.get(); }

    private:
        Policy& policy_;
    };

private:
    static kato_status ask(void* self, const char* grant, std::size_t size, std::int32_t* keep);

    std::unique_ptr<kato_policy, Release<kato_policy_free>> handle_{};
    py::object ask_{};
    Call* call_ = nullptr;
};

py::object grants(const Store& store); // JSON, a line each
void forget_grant(const Store& store, const py::object& id);

void register_policy(py::module_& module);

} // namespace binding
