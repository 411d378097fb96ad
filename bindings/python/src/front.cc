// What the extension needs of the package's Python part.
#include "front.h"

namespace binding {

Front& front() {
    static Front instance;
    return instance;
}

void register_front(py::module_& module) {
    module.def("_setup", [](const py::object& make_error, const py::object& flags,
                            const py::object& parse_json, const py::object& make_attachment) {
        front() = Front{make_error.inc_ref(), flags.inc_ref(), parse_json.inc_ref(),
                        make_attachment.inc_ref()};
    });
}

} // namespace binding
