#include "agent_peers.h"

#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

extern char** environ;

namespace bench {
namespace {

// One worker without permissions for each line on standard input; answers with a line.
constexpr const char* k_worker_host = R"js(
const code = new Blob(["postMessage(0)"], { type: "application/javascript" });
const url = URL.createObjectURL(code);
const buffer = new Uint8Array(1);
while ((await Deno.stdin.read(buffer)) === 1) {
  const worker = new Worker(url, { type: "module", deno: { permissions: "none" } });
  await new Promise((done, fail) => { worker.onmessage = done; worker.onerror = fail; });
  worker.terminate();
  Deno.stdout.writeSync(buffer);
}
)js";

// A Deno that makes workers until its standard input ends.
class WorkerHost {
public:
    explicit WorkerHost(const std::string& script) {
        std::array<int, 2> in{};
        std::array<int, 2> out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
        if (::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
        to_ = in[1];
        from_ = out[0];
        posix_spawn_file_actions_t actions;
        (void)::posix_spawn_file_actions_init(
            &actions); // what fails here shows in the first answer
        (void)::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
        (void)::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        const std::array<const char*, 8> command{"deno",         "run",
                                                 "--quiet",      "--no-config",
                                                 "--no-lock",    "--unstable-worker-options",
                                                 script.c_str(), nullptr};
        const int error = ::posix_spawnp(&pid_, "deno", &actions, nullptr,
                                         const_cast<char* const*>(command.data()), environ);
        (void)::posix_spawn_file_actions_destroy(&actions); // cannot fail on glibc
        ::close(in[0]);
        ::close(out[1]);
        if (error != 0) throw std::runtime_error("deno: cannot be started");
    }
    ~WorkerHost() {
        ::close(to_);
        ::close(from_);
        (void)::waitpid(pid_, nullptr, 0); // its input has ended, and so will it
    }
    WorkerHost(const WorkerHost&) = delete;
    WorkerHost& operator=(const WorkerHost&) = delete;

    Sample run() {
        char byte = '\n';
        const double start = now_us();
        if (::write(to_, &byte, 1) != 1 || ::read(from_, &byte, 1) != 1)
            throw std::runtime_error("deno: made no worker");
        return {now_us() - start, 0, 0};
    }

private:
    int to_ = -1;
    int from_ = -1;
    pid_t pid_ = 0;
};

void write_script(const std::string& path, const char* text) {
    std::ofstream file(path);
    file << text;
    if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
}

} // namespace

bool works(const char* name, const std::function<Sample()>& once) {
    try {
        (void)once(); // only whether it works here
        return true;
    } catch (const std::exception& error) {
        (void)std::fprintf(stderr, "bench: %s: skipped, %s\n", name, error.what());
        return false;
    }
}

std::vector<Peer> find_peers(const std::string& folder) {
    std::filesystem::create_directories(folder);
    const std::string empty = folder + "/empty.js";
    const std::string host = folder + "/host.js";
    write_script(empty, "");
    write_script(host, k_worker_host);
    std::vector<Peer> peers;
    // The nearest thing that each has to one program with nothing but its runtime.
    const std::pair<const char*, std::vector<std::string>> commands[] = {
        {"bwrap",
         {"bwrap",
          "--unshare-all",
          "--die-with-parent",
          "--new-session",
          "--clearenv",
          "--cap-drop",
          "ALL",
          "--ro-bind",
          "/usr",
          "/usr",
          "--symlink",
          "usr/lib",
          "/lib",
          "--symlink",
          "usr/lib64",
          "/lib64",
          "--symlink",
          "usr/bin",
          "/bin",
          "--",
          "/usr/bin/true"}},
        {"firejail",
         {"firejail", "--quiet", "--noprofile", "--private", "--private-dev", "--net=none",
          "--caps.drop=all", "--nonewprivs", "--seccomp", "--", "/usr/bin/true"}},
        {"deno-run", {"deno", "run", "--quiet", "--no-config", "--no-lock", empty}},
    };
    const auto add = [&](const char* name, std::function<Sample()> once) {
        if (works(name, once)) peers.push_back({name, std::move(once)});
    };
    for (const auto& [name, command] : commands)
        add(name, [command = command] { return spawn(command); });
    if (peers.empty() || peers.back().name != "deno-run") return peers;
    const auto workers = std::make_shared<WorkerHost>(host);
    add("deno-worker", [workers] { return workers->run(); });
    return peers;
}

} // namespace bench
