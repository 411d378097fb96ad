// The elements around events: choices, branches, what stands aside. Opens and closes them in the order
// of the tree, so that a page can be written as its events come.
#pragma once

#include "codec/html/shape.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::html {

class Layout {
public:
    // Closes what does not hold this event and opens what does. True when anything changed.
    bool enter(const Uuid& event, const Place& place, std::string& out);
    void close_all(std::string& out);
    bool is_aside() const; // what comes is a sub-agent's

private:
    enum class What : std::uint8_t { fork, branch, aside };
    struct Open {
        What what;
        std::uint32_t depth; // of the event that opened it
    };
    void close(std::string& out);
    static void mark(const Place& place, std::string& out);

    std::vector<Open> open_{};
};

// The id of an event's element: no other character than a letter, a digit or a hyphen.
std::string element_id(const Uuid& event);

} // namespace kato::html
