// What an export says beside conversations: projects with their documents, the account, its memories.
//
// Each project and each account is a chat of its own that holds provider.info only.
#pragma once

#include "codec/record/records.h"

#include <string>

namespace kato::claude_ai {

enum class Other : std::uint8_t { none, project, user, memory };

Other other_of(const json::Value& root);

class Others {
public:
    Others(Sink& sink, record::Records& records) : sink_(sink), records_(records) {}

    Result<record::Verdict> read(const record::Record& record, Other which);

private:
    Status project(const record::Record& record);
    Status document(const json::Value& document, const Uuid& chat, bool lossy);
    Status memory(const record::Record& record);
    Status say(const record::Record& record, const Uuid& chat, std::string_view name,
               std::string_view text_member, std::string_view list);

    Sink& sink_;
    record::Records& records_;
};

} // namespace kato::claude_ai
