// Laying out help.
#include "help.h"

#include "terminal.h"
#include "text.h"

#include <algorithm>
#include <numeric>

namespace kato_cli {
namespace {

constexpr std::size_t k_columns = 80;
constexpr std::size_t k_widest_label = 26;

// Breaks at spaces so that lines end before column 80; later lines begin at `indent`.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t end = std::min(text.find(' ', pos), text.size());
        const std::string word = text.substr(pos, end - pos);
        if (column > indent && column + 1 + width(word) > k_columns) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += width(word);
        pos = end + 1;
    }
    return out;
}

struct Entry {
    std::string label;
    std::string text;
};

void add_section(std::string& out, const char* title, const std::vector<Entry>& entries,
                 bool colour) {
    if (entries.empty()) return;
    std::size_t column = 0;
    for (const Entry& entry : entries)
        if (width(entry.label) <= k_widest_label) column = std::max(column, width(entry.label));
    column += 4;
    out += "\n" + styled(colour, k_bold, title) + "\n";
    for (const Entry& entry : entries) {
        out += "  " + styled(colour, k_cyan, entry.label);
        const std::size_t used = 2 + width(entry.label);
        if (used + 2 > column)
            out += "\n" + std::string(column, ' ');
        else
            out.append(column - used, ' ');
        out += wrapped(entry.text, column) + "\n";
    }
}

std::vector<Entry> entries_of(const std::vector<OptionHelp>& options) {
    std::vector<Entry> entries;
    for (const OptionHelp& option : options) {
        const bool positional = option.flags.empty();
        entries.push_back(
            {option.label() + (positional && option.repeats ? "..." : ""), option.text});
    }
    return entries;
}

std::vector<Entry> entries_of(const CommandHelp& parent) {
    std::vector<Entry> entries;
    for (const CommandHelp& command : parent.commands) {
        if (command.commands.empty()) {
            entries.push_back({command.name.substr(parent.name.size() + 1), command.summary});
            continue;
        }
        // The program's own list shows what is inside a group, too.
        for (const Entry& inner : entries_of(command))
            entries.push_back(
                {command.name.substr(parent.name.size() + 1) + " " + inner.label, inner.text});
    }
    return entries;
}

std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

std::string help_text(const CommandHelp& command, const CommandHelp* global, bool colour) {
    std::string out = wrapped(command.summary + ".", 0) + "\n\n";
    out += styled(colour, k_bold, "Usage:") + " " + command.name + " " + command.usage + "\n";
    add_section(out, "Arguments:", entries_of(command.arguments), colour);
    add_section(out, "Commands:", entries_of(command), colour);
    add_section(out, "Options:", entries_of(command.options), colour);
    if (global) add_section(out, "Options of every command:", entries_of(global->options), colour);
    if (!command.notes.empty()) out += "\n" + command.notes;
    return out;
}

std::string closest(const std::string& typed, const std::vector<std::string>& words) {
    std::string best;
    std::size_t least = std::max<std::size_t>(typed.size(), 3) / 3 + 1;
    if (typed.size() > 40) return best;
    for (const std::string& word : words) {
        const std::size_t away = distance(typed, word);
        if (away >= least) continue;
        least = away;
        best = word;
    }
    return best;
}

} // namespace kato_cli
