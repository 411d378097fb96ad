// Policies: rules, a manifest's requests, the Python function that is asked, remembered answers.
#include "policy.h"

#include "fields.h"
#include "text.h"

#include <stdexcept>

namespace binding {

Policy::Policy() {
    kato_policy* made = nullptr;
    ErrorSlot error;
    error.check(kato_policy_new(nullptr, &made, error.out()));
    handle_.reset(made);
}

Policy::Use::Use(Policy& policy, Call& call) : policy_(policy) {
    if (policy.call_ != nullptr) {
        throw std::runtime_error("the policy is in use");
    }
    policy.call_ = &call;
}

kato_status Policy::ask(void* self, const char* grant, std::size_t size, std::int32_t* keep) {
    auto* policy = static_cast<Policy*>(self);
    return policy->call_->in_python([&] {
        const py::object answer = policy->ask_(to_str({grant, size}));
        const int truth = PyObject_IsTrue(answer.ptr());
        if (truth < 0) {
            throw py::error_already_set();
        }
        *keep = truth;
    });
}

void Policy::add(bool deny, std::int32_t capability, const py::object& value) {
    Call call;
    const Use use(*this, call);
    const TextArgument text = TextArgument::required(value);
    const auto add = deny ? &kato_policy_deny : &kato_policy_allow;
    ErrorSlot error;
    error.check(add(use.get(), capability, text.data(), text.size(), KATO_ORIGIN_API, error.out()));
}

void Policy::request(const py::object& path) {
    Call call;
    const Use use(*this, call);
    const TextArgument text = TextArgument::required(path);
    ErrorSlot error;
    error.check(without_gil(
        [&] { return kato_policy_request(use.get(), text.data(), text.size(), error.out()); }));
}

void Policy::request_text(const py::object& text, const py::object& folder) {
    Call call;
    const Use use(*this, call);
    const TextArgument manifest = TextArgument::required(text);
    const TextArgument where(folder);
    ErrorSlot error;
    error.check(kato_policy_request_text(use.get(), manifest.data(), manifest.size(), where.data(),
                                         where.size(), error.out()));
}

void Policy::on_grant(const py::object& ask) {
    Call call;
    const Use use(*this, call);
    ask_ = ask;
    ErrorSlot error;
    error.check(kato_policy_on_grant(use.get(), ask.is_none() ? nullptr : &Policy::ask, this,
                                     nullptr, error.out()));
}

py::object Policy::describe() {
    Call call;
    const Use use(*this, call);
    Sink sink(call, py::none());
    ErrorSlot error;
    const kato_status status = without_gil(
        [&] { return kato_policy_describe(use.get(), &Sink::call, &sink, nullptr, error.out()); });
    call.finish(status, error);
    return sink.result();
}

std::uint64_t Policy::recall(const Store& store, const py::object& command) {
    Call call;
    const Use use(*this, call);
    const StoreHandle handle = store.use();
    const Texts words(command, "an argument of a command");
    std::uint64_t count = 0;
    ErrorSlot error;
    error.check(without_gil([&] {
        return kato_grant_recall(use.get(), handle.get(), words.data(), words.size(), &count,
                                 error.out());
    }));
    return count;
}

void Policy::remember(const Store& store, const py::object& command, std::int32_t capability,
                      const py::object& value) {
    Call call;
    const Use use(*this, call);
    const StoreHandle handle = store.use();
    const Texts words(command, "an argument of a command");
    const TextArgument text = TextArgument::required(value);
    ErrorSlot error;
    error.check(without_gil([&] {
        return kato_grant_remember(use.get(), handle.get(), words.data(), words.size(), capability,
                                   text.data(), text.size(), error.out());
    }));
}

py::object grants(const Store& store) {
    const StoreHandle handle = store.use();
    Call call;
    Sink sink(call, py::none());
    ErrorSlot error;
    const kato_status status = without_gil(
        [&] { return kato_grant_list(handle.get(), &Sink::call, &sink, nullptr, error.out()); });
    call.finish(status, error);
    return sink.result();
}

void forget_grant(const Store& store, const py::object& id) {
    const StoreHandle handle = store.use();
    const TextArgument text = TextArgument::required(id);
    ErrorSlot error;
    error.check(without_gil(
        [&] { return kato_grant_forget(handle.get(), text.data(), text.size(), error.out()); }));
}

void register_policy(py::module_& module) {
    py::class_<Policy>(module, "Policy")
        .def(py::init<>())
        .def("add", &Policy::add)
        .def("request", &Policy::request)
        .def("request_text", &Policy::request_text)
        .def("on_grant", &Policy::on_grant)
        .def("describe", &Policy::describe)
        .def("recall", &Policy::recall)
        .def("remember", &Policy::remember);
}

} // namespace binding
