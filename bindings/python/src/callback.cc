// Python functions as the C API's callbacks, for the time of one call.
#include "callback.h"

#include "text.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

namespace binding {

Cancel::Cancel() {
    kato_cancel* made = nullptr;
    ErrorSlot error;
    error.check(kato_cancel_new(&made, error.out()));
    handle_.reset(made);
}

kato_status Progress::call(void* self, std::uint64_t done_bytes, std::uint64_t total_bytes,
                           const char* what) {
    return static_cast<Progress*>(self)->tell(done_bytes, total_bytes, what);
}

kato_status Progress::tell(std::uint64_t done_bytes, std::uint64_t total_bytes, const char* what) {
    return call_.in_python([&] {
        if (function_.is_none()) {
            return;
        }
        const py::object total = total_bytes == 0 ? py::object(py::none()) : py::int_(total_bytes);
        function_(done_bytes, total, to_str(what == nullptr ? "" : what));
    });
}

kato_status Told::tell_progress(void* self, std::uint64_t done_bytes, std::uint64_t total_bytes,
                                const char* what) {
    return static_cast<Told*>(self)->progress.tell(done_bytes, total_bytes, what);
}

kato_status Told::tell_row(void* self, const char* json, std::size_t size) {
    auto* told = static_cast<Told*>(self);
    return told->call.in_python([&] {
        if (!told->row.is_none()) {
            told->row(to_str({json, size}));
        }
    });
}

kato_status Sink::call(void* self, const void* data, std::size_t size_bytes) {
    auto* sink = static_cast<Sink*>(self);
    const auto* bytes = static_cast<const char*>(data);
    return sink->call_.in_python([&] {
        if (sink->function_.is_none()) {
            sink->kept_.append(bytes, size_bytes);
        } else {
            sink->function_(py::bytes(bytes, size_bytes));
        }
    });
}

py::object Sink::result() const {
    if (!function_.is_none()) {
        return py::none();
    }
    return py::bytes(kept_);
}

kato_status Feed::call(void* self, void* buffer, std::size_t size_bytes, std::size_t* got_bytes) {
    auto* feed = static_cast<Feed*>(self);
    *got_bytes = 0;
    if (feed->rest_.empty()) {
        const kato_status status = feed->call_.in_python([&] {
            py::object chunk = feed->function_(size_bytes);
            if (!PyBytes_Check(chunk.ptr())) {
                throw py::type_error(std::string("the stream must give bytes, not ") +
                                     Py_TYPE(chunk.ptr())->tp_name);
            }
            feed->rest_ = {PyBytes_AsString(chunk.ptr()),
                           static_cast<std::size_t>(PyBytes_Size(chunk.ptr()))};
            feed->chunk_ = std::move(chunk);
        });
        if (status != KATO_OK) {
            return status;
        }
    }
    const std::size_t size = std::min(size_bytes, feed->rest_.size());
    if (size != 0) { // bytes never change: no lock is needed to read them
        std::memcpy(buffer, feed->rest_.data(), size);
        feed->rest_.remove_prefix(size);
    }
    *got_bytes = size;
    return KATO_OK;
}

kato_status Files::next(void* self, const char* name, const char* chat) {
    auto& files = *static_cast<Files*>(self);
    bool wanted = true;
    const kato_status status = files.call_.in_python([&] {
        const py::object id = *chat == '\0' ? py::object(py::none()) : py::object(py::str(chat));
        wanted = files.next_(py::str(name), id).cast<bool>();
    });
    return status == KATO_OK && !wanted ? KATO_DONE : status;
}

kato_status Files::write(void* self, const void* data, std::size_t size_bytes) {
    return Sink::call(&static_cast<Files*>(self)->sink_, data, size_bytes);
}

kato_status with_signals(Call& call, const Cancel& cancel,
                         const std::function<kato_status()>& work) {
    std::mutex mutex;
    std::condition_variable changed;
    bool finished = false;
    kato_status status = KATO_OK;
    std::thread worker([&] {
        const kato_status result = work();
        const std::lock_guard<std::mutex> lock(mutex);
        status = result;
        finished = true;
        changed.notify_one();
    });
    constexpr std::chrono::milliseconds k_between_checks{50};
    bool over = false;
    while (!over) {
        over = without_gil([&] {
            std::unique_lock<std::mutex> lock(mutex);
            return changed.wait_for(lock, k_between_checks, [&] { return finished; });
        });
        if (!over && call.in_python([] {}) != KATO_OK) {
            cancel.request();
        }
    }
    worker.join();
    return status;
}

void register_cancel(py::module_& module) {
    py::class_<Cancel>(module, "Cancel",
                       "A request to stop, for the `cancel` argument of long calls.\n\n"
                       "One token may serve several calls. Any thread may use it at any time.")
        .def(py::init<>())
        .def("request", &Cancel::request,
             "Ask every call that holds the token to stop: they raise kato.Cancelled.")
        .def_property_readonly("requested", &Cancel::requested,
                               "bool: whether request() was called.");
}

} // namespace binding
