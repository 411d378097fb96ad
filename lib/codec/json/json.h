// A JSON text (RFC 8259) as a tree of values over the original bytes.
//
// What it adds to a plain parser: tokens stay verbatim (number spelling, escapes, order and duplicates of
// members), lone surrogates are accepted and come out as WTF-8, and a value can be *taken*, after
// which `remainder` gives back whatever nobody took: so no member is ever dropped by forgetting it.
#pragma once

#include "base/json_string.h"
#include "base/json_unescape.h"
#include "base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

inline constexpr std::size_t k_max_depth = 512; // levels of nesting in one record
inline constexpr std::size_t k_spare_depth = 8; // for who wraps such a record into another one
inline constexpr std::size_t k_max_values = 4'000'000; // values in one record

// A long string that was cut out of a record while reading: `""` stands at `token` in the text, its
// raw (escaped) content lies at `offset` of the scratch file.
struct Spill {
    std::size_t token = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool valid_utf8 = true;  // else it is repaired while it is read
    bool well_formed = true; // else the record cannot be parsed: control character, bad escape
};

class Document;
class Scanner;

// A value inside a Document; valid as long as the document's text and the document are.
class Value {
public:
    Value() = default; // absent: type null, present() false
    bool present() const { return doc_ != nullptr; }
    explicit operator bool() const { return present(); }

    Type type() const;
    bool is_object() const { return present() && type() == Type::object; }
    bool is_array() const { return present() && type() == Type::array; }
    bool is_string() const { return present() && type() == Type::string; }
    bool is_null() const { return present() && type() == Type::null; }

    // The last member of that name (decoded comparison), or an absent value.
    Value member(std::string_view name) const;
    // Children of an array or object, in order.
    std::size_t size() const;
    Value first() const;
    Value next() const;      // the next sibling, or absent
    std::string key() const; // decoded; empty for elements

    // Decoded text (WTF-8), empty for other types. A spilled string gives "": see spill().
    std::string text() const;
    // The text as written between the quotes, escapes and all.
    std::string_view raw_text() const;
    std::optional<std::int64_t> integer() const; // numbers that are whole and fit
    std::optional<bool> boolean() const;
    const Spill* spill() const;

    // The value as it was written: a piece of the text that was parsed.
    std::string_view raw() const;
    // The value as it was written, less insignificant white space.
    void append_minified(std::string& out) const;
    std::string minified() const;

    // Marks the value and all below it as used. Returns itself.
    Value take() const;
    bool taken() const;
    // What was not taken of this value, minified; empty when nothing is left. A container of which
    // everything was taken disappears; one of which nothing was taken stays whole.
    std::string remainder() const;

private:
    friend class Document;
    void append_remainder(std::string& out) const;
    Value(const Document* doc, std::uint32_t node) : doc_(doc), node_(node) {}
    const Document* doc_ = nullptr;
    std::uint32_t node_ = 0;
};

// Parses texts one after the other, keeping its memory.
class Document {
public:
    Document();
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    // Parses one JSON text. `text` must outlive the values. The error's offset is the first byte
    // that is wrong. Accepts lone surrogates; refuses invalid UTF-8 (Code::invalid) and too deep
    // nesting (Code::limit; `max_depth` up to k_max_depth + k_spare_depth). Spills: ordered by token.
    Status parse(std::string_view text, std::vector<Spill> spills = {},
                 std::size_t max_depth = k_max_depth);
    Value root() const;

    // Length of the first complete JSON value of the last failed parse when only something that
    // follows it was wrong (two objects glued together); 0 otherwise.
    std::size_t first_value_length() const;

private:
    friend class Value;
    friend class Scanner; // the parser behind parse()
    struct State;
    std::unique_ptr<State> state_;
};

bool valid_utf8(std::string_view text); // with simdjson, at many GB/s

inline void append_string(std::string& out, std::string_view text) {
    append_json_string(out, text);
}

} // namespace kato::json
