// Fuzz target: rules over a made-up machine. Each line of the input is one rule: a for allow or d for
// deny, r, w, e, x or n for the kind, then the value; "/" is the machine's root.
#include "fuzz/fuzz.h"
#include "support/files.h"

#include "agent/decide.h"
#include "agent/path.h"
#include "codec/json/json.h"

#include <array>
#include <filesystem>

using namespace kato;
using namespace kato::agent;
using kato::fuzz::expect;

namespace {

constexpr std::size_t k_max_lines = 12;

class Machine {
public:
    Machine() : root_(std::filesystem::canonical(folder_.path()).string()) {
        for (const char* file :
             {"/etc/hosts", "/etc/shadow", "/proc/1/environ", "/usr/bin/tool", "/home/ann/a/x",
              "/home/ann/a/b/y", "/home/ann/.ssh/id", "/home/ann/.t/s", "/home/bob/a",
              "/home/bob/.ssh/id", "/srv/ws/kato.db", "/srv/d/z"}) {
            std::filesystem::create_directories(std::filesystem::path(root_ + file).parent_path());
            test::write_file(root_ + file, "x");
        }
        std::filesystem::permissions(root_ + "/usr/bin/tool", std::filesystem::perms::owner_all);
        std::filesystem::create_symlink("../.ssh", root_ + "/home/ann/a/k");
        std::filesystem::create_symlink("b", root_ + "/home/ann/a/l");
        std::filesystem::create_symlink("loop", root_ + "/srv/loop");
        std::filesystem::create_symlink("../srv", root_ + "/home/s");
        surroundings.home = root_ + "/home/ann";
        surroundings.workspaces = {root_ + "/srv/ws"};
        surroundings.search_path = root_ + "/usr/bin";
        surroundings.root = root_;
    }
    const std::string& root() const { return root_; }
    Surroundings surroundings;

private:
    test::TempDir folder_;
    std::string root_;
};

// Adds the line's rule. The value is put below the root: a path can only climb at its beginning.
void add(Policy& policy, std::string_view line, const Machine& machine) {
    if (line.size() < 2) return;
    constexpr std::string_view kinds = "rwexn";
    constexpr std::array<Capability, 5> capabilities = {
        Capability::read, Capability::write, Capability::env, Capability::run, Capability::net};
    const std::size_t kind = kinds.find(line[1]);
    if (kind == std::string_view::npos) return;
    std::string value(line.substr(2)); // "" has a value[0]: NUL
    if (!value.empty() && value[0] == '/') value.insert(0, machine.root());
    if (value[0] != '/' && value.find("..") != std::string::npos) return; // out of the machine
    const std::string& home = machine.surroundings.home;
    const Status added = line[0] == 'd'
                             ? policy.deny(capabilities[kind], value, Origin::flag, home)
                             : policy.allow(capabilities[kind], value, Origin::flag, home);
    expect(added.ok() || added.error().code == Code::invalid || added.error().code == Code::limit,
           "a refused value has another code");
}

bool rule_inside(const Policy& policy, const std::string& folder) {
    for (const StatedRule& stated : policy.rules())
        if (stated.rule.effect == Effect::allow && is_within(stated.rule.value, folder))
            return true;
    return false;
}

void check_grant(const Policy& policy, const Machine& machine, const sandbox::Grant& grant) {
    const auto resolved = resolve_path(grant.path);
    expect(resolved.ok() && resolved->path == grant.path, "a grant by a link");
    expect(resolved->type == FileType::file || resolved->type == FileType::folder,
           "a grant of nothing");
    const std::string& root = machine.root();
    if (!is_within(grant.path, root)) return; // relative, below the current directory
    for (const char* never :
         {"/proc", "/etc/shadow", "/srv/ws", "/home/ann/.ssh", "/home/bob/.ssh"}) {
        expect(!is_within(grant.path, root + never), "a grant in a privileged place");
        expect(!is_within(root + never, grant.path), "a grant around a privileged place");
    }
    for (const char* named : {"/etc", "/home/bob", "/home/ann/.t"}) {
        const bool touches =
            is_within(grant.path, root + named) || is_within(root + named, grant.path);
        expect(!touches || rule_inside(policy, root + named), "a named place by a broad rule");
    }
    if ((grant.rights & sandbox::k_write) != 0)
        for (const char* system : {"/etc", "/usr"})
            expect(!is_within(grant.path, root + system), "the system may be written");
}

void check_denies(const Policy& policy, const Decision& decision) {
    for (const StatedRule& stated : policy.rules()) {
        if (stated.rule.effect != Effect::deny) continue;
        const Capability kind = stated.rule.capability;
        if (kind != Capability::read && kind != Capability::write) continue;
        const std::uint8_t right = kind == Capability::read ? sandbox::k_read : sandbox::k_write;
        for (const sandbox::Grant& grant : decision.grants) {
            if ((grant.rights & right) == 0) continue;
            if (stated.rule.value.empty()) {
                // A program is read to be run.
                expect((grant.rights & sandbox::k_execute) != 0, "a kind that is denied");
                continue;
            }
            const auto denied = resolve_path(stated.rule.value);
            expect(denied.ok(), "a decision with a deny rule that cannot be judged");
            expect(!is_within(grant.path, denied->path), "a grant of what is denied");
            expect(!is_within(denied->path, grant.path), "a grant around what is denied");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Machine machine; // made once: rules do not change it
    Policy policy;
    std::string_view rest = fuzz::as_text(data, size);
    for (std::size_t lines = 0; !rest.empty() && lines < k_max_lines; ++lines) {
        const std::size_t end = rest.find('\n');
        add(policy, rest.substr(0, end), machine);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    const auto decision = decide(policy, machine.surroundings);
    if (!decision) {
        expect(decision.error().message.find("cannot tell what is denied") == 0, "another error");
        return 0;
    }
    for (const sandbox::Grant& grant : decision->grants) check_grant(policy, machine, grant);
    check_denies(policy, *decision);
    json::Document document;
    expect(document.parse(describe(policy, *decision)).ok(), "a description is not JSON");
    return 0;
}
