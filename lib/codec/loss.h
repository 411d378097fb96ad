// What an export did not carry, counted: what its format has no place for, and what its options left
// out. docs/formats.md lists the names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace kato {

class Loss {
public:
    void drop(std::string_view what, std::uint64_t count = 1) { add(dropped_, what, count); }
    void leave_out(std::string_view what, std::uint64_t count = 1) { add(left_out_, what, count); }

    std::uint64_t dropped(std::string_view what) const;
    bool nothing_dropped() const { return dropped_.empty(); }
    // {"type":"loss","format":...,"chats":...,"dropped":{...},"left_out":{...}}
    std::string json(std::string_view format, std::uint64_t chats) const;

private:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;
    static void add(Counts& counts, std::string_view what, std::uint64_t count);

    Counts dropped_{};
    Counts left_out_{};
};

} // namespace kato
