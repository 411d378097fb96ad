// The tokenizer "kato" for those who need tokens without an FTS5 table.
#pragma once

#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace kato {

// Characters of scripts that are written without spaces between words.
bool is_cjk(std::uint32_t code_point);

// Registers the tokenizer with a connection.
Status register_tokenizer(Db& db);

struct Token {
    std::string_view text; // folded; until the next one
    std::size_t begin = 0; // in the text that is cut
    std::size_t end = 0;
    bool colocated = false; // at the position of the one before
};

// One thread at a time; must not outlive its connection, which has the tokenizer registered.
class Tokenizer {
public:
    static Result<Tokenizer> make(Db& db);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    enum class Purpose : std::uint8_t { document, query };
    // Gives the tokens until `take` returns false.
    Status cut(std::string_view text, Purpose purpose,
               const std::function<bool(const Token&)>& take) const;

private:
    struct State;
    explicit Tokenizer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace kato
