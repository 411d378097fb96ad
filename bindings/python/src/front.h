// What the extension needs of the package's Python part: handed over once, when it is imported.
#pragma once

#include "handles.h"

namespace binding {

// Never released: the objects are needed until the very end of the interpreter.
struct Front {
    py::handle make_error;      // (status, name, message, detail) -> exception
    py::handle flags;           // {int: EventFlag}, fills itself
    py::handle parse_json;      // (str) -> value
    py::handle make_attachment; // (str) -> Attachment
};

// The one of this process; empty until kato/__init__.py calls _setup.
Front& front();

void register_front(py::module_& module);

} // namespace binding
