#include "house.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

namespace kato::test {

using namespace agent;

namespace {

void must(const Status& status) {
    if (!status) throw std::runtime_error(status.error().message);
}

std::string without(std::string text, const std::string& part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part))
        text.erase(at, part.size());
    return text;
}

} // namespace

House::House() : root_(std::filesystem::canonical(folder_.path()).string()) {
    for (const char* file :
         {"/etc/hosts", "/etc/shadow", "/usr/share/words", "/proc/1/environ", "/srv/data/a",
          "/home/ann/notes/a", "/home/ann/notes/b", "/home/ann/.ssh/id", "/home/ann/.aws/config",
          "/home/ann/.tool/settings", "/home/ann/.mozilla/x/cookies", "/home/ann/.bashrc",
          "/home/ann/.kato/kato.db", "/home/bob/notes/a", "/home/bob/.ssh/id", "/srv/ws/kato.db"})
        make(file);
    surroundings.home = home();
    surroundings.workspaces = {at("/srv/ws")};
    surroundings.search_path = at("/usr/bin");
    surroundings.root = root_;
    make_program("/usr/bin/tool");
}

std::string House::at(std::string_view path) const { return root_ + std::string(path); }

std::string House::home(std::string_view path) const { return at("/home/ann") + std::string(path); }

void House::make(std::string_view path, std::string_view bytes) const {
    const std::filesystem::path file = at(path);
    std::filesystem::create_directories(file.parent_path());
    write_file(file, bytes);
}

void House::link(std::string_view path, const std::string& target) const {
    std::filesystem::create_symlink(target, at(path));
}

void House::make_program(std::string_view path) const {
    make(path, "#!/bin/sh\n");
    std::filesystem::permissions(at(path), std::filesystem::perms::owner_all);
}

Decision House::decide(const AskFn& ask) const {
    auto decision = agent::decide(policy, surroundings, ask);
    if (!decision) throw std::runtime_error(decision.error().message);
    return std::move(*decision);
}

void House::allow(Capability capability, const std::string& value) {
    must(policy.allow(capability, value, Origin::flag, surroundings.home));
}

void House::deny(Capability capability, const std::string& value) {
    must(policy.deny(capability, value, Origin::flag, surroundings.home));
}

std::string granted(const House& house, const Decision& decision, std::uint8_t rights) {
    std::vector<std::string> paths;
    for (const sandbox::Grant& grant : decision.grants)
        if ((grant.rights & rights) == rights) paths.push_back(without(grant.path, house.at("")));
    std::sort(paths.begin(), paths.end());
    std::string out;
    for (const std::string& path : paths) out += path + ";";
    return out;
}

std::string refused(const House& house, const Decision& decision) {
    if (decision.refused.size() != 1)
        return std::to_string(decision.refused.size()) + " are refused";
    const Refused& one = decision.refused.front();
    return std::string(refusal_name(one.refusal)) + ": " + without(one.reason, house.at(""));
}

} // namespace kato::test
