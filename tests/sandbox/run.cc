#include "sandbox/run.h"

#include "sandbox/probe.h"
#include "sandbox/snapshot.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace kato::test {

using namespace kato::sandbox;

std::string agent() {
    const char* const path = std::getenv("KATO_TEST_AGENT");
    if (path == nullptr) throw std::runtime_error("KATO_TEST_AGENT is not set");
    return path;
}

Confinement confinement(Level level, const std::vector<std::string>& command) {
    Result<Runtime> runtime = resolve_runtime(command, "/usr/local/bin:/usr/bin:/bin");
    if (!runtime) throw std::runtime_error(runtime.error().message);
    Confinement out;
    out.level = level;
    out.program = runtime->program;
    out.arguments = runtime->arguments;
    out.environment = runtime->environment;
    out.environment.emplace_back("PATH=/usr/local/bin:/usr/bin:/bin");
    out.grants = runtime->grants;
    out.audit = Audit::none;
    return out;
}

Fd snapshot(const std::string& bytes) {
    Result<Fd> written = create_snapshot();
    if (!written || !write_all(written->get(), bytes, "snapshot"))
        throw std::runtime_error("no snapshot");
    Result<Fd> sealed = seal_snapshot(std::move(*written));
    if (!sealed) throw std::runtime_error(sealed.error().message);
    return std::move(*sealed);
}

Pipe::Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = Fd(ends[0]);
    write = Fd(ends[1]);
}

bool readable(int fd, int timeout_ms) {
    pollfd wanted{fd, POLLIN, 0};
    return ::poll(&wanted, 1, timeout_ms) == 1;
}

Received receive(const Fd& from, int timeout_ms) {
    Received out;
    char buffer[65536];
    while (readable(from.get(), timeout_ms)) {
        const ssize_t got = ::read(from.get(), buffer, sizeof buffer);
        if (got <= 0) {
            out.ended = got == 0;
            break;
        }
        out.bytes.append(buffer, static_cast<std::size_t>(got));
    }
    return out;
}

Ran run(Confinement confinement) {
    Pipe pipe;
    confinement.descriptors[1] = pipe.write.get();
    if (confinement.descriptors[2] < 0) confinement.descriptors[2] = 2;
    Failure failure;
    Result<Child> child = start(confinement, failure);
    if (!child) throw std::runtime_error(child.error().message);
    pipe.write = Fd();
    Ran out;
    out.enforced = child->enforced;
    const Received received = receive(pipe.read);
    CHECK_MESSAGE(received.ended, "the program holds its output open");
    out.output = received.bytes;
    REQUIRE_MESSAGE(readable(child->pidfd.get(), 10'000), "the program does not end");
    const Result<std::optional<Exit>> end = reap(*child, true);
    REQUIRE(end.ok());
    REQUIRE(end->has_value());
    out.exit = **end;
    return out;
}

std::vector<Level> levels() {
    const Host& host = probe();
    REQUIRE_MESSAGE(host.best != Level::automatic, "nothing can be confined on this host");
    if (host.best == Level::isolated) return {Level::confined, Level::isolated};
    MESSAGE("no namespaces here: " << host.missing.front().reason);
    return {Level::confined};
}

} // namespace kato::test
