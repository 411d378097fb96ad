// The extension module kato._kato: names only; what they do stands in the other files.
#include "agent.h"
#include "exchange.h"
#include "front.h"
#include "policy.h"
#include "text.h"

namespace binding {

namespace {

py::object formats() {
    kato_buffer* made = nullptr;
    ErrorSlot error;
    error.check(kato_formats(&made, error.out()));
    const BufferHandle buffer(made);
    return buffer_text(made);
}

void register_report(py::module_& module) {
    py::class_<Report>(module, "Report")
        .def("count", &Report::count)
        .def("rows", &Report::rows)
        .def_property_readonly("partial", &Report::partial)
        .def_property_readonly("failure", &Report::failure);
}

} // namespace

void register_store(py::module_& module) {
    py::class_<Store>(module, "Store")
        .def_static("open", &Store::open)
        .def("close", &Store::close)
        .def_property_readonly("closed", &Store::closed)
        .def_property_readonly("path", &Store::path)
        .def("chats", &Store::chats)
        .def("chat", &Store::chat)
        .def("create_chat", &Store::create_chat)
        .def("rename", &Store::rename)
        .def("tag", &Store::tag)
        .def("set_head", &Store::set_head)
        .def("remove", &Store::remove)
        .def("restore", &Store::restore)
        .def("append", &Store::append)
        .def("events", &Store::events)
        .def("event", &Store::event)
        .def("stats", &Store::stats)
        .def("verify", &Store::verify)
        .def("reindex", &Store::reindex)
        .def("import_path", &import_path)
        .def("import_stream", &import_stream)
        .def("export_chats", &export_chats)
        .def("export_files", &export_files)
        .def("read_source", &read_source)
        .def("read_blob", &read_blob)
        .def("sources", &sources)
        .def("search", &search)
        .def("run_agent", &run_agent)
        .def("runs", &runs)
        .def("run", &run_report)
        .def("grants", &grants)
        .def("forget_grant", &forget_grant)
        .def("audit", &audit)
        .def("verify_audit", &verify_audit);
}

} // namespace binding

PYBIND11_MODULE(_kato, module) {
    namespace py = pybind11;
    py::options options;
    options.disable_function_signatures(); // the stub file has them
    module.doc() = "libkato's C API for the package kato; not for use by others.";
    binding::register_front(module);
    binding::register_cancel(module);
    binding::register_event(module);
    binding::register_chat(module);
    binding::register_report(module);
    binding::register_agent_run(module);
    binding::register_policy(module);
    binding::register_store(module);
    module.def("version", [] { return kato_version(); });
    module.def("build_info", [] { return kato_build_info(); });
    module.def("formats", &binding::formats);
    module.def("agent_host", &binding::agent_host);
}
