// kato export -o DIR: a file for each chat, with the names that the library gives.
#pragma once

#include "export_options.h"

namespace kato_cli {

// `ids`: the chats; none: all that the options want. Gives an exit code.
int export_to_folder(Session& session, const ExportOptions& options, const Store& store,
                     const std::vector<std::string>& ids, LossReport& loss);

int failed_write(const std::string& path, int error); // says it; gives an exit code

// Says which file was written, with `--json` as an object. `what`: "chat" or "source".
void say_written(Session& session, const std::string& path, const std::string& format,
                 std::uint64_t bytes, const char* what, std::string_view id);

} // namespace kato_cli
