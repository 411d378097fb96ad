// A made-up machine for tests of policies: a root with system folders, a home with secrets.
#pragma once

#include "support/files.h"

#include "agent/decide.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

class House {
public:
    House();

    std::string at(std::string_view path) const; // below the root: at("/etc/hosts")
    std::string home(std::string_view path = {}) const;

    void make(std::string_view path, std::string_view bytes = "x") const; // with its folders
    void link(std::string_view path, const std::string& target) const;
    void make_program(std::string_view path) const;

    agent::Decision decide(const agent::AskFn& ask = {}) const;

    agent::Policy policy;
    agent::Surroundings surroundings;

    void allow(Capability capability, const std::string& value);
    void deny(Capability capability, const std::string& value);

private:
    TempDir folder_;
    std::string root_;
};

// Paths of the grants that have all of `rights`, sorted, each followed by ";", without the root.
std::string granted(const House& house, const agent::Decision& decision,
                    std::uint8_t rights = sandbox::k_read);
// The only refused rule, as "refusal: reason", without the root.
std::string refused(const House& house, const agent::Decision& decision);

} // namespace kato::test
