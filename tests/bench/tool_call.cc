#include "tool_call.h"

#include "quoted_json.h"

#include <fmt/format.h>

namespace bench {

ToolCall tool_call(Author& author) {
    const std::uint64_t kind = author.random().below(10);
    if (kind < 4)
        return {"read_file", fmt::format(R"({{"path":{}}})", quoted_json(author.path())),
                author.code(4000)};
    if (kind < 8)
        return {"run_shell_command",
                fmt::format(R"({{"command":"make {}","description":{}}})", author.word(),
                            quoted_json(author.prose(40))),
                author.log(1200)};
    if (kind < 9)
        return {"search_text",
                fmt::format(R"({{"pattern":"{}","path":"src"}})", author.identifier()),
                author.log(900)};
    const std::string path = author.path();
    return {"write_file",
            fmt::format(R"({{"path":{},"content":{}}})", quoted_json(path),
                        quoted_json(author.code(2500))),
            "Written: " + path};
}

} // namespace bench
