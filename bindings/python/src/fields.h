// Options that Python passes as a dict.
#pragma once

#include "text.h"

#include <string>
#include <string_view>
#include <vector>

namespace binding {

// The members of a dict that are passed to the C API, with the texts they lie in.
class Fields {
public:
    explicit Fields(const py::dict& values) : values_(values) { texts_.reserve(values.size()); }

    void text(const char* name, const char*& data, std::size_t& size) {
        if (values_.contains(name)) {
            texts_.emplace_back(py::object(values_[name]));
            data = texts_.back().data();
            size = texts_.back().size();
        }
    }

    template <typename Number> void number(const char* name, Number& value) {
        if (values_.contains(name)) {
            value = values_[name].template cast<Number>();
        }
    }

private:
    const py::dict& values_;
    std::vector<TextArgument> texts_;
};

// A list of texts as the C API takes it, with a NUL at the end of each; `what` is one of them.
class Texts {
public:
    // None is no list.
    Texts(const py::object& list, const char* what) : given_(!list.is_none()) {
        if (given_) {
            for (const py::handle one : list) {
                texts_.push_back(TextArgument::required(py::reinterpret_borrow<py::object>(one)));
                const TextArgument& text = texts_.back();
                if (std::string_view(text.data(), text.size()).find('\0') !=
                    std::string_view::npos) {
                    throw py::value_error(std::string(what) + " must not hold NUL");
                }
                pointers_.push_back(text.data());
            }
        }
        pointers_.push_back(nullptr); // an empty list has an address too: it isn't no list
    }

    const char* const* data() const { return given_ ? pointers_.data() : nullptr; }
    std::size_t size() const { return pointers_.size() - 1; }

private:
    std::vector<TextArgument> texts_{};
    std::vector<const char*> pointers_{};
    bool given_;
};

} // namespace binding
