#include "agent/toml.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace kato::agent {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_bare(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}
bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

// One digit at least; underscores between digits only. Gives the text without them.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            out += text[i];
            continue;
        }
        const bool between = i > 0 && i + 1 < text.size() && text[i - 1] != '_' &&
                             is_bare(text[i - 1]) && is_bare(text[i + 1]);
        if (!between) return std::nullopt;
    }
    return out;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// A whole number as it stands in decimal: no zero before another digit.
bool good_whole(std::string_view text) {
    return all_digits(text) && (text.size() == 1 || text[0] != '0');
}

// The digits of a fraction are JSON's, too, apart from a plus at the beginning.
bool good_fraction(std::string_view text) {
    const std::size_t e = text.find_first_of("eE");
    if (e != std::string_view::npos) {
        std::string_view exponent = text.substr(e + 1);
        if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-'))
            exponent.remove_prefix(1);
        if (!all_digits(exponent)) return false;
        text = text.substr(0, e);
    }
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return e != std::string_view::npos && good_whole(text);
    return good_whole(text.substr(0, dot)) && all_digits(text.substr(dot + 1));
}

std::optional<std::int64_t> read_whole(std::string_view digits, int base) {
    std::int64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

Node* find(Node& table, std::string_view key) {
    for (Node& element : table.elements)
        if (element.key == key) return &element;
    return nullptr;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<Node> parse() {
        Node root;
        root.type = Node::Type::table;
        root.line = 1;
        // A path from the root: pointers would not outlive a new element beside theirs.
        std::vector<std::string> header;
        while (true) {
            skip_space();
            if (at_end()) return root;
            if (peek() == '[') {
                KATO_TRY(header, read_header(root));
            } else if (peek() != '\n' && peek() != '#') {
                Node* table = &root;
                for (const std::string& key : header) table = find(*table, key);
                KATO_CHECK(read_pair(*table, header.size()));
            }
            KATO_CHECK(end_line());
        }
    }

private:
    bool at_end() const { return pos_ == text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[pos_]; } // there is no NUL in the text
    bool take(char c) {
        if (peek() != c) return false;
        ++pos_;
        return true;
    }
    void skip_space() {
        while (peek() == ' ' || peek() == '\t') ++pos_;
    }
    void skip_comment() {
        while (!at_end() && peek() != '\n') ++pos_;
    }
    // White space, line ends and comments, as between the elements of a list.
    void skip_lines() {
        while (true) {
            skip_space();
            if (peek() == '#') skip_comment();
            if (!take('\n')) return;
            ++line_;
        }
    }
    Error wrong(std::string message) const {
        Error error{Code::invalid, std::move(message)};
        error.line = line_;
        return error;
    }
    Error twice(const std::string& key) const {
        return wrong(fmt::format("{} is there twice", key));
    }

    Status end_line() {
        skip_space();
        if (peek() == '#') skip_comment();
        if (at_end()) return done();
        if (!take('\n')) return wrong("expected the end of the line");
        ++line_;
        return done();
    }

    Result<std::string> read_key() {
        if (peek() == '"' || peek() == '\'') return read_text();
        const std::size_t begin = pos_;
        while (is_bare(peek())) ++pos_;
        if (pos_ == begin) return wrong("expected a name: letters, digits, - and _, or in quotes");
        return std::string(text_.substr(begin, pos_ - begin));
    }

    Result<std::vector<std::string>> read_keys() {
        std::vector<std::string> keys;
        while (true) {
            skip_space();
            KATO_TRY(std::string key, read_key());
            keys.push_back(std::move(key));
            KATO_CHECK(budget_.spend(keys.size(), line_));
            skip_space();
            if (!take('.')) return keys;
        }
    }

    Node& add_table(Node& to, const std::string& key, Node::Made made) const {
        Node node;
        node.type = Node::Type::table;
        node.key = key;
        node.line = line_;
        node.made = made;
        to.elements.push_back(std::move(node));
        return to.elements.back();
    }

    Result<std::vector<std::string>> read_header(Node& root) {
        ++pos_;
        if (peek() == '[') return wrong("lists of tables are not understood: write a list");
        KATO_TRY(std::vector<std::string> keys, read_keys());
        if (!take(']')) return wrong("expected ]");
        Node* table = &root;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const bool last = i + 1 == keys.size();
            Node* const next = find(*table, keys[i]);
            if (next == nullptr) {
                table =
                    &add_table(*table, keys[i], last ? Node::Made::header : Node::Made::implied);
                continue;
            }
            const bool extended =
                next->made == Node::Made::implied || (!last && next->made == Node::Made::header);
            if (!extended) return twice(keys[i]);
            table = next;
            if (last) table->made = Node::Made::header;
        }
        return keys;
    }

    Status read_pair(Node& into, std::size_t depth) {
        const std::uint64_t line = line_;
        KATO_TRY(const std::vector<std::string> keys, read_keys());
        if (!take('=')) return wrong("expected =");
        Node* table = &into;
        for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
            Node* const next = find(*table, keys[i]);
            if (next != nullptr && next->made != Node::Made::dots) return twice(keys[i]);
            table = next != nullptr ? next : &add_table(*table, keys[i], Node::Made::dots);
        }
        if (find(*table, keys.back()) != nullptr) return twice(keys.back());
        KATO_TRY(Node value, read_value(depth + keys.size()));
        value.key = keys.back();
        value.line = line;
        table->elements.push_back(std::move(value));
        return done();
    }

    Result<Node> read_value(std::size_t depth) {
        skip_space();
        KATO_CHECK(budget_.spend(depth, line_));
        Node node;
        node.line = line_;
        switch (peek()) {
        case '"':
        case '\'': {
            KATO_TRY(node.text, read_text());
            node.type = Node::Type::string;
            return node;
        }
        case '[': KATO_CHECK(read_list(node, depth)); return node;
        case '{': KATO_CHECK(read_inline_table(node, depth)); return node;
        default: KATO_CHECK(read_word(node)); return node;
        }
    }

    Status read_list(Node& node, std::size_t depth) {
        node.type = Node::Type::array;
        ++pos_;
        while (true) {
            skip_lines();
            if (take(']')) return done();
            KATO_TRY(Node element, read_value(depth + 1));
            node.elements.push_back(std::move(element));
            skip_lines();
            if (take(']')) return done();
            if (!take(',')) return wrong("expected , or ]");
        }
    }

    Status read_inline_table(Node& node, std::size_t depth) {
        node.type = Node::Type::table;
        ++pos_;
        skip_space();
        if (take('}')) return done();
        while (true) {
            KATO_CHECK(read_pair(node, depth));
            skip_space();
            if (take('}')) return done();
            if (!take(',')) return wrong("expected , or } in the same line");
        }
    }

    // A number or a truth value.
    Status read_word(Node& node) {
        const std::size_t begin = pos_;
        while (is_bare(peek()) || peek() == '+' || peek() == '.' || peek() == ':') ++pos_;
        const std::string_view word = text_.substr(begin, pos_ - begin);
        if (word == "true" || word == "false") {
            node.type = Node::Type::boolean;
            node.text = word;
            return done();
        }
        if (word.empty()) return wrong("expected a value");
        if (word == "inf" || word == "+inf" || word == "-inf" || word == "nan")
            return wrong("expected a finite number");
        if (is_digit(word[0]) && word.size() >= 8 &&
            (word.find(':') != std::string_view::npos || word[4] == '-'))
            return wrong("dates and times are not understood: write a text");
        return read_number(word, node);
    }

    Status read_number(std::string_view word, Node& node) {
        const std::optional<std::string> plain = without_underscores(word);
        std::string_view digits = plain ? std::string_view(*plain) : std::string_view();
        std::optional<std::int64_t> whole;
        if (digits.size() > 2 && digits[0] == '0' && digits[2] != '-' && digits[2] != '+') {
            const char kind = digits[1];
            const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
            if (base != 0) whole = read_whole(digits.substr(2), base);
        }
        if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);
        const std::string_view unsigned_digits =
            !digits.empty() && digits[0] == '-' ? digits.substr(1) : digits;
        if (!whole && good_whole(unsigned_digits)) {
            whole = read_whole(digits, 10);
            if (!whole) return wrong("a number that is too large");
        }
        if (whole) {
            node.type = Node::Type::integer;
            node.integer = *whole;
            node.text = fmt::format("{}", *whole);
            return done();
        }
        if (!good_fraction(unsigned_digits))
            return wrong("expected a value: a text stands in quotes");
        node.type = Node::Type::number;
        node.text = digits;
        return done();
    }

    Result<std::string> read_text() {
        const char quote = text_[pos_++];
        if (text_.substr(pos_, 2) == std::string(2, quote))
            return wrong("texts of several lines are not understood: write \\n");
        std::string out;
        while (!take(quote)) {
            if (at_end() || peek() == '\n') return wrong("a text that does not end in its line");
            const char c = text_[pos_++];
            if (c == '\\' && quote == '"')
                KATO_CHECK(read_escape(out));
            else
                out += c;
        }
        return out;
    }

    Status read_escape(std::string& out) {
        const char c = peek();
        if (!at_end()) ++pos_;
        switch (c) {
        case 'b': out += '\b'; return done();
        case 't': out += '\t'; return done();
        case 'n': out += '\n'; return done();
        case 'f': out += '\f'; return done();
        case 'r': out += '\r'; return done();
        case '"':
        case '\\': out += c; return done();
        case 'u': return read_code_point(4, out);
        case 'U': return read_code_point(8, out);
        default: return wrong("expected one of b t n f r \" \\ u U behind a backslash");
        }
    }

    Status read_code_point(std::size_t digits, std::string& out) {
        const std::string_view word = text_.substr(pos_, digits);
        const char* const end = word.data() + word.size();
        std::uint32_t code = 0;
        const auto read = std::from_chars(word.data(), end, code, 16);
        if (word.size() != digits || read.ec != std::errc() || read.ptr != end || code == 0 ||
            code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return wrong(fmt::format("expected a character's number, {} digits", digits));
        append_utf8(out, code);
        pos_ += digits;
        return done();
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::uint64_t line_ = 1;
    Budget budget_;
};

} // namespace

Result<Node> parse_toml(std::string_view text) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text.substr(i, 2) != "\r\n") plain += text[i]; // a line may end like that
    const std::size_t valid = utf8_prefix(plain);
    const auto odd = std::find_if(plain.begin(), plain.end(), is_control);
    if (valid != plain.size() || odd != plain.end()) {
        const std::size_t at = std::min(valid, static_cast<std::size_t>(odd - plain.begin()));
        Error error{Code::invalid, at == valid ? "not UTF-8" : "a control character"};
        const std::string_view before = std::string_view(plain).substr(0, at);
        error.line = 1 + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
        return error;
    }
    return Parser(plain).parse();
}

} // namespace kato::agent
