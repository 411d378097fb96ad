// Writing exported bytes.
#include "export_sink.h"

#include "signals.h"
#include "text.h"

namespace kato_cli {

int ExportSink::open_file(int directory, const std::string& name, bool replace) {
    to_file_ = true;
    return file_.create(directory, name, replace);
}

int ExportSink::commit() {
    if (to_file_) return file_.commit();
    session_.out.write(visible(line_));
    line_.clear();
    return 0;
}

kato_status ExportSink::callback(void* user_data, const void* data, std::size_t size_bytes) {
    return static_cast<ExportSink*>(user_data)->write({static_cast<const char*>(data), size_bytes});
}

kato_status ExportSink::write(std::string_view bytes) {
    if (caught_signal()) {
        stopped_ = true;
        return KATO_E_USER;
    }
    bytes_ += bytes.size();
    if (to_file_) {
        error_ = file_.write(bytes);
        return error_ == 0 ? KATO_OK : KATO_E_USER;
    }
    if (session_.terminal.out)
        write_terminal(bytes);
    else
        session_.out.write(bytes);
    return session_.out.failed() ? KATO_E_USER : KATO_OK;
}

// Line by line, so that no character is cut in two before it is looked at.
void ExportSink::write_terminal(std::string_view bytes) {
    const std::size_t end = bytes.rfind('\n');
    if (end == std::string_view::npos) {
        line_ += bytes;
        return;
    }
    line_ += bytes.substr(0, end + 1);
    session_.out.write(visible(line_));
    line_ = bytes.substr(end + 1);
}

} // namespace kato_cli
