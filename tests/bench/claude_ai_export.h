// Claude.ai's conversations.json: a list of messages for each conversation.
#pragma once

#include "web_export.h"

namespace bench {

class ClaudeAiExport : public WebExport {
public:
    using WebExport::WebExport;

protected:
    void conversation(std::string& out) override;
};

} // namespace bench
