// Tries every act of the catalogue, first unconfined, then confined: escapes PROGRAM LEVEL [USER].
// An act that does not even succeed unconfined proves nothing: it is counted, and not as denied.
#include "sandbox/catalogue.h"
#include "sandbox/probe.h"
#include "sandbox/runtime.h"
#include "sandbox/scene.h"
#include "sandbox/snapshot.h"
#include "sandbox/start.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kato::test {

namespace {

using namespace kato::sandbox;

constexpr int k_skip = 77; // Meson's
constexpr int k_hit = 10;  // as the acts say it
constexpr int k_lacking = 30;
constexpr int k_leak = 200; // a descriptor that somebody forgot

enum class Verdict { denied, hit, lacking, broken };

struct Outcome {
    Verdict verdict = Verdict::broken;
    std::string text;
};

Outcome judge(bool signalled, int code) {
    if (signalled) return {Verdict::denied, fmt::format("signal {}", code)};
    switch (code) {
    case k_hit: return {Verdict::hit, "done"};
    case 20: return {Verdict::denied, "denied"};
    case k_lacking: return {Verdict::lacking, "not in this kernel"};
    default: return {Verdict::broken, fmt::format("exit code {}", code)};
    }
}

template <class List> bool contains(const List& list, std::string_view text) {
    return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

class Trial {
public:
    Trial(std::string program, Level level, uid_t user)
        : level_(level), program_(std::move(program)), scene_(program_, user) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
        drain_ = ends[0];
        output_ = ends[1];
        ::fcntl(drain_, F_SETFL, O_NONBLOCK);
        const int secret = ::open(scene_.path("secret/key").c_str(), O_RDONLY);
        if (::dup2(secret, k_leak) != k_leak) throw std::runtime_error("dup2");
        ::close(secret);
    }

    int run() {
        check_list();
        for (const Row& row : catalogue()) try_one(row);
        report();
        return failures_ == 0 ? 0 : 1;
    }

private:
    // Each row has its act and each act its row.
    void check_list() {
        const std::string command = fmt::format("'{}' --list", program_);
        FILE* const pipe = ::popen(command.c_str(), "re");
        std::set<std::string> acts;
        char line[256];
        while (pipe != nullptr && std::fgets(line, sizeof line, pipe) != nullptr)
            acts.insert(std::string(line, std::strcspn(line, "\n")));
        if (pipe != nullptr) ::pclose(pipe);
        acts.erase("leak.became_root"); // a part of exec.setuid_effective
        for (const Row& row : catalogue())
            if (acts.erase(std::string(row.id)) == 0) fail(row.id, "has no act");
        for (const std::string& act : acts) fail(act, "is not in the catalogue");
    }

    std::vector<std::string> command(std::string_view id) const {
        std::vector<std::string> words{program_, std::string(id)};
        for (std::string& parameter : scene_.parameters()) words.push_back(std::move(parameter));
        return words;
    }

    Outcome unconfined(const Row& row) {
        scene_.reset();
        std::vector<std::string> words = command(row.id);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const pid_t child = ::fork();
        if (child == 0) {
            // From above, or a number that is right already would stay close-on-exec.
            const int chat = ::fcntl(scene_.chat(), F_DUPFD, 16);
            const int output = ::fcntl(output_, F_DUPFD, 16);
            ::dup2(chat, 3);
            ::dup2(output, 4);
            ::setenv("KATO_TEST_SECRET", "1", 1);
            for (const char* name : {"A", "B", "C", "D", "E", "F", "G"}) ::setenv(name, "1", 1);
            if (contains(k_needs_output, row.id))
                ::setenv("KATO_OUTPUT", scene_.path("out/output").c_str(), 1);
            ::execv(arguments[0], arguments.data());
            ::_exit(99);
        }
        int status = 0;
        if (child < 0 || ::waitpid(child, &status, 0) != child) return {};
        drain();
        return judge(WIFSIGNALED(status),
                     WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }

    Outcome confined(const Row& row) {
        scene_.reset();
        Result<Runtime> runtime = resolve_runtime(command(row.id), "/usr/bin:/bin");
        if (!runtime) return {Verdict::broken, runtime.error().message};
        Result<Fd> written = create_snapshot();
        if (!written || !write_all(written->get(), Scene::k_chat, "snapshot"))
            return {Verdict::broken, "snapshot"};
        Result<Fd> snapshot = seal_snapshot(std::move(*written));
        if (!snapshot) return {Verdict::broken, snapshot.error().message};
        Confinement confinement;
        confinement.level = level_;
        confinement.program = runtime->program;
        confinement.arguments = runtime->arguments;
        confinement.environment = {"PATH=/usr/bin:/bin", "LANG=C"};
        confinement.grants = runtime->grants;
        confinement.descriptors = {-1, 1, 2, -1, output_};
        confinement.snapshot = snapshot->get();
        confinement.audit = Audit::none;
        confinement.output_file = contains(k_needs_output, row.id);
        confinement.output_path = scene_.path("out/output");
        const std::string setuid = scene_.path("secret/setuid"); // may be executed, to no avail
        if (row.id == "exec.setuid_effective" && ::access(setuid.c_str(), R_OK) == 0)
            confinement.grants.push_back({setuid, k_read | k_execute, "granted on purpose"});
        Failure failure;
        Result<Child> child = start(confinement, failure);
        if (!child) return {Verdict::broken, child.error().message};
        user_ = child->enforced.user;
        const Result<std::optional<Exit>> end = reap(*child, true);
        if (!end || !*end) return {Verdict::broken, "no exit status"};
        drain();
        return judge((*end)->signalled, (*end)->code);
    }

    void drain() const {
        char buffer[4096];
        while (::read(drain_, buffer, sizeof buffer) > 0) continue;
    }

    void try_one(const Row& row) {
        const Outcome before = unconfined(row);
        const Outcome after = confined(row);
        if (before.verdict == Verdict::broken) fail(row.id, "unconfined: " + before.text);
        if (after.verdict == Verdict::broken) fail(row.id, after.text);
        const bool hit = after.verdict == Verdict::hit;
        switch (row.wanted) {
        case Wanted::succeeds:
            if (before.verdict != Verdict::hit || !hit)
                fail(row.id, "a granted act fails: " + after.text);
            ++controls_;
            return;
        case Wanted::either: ++informational_; return;
        case Wanted::denied: break;
        }
        const bool gap = level_ == Level::confined && contains(k_needs_namespaces, row.id);
        if (gap && !hit) fail(row.id, "is denied after all: shorten the list of exceptions");
        if (gap) return gaps_.push_back(row.id);
        if (hit) fail(row.id, "SUCCEEDS");
        if (before.verdict == Verdict::hit) {
            ++denied_;
        } else {
            unproven_.push_back(row.id);
        }
    }

    void fail(std::string_view id, std::string_view why) {
        ++failures_;
        std::cout << fmt::format("FAIL {}: {}\n", id, why);
    }

    static std::string joined(const std::vector<std::string_view>& list) {
        std::string out;
        for (const std::string_view item : list) out += fmt::format(" {}", item);
        return out;
    }

    void report() const {
        std::cout << fmt::format("{} as user {}: {} acts denied that succeed unconfined, {} "
                                 "controls, {} informational\n",
                                 name(level_), ::geteuid(), denied_, controls_, informational_);
        std::cout << fmt::format("{} cannot be prevented without namespaces:{}\n", gaps_.size(),
                                 joined(gaps_));
        std::cout << fmt::format("{} prove nothing here, they fail unconfined too:{}\n",
                                 unproven_.size(), joined(unproven_));
        std::cout << fmt::format("{} failures\n", failures_);
    }

    Level level_;
    std::string program_;
    Scene scene_;
    int drain_ = -1;
    int output_ = -1;
    User user_ = User::host;
    int denied_ = 0, controls_ = 0, informational_ = 0, failures_ = 0;
    std::vector<std::string_view> gaps_;
    std::vector<std::string_view> unproven_;
};

int run(int argc, char** argv) {
    if (argc < 3 || argc > 4) {
        std::cerr << "usage: escapes PROGRAM confined|isolated [USER]\n";
        return 2;
    }
    const Level level = std::strcmp(argv[2], "isolated") == 0 ? Level::isolated : Level::confined;
    const uid_t user = argc == 4 ? static_cast<uid_t>(std::atoi(argv[3])) : ::geteuid();
    if (user != ::geteuid() && ::geteuid() != 0) {
        std::cout << "only root can become another user\n";
        return k_skip;
    }
    Trial trial(std::filesystem::absolute(argv[1]).string(), level,
                user); // from here on as that user
    const Host& host = probe();
    if (host.best < level) {
        for (const Missing& missing : host.missing)
            std::cout << fmt::format("not on this host: {}\n", missing.reason);
        return k_skip;
    }
    return trial.run();
}

} // namespace

} // namespace kato::test

int main(int argc, char** argv) {
    try {
        return kato::test::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 99;
    }
}
