// ChatGPT's conversations.json: a tree of nodes for each conversation.
#pragma once

#include "web_export.h"

namespace bench {

class ChatgptExport : public WebExport {
public:
    using WebExport::WebExport;

protected:
    void conversation(std::string& out) override;

private:
    std::string message(const std::string& id, bool question);

    double time_ = 1'700'000'000;
};

} // namespace bench
