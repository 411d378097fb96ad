// A chat as people read it in a terminal.
#pragma once

#include "output.h"
#include "short_ids.h"

#include <kato/chat.h>

#include <map>
#include <string>

namespace kato_cli {

struct TranscriptStyle {
    bool colour = false;
    bool local_time = false;
    bool full = false; // tools' calls and results complete
    bool all = false;  // also what the provider did not show
    bool tree = false; // every branch
};

class Transcript {
public:
    // `children`: how many children each event of the whole tree has; only more than one matters,
    // and only without `style.tree`. `ids`: of the events of the whole tree, for `style.tree`.
    Transcript(Output& out, const TranscriptStyle& style,
               std::map<std::string, std::size_t> children, ShortIds ids);

    void heading(const kato_chat* chat);
    void event(const kato_event* event);
    std::size_t left_out() const { return left_out_; } // events that were not shown

private:
    bool shown(const kato_event* event) const;
    void event_heading(const kato_event* event);
    void body(const kato_event* event);
    void tool_call(const kato_event* event);
    void block(std::string_view text, const char* style, std::size_t max_lines);

    Output& out_;
    TranscriptStyle style_;
    std::map<std::string, std::size_t> children_;
    ShortIds ids_;
    std::string previous_;
    std::string speaker_; // role and model of the last heading
    std::size_t left_out_ = 0;
};

} // namespace kato_cli
