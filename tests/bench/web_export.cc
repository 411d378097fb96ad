#include "web_export.h"

namespace bench {

std::string WebExport::text(bool question) {
    std::string out;
    if (author_.random().chance(5)) out += author_.cjk(200);
    out += author_.prose(question ? 300 : 1500);
    if (!question && author_.random().chance(40))
        out += "\n\n```python\n" + author_.code(900) + "```\n";
    return out;
}

void WebExport::write(CorpusFiles& files, std::uint64_t bytes) {
    files.begin("conversations.json");
    std::string buffer = "[";
    while (files.file_bytes() < bytes) {
        conversation(buffer);
        files.put(buffer);
        buffer = ", ";
    }
    files.put("]");
}

} // namespace bench
