// kato search: full-text search.
#include "command.h"

#include "json.h"
#include "signals.h"
#include "text.h"
#include "times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace kato_cli {
namespace {

constexpr std::size_t k_context_columns = 36; // of a query, on each side of a mistake

struct SearchOptions {
    std::vector<std::string> words;
    std::uint64_t limit = 0;
    std::uint64_t offset = 0;
};

struct Piece {
    std::string_view text;
    bool match;
};

// Cuts a snippet at its marks, U+0002 before a match and U+0003 after it.
std::vector<Piece> pieces_of(std::string_view snippet) {
    std::vector<Piece> pieces;
    bool match = false;
    while (!snippet.empty()) {
        const std::size_t mark = snippet.find_first_of("\x02\x03");
        if (mark != 0) pieces.push_back({snippet.substr(0, mark), match});
        if (mark == std::string_view::npos) break;
        match = snippet[mark] == '\x02';
        snippet.remove_prefix(mark + 1);
    }
    return pieces;
}

std::string number_json(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string hit_json(const kato_search_cursor* cursor) {
    std::string plain;
    std::string matches;
    std::size_t at = 0;
    for (const Piece& piece : pieces_of(text<kato_search_snippet>(cursor))) {
        const std::size_t length = count_code_points(piece.text);
        if (piece.match) {
            matches += matches.empty() ? "[" : ",";
            matches += fmt::format("[{},{}]", at, length);
        }
        plain += piece.text;
        at += length;
    }
    JsonObject object("hit");
    object.add("chat", text<kato_search_chat>(cursor));
    object.add("event", text<kato_search_event>(cursor));
    object.add("kind", text<kato_search_kind>(cursor));
    object.add("snippet", plain);
    object.add_raw("matches", matches.empty() ? "[]" : matches + "]");
    object.add_raw("score", number_json(kato_search_score(cursor)));
    object.add("title", text<kato_search_title>(cursor));
    object.add_time("time", kato_search_time_us(cursor));
    return object.line();
}

void print_hit(Session& session, const kato_search_cursor* cursor, const std::string& chat) {
    const bool colour = session.terminal.out_colour;
    std::string snippet;
    for (const Piece& piece : pieces_of(text<kato_search_snippet>(cursor)))
        snippet += styled(colour && piece.match, k_red, visible_line(piece.text));
    const std::string time = table_time(kato_search_time_us(cursor));
    const std::string kind = visible_line(text<kato_search_kind>(cursor));
    std::string title = visible_line(text<kato_search_title>(cursor));
    const std::size_t before = width(chat) + width(time) + width(kind) + 6;
    if (session.terminal.out)
        title = fit(title, std::max<std::size_t>(session.terminal.columns, before + 10) - before);
    session.out.write(fmt::format("{}  {}  {}  {}\n    {}\n", styled(colour, k_yellow, chat),
                                  styled(colour, k_dim, time), styled(colour, k_dim, kind),
                                  styled(colour, k_bold, title), snippet));
}

// The end of a line, "..." before it when something was cut.
std::string tail(std::string_view line) {
    std::size_t columns = width(line);
    if (columns <= k_context_columns) return std::string(line);
    std::size_t pos = 0;
    while (columns + 3 > k_context_columns) {
        const std::size_t start = pos;
        next_code_point(line, pos);
        columns -= width(line.substr(start, pos - start));
    }
    return "..." + std::string(line.substr(pos));
}

int malformed(const Session& session, const std::string& query, const Error& error) {
    const auto detail = parse_json(text<kato_error_detail>(error.get()));
    const Json* place = detail ? detail->find("offset") : nullptr;
    const auto offset = place ? place->as_uint() : std::nullopt;
    constexpr const char* k_hint = "kato help search explains the query language";
    if (session.json || !offset || *offset > query.size())
        return fail(KATO_E_INVALID, error, k_hint);
    const std::string before = tail(visible_line(std::string_view(query).substr(0, *offset)));
    const std::string after =
        fit(visible_line(std::string_view(query).substr(*offset)), k_context_columns);
    return fail(KATO_E_INVALID, error, k_hint,
                fmt::format("  {}{}\n  {:>{}}\n", before, after, "^", width(before) + 1));
}

int run_search(Session& session, const SearchOptions& options) {
    std::string query;
    for (const std::string& word : options.words) query += (query.empty() ? "" : " ") + word;
    Store store;
    if (const int code = open_workspace(session, Access::search, store)) return code;
    kato_search_options wanted = KATO_SEARCH_OPTIONS_INIT;
    wanted.limit = options.limit;
    wanted.offset = options.offset;
    wanted.cancel = session.cancel.get();
    SearchCursor cursor;
    Error error;
    kato_status status =
        kato_search(store.get(), query.data(), query.size(), &wanted, out(cursor), out(error));
    if (status == KATO_E_INVALID) return malformed(session, query, error);
    if (status < 0) return fail(status, error);

    if (!session.json) allow_pager(session);
    std::map<std::string, std::string> short_ids;
    std::uint64_t hits = 0;
    while (!session.out.failed()) {
        status = kato_search_next(cursor.get(), out(error));
        if (status == KATO_DONE) break;
        if (status < 0) return fail(status, error);
        ++hits;
        if (session.json) {
            session.out.write(hit_json(cursor.get()));
            continue;
        }
        const std::string chat(text<kato_search_chat>(cursor.get()));
        std::string& shortened = short_ids[chat];
        if (shortened.empty()) shortened = short_chat_id(store.get(), chat);
        print_hit(session, cursor.get(), shortened);
    }
    if (session.json) return Exit::done;
    const std::uint64_t matches = kato_search_matches(cursor.get());
    if (hits == 0)
        say("nothing found");
    else if (matches > hits + options.offset)
        say(fmt::format("{} of {} matches; --limit shows more", hits, matches));
    return Exit::done;
}

} // namespace

void add_search(Command program, Session& session) {
    add_command<SearchOptions>(
        program, session, "search", "Search all chats",
        "  kato search database migration             both words\n"
        "  kato search '\"connection refused\" OR timeout'\n"
        "  kato search 'parse* -test project:kato after:2026-01-01 kind:user.message'\n"
        "  kato search -- -test parse*\n"
        "\n"
        "Queries:\n"
        "  words           all of them must occur; parts of snake_case and camelCase count\n"
        "  \"a phrase\"      these words in this order; \"a phra\"* any ending of the last\n"
        "  pre*            words that begin so\n"
        "  -word           not this word; a query that begins so needs -- before it\n"
        "  a OR b          one of them\n"
        "  provider: kind: project: tag: model: after: before:   filters\n"
        "Parentheses do not group; in quotes they are text.\n",
        [](Command& command, SearchOptions& options) {
            command.arguments("QUERY", options.words, "What to look for; see below",
                              Command::Need::required);
            command.number("--limit", options.limit, "At most so many hits (default 20)", 1, 10000);
            command.number("--offset", options.offset, "Skip so many hits first");
        },
        run_search);
}

} // namespace kato_cli
