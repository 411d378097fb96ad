#include "sandbox/scene.h"

#include "support/files.h"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kato::test {

namespace {

namespace fs = std::filesystem;

void must(bool condition, const char* what) {
    if (!condition) throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

int bound_port(int fd) {
    sockaddr_in6 address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin6_port); // at the same place as of IPv4
}

int inet_socket(int family, int type) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = static_cast<sa_family_t>(family);
    if (family == AF_INET6) address.sin6_addr = in6addr_loopback;
    auto* const four = reinterpret_cast<sockaddr_in*>(&address);
    if (family == AF_INET) four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) return -1;
    if (type == SOCK_STREAM && ::listen(fd, 64) != 0) return -1;
    return fd;
}

int unix_socket(int type, const std::string& name, bool abstract) {
    const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t skip = abstract ? 1 : 0;
    must(name.size() + skip < sizeof address.sun_path, "a socket's name is too long");
    std::memcpy(address.sun_path + skip, name.data(), name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + skip + name.size());
    must(fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0, "a socket");
    if (type == SOCK_STREAM) must(::listen(fd, 64) == 0, "listen");
    return fd;
}

} // namespace

Scene::Scene(const std::string& program, uid_t user) : program_(program), owner_(::getpid()) {
    std::string base = (fs::temp_directory_path() / "kato-escape-XXXXXX").string();
    must(::mkdtemp(base.data()) != nullptr, "mkdtemp");
    base_ = base;
    const bool change = user != ::geteuid();
    fs::create_directory(path("secret"));
    if (change) { // the one thing that is root's
        fs::copy_file(program, path("secret/setuid"));
        must(::chmod(path("secret/setuid").c_str(), 04755) == 0, "chmod");
        must(::chown(base_.c_str(), user, user) == 0, "chown");
        must(::chown(path("secret").c_str(), user, user) == 0, "chown");
        must(::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0 &&
                 ::setresuid(user, user, user) == 0,
             "become another user");
        must(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable");
    }
    constexpr gid_t other_group = 4242; // one that a root host must give up for the program
    if (::geteuid() == 0) must(::setgroups(1, &other_group) == 0, "setgroups");
    must(::chmod(base_.c_str(), 0755) == 0, "chmod");
    for (const char* folder : {"chats", "out"}) fs::create_directory(path(folder));
    victim_ = ::fork();
    if (victim_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        for (;;) ::pause();
    }
    reset();
    chat_ = ::open(path("chats/this.jsonl").c_str(), O_RDONLY | O_CLOEXEC);
    listen_everywhere();
    share_memory();
}

Scene::~Scene() {
    if (::getpid() != owner_) return;
    if (victim_ > 0 && ::kill(victim_, SIGKILL) == 0) ::waitpid(victim_, nullptr, 0);
    if (memory_ >= 0) ::shmctl(memory_, IPC_RMID, nullptr);
    if (messages_ >= 0) ::msgctl(messages_, IPC_RMID, nullptr);
    ::shm_unlink(fmt::format("/kato-{}", owner_).c_str());
    for (const int fd : open_) ::close(fd);
    ::close(chat_);
    std::error_code ignored;
    fs::remove_all(base_, ignored);
}

void Scene::reset() const {
    for (const char* name : {"secret/key", "secret/mine", "secret/movable", "chats/other.jsonl"})
        if (!fs::exists(path(name))) write_file(path(name), "secret\n");
    if (!fs::exists(path("chats/this.jsonl")) || fs::file_size(path("chats/this.jsonl")) == 0)
        write_file(path("chats/this.jsonl"), k_chat);
    for (const auto& entry : fs::directory_iterator(path("out"))) fs::remove_all(entry.path());
    write_file(path("out/output"), "");
}

void Scene::listen_everywhere() {
    open_.push_back(inet_socket(AF_INET, SOCK_STREAM));
    tcp_ = bound_port(open_.back());
    open_.push_back(inet_socket(AF_INET, SOCK_DGRAM));
    udp_ = bound_port(open_.back());
    open_.push_back(inet_socket(AF_INET6, SOCK_STREAM)); // there may be no IPv6
    tcp6_ = bound_port(open_.back());
    open_.push_back(unix_socket(SOCK_STREAM, path("socket"), false));
    open_.push_back(unix_socket(SOCK_DGRAM, path("datagram"), false));
    open_.push_back(unix_socket(SOCK_STREAM, fmt::format("kato-stream-{}", owner_), true));
    open_.push_back(unix_socket(SOCK_DGRAM, fmt::format("kato-datagram-{}", owner_), true));
}

void Scene::share_memory() {
    memory_ = ::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
    messages_ = ::msgget(static_cast<key_t>(owner_), IPC_CREAT | 0666);
    open_.push_back(::shm_open(fmt::format("/kato-{}", owner_).c_str(), O_CREAT | O_RDWR, 0666));
}

std::vector<std::string> Scene::parameters() const {
    char host[256] = "";
    must(::gethostname(host, sizeof host - 1) == 0, "gethostname");
    struct stat info {};
    must(::fstat(chat_, &info) == 0, "fstat");
    return {
        fmt::format("base={}", base_),
        fmt::format("self={}", program_),
        fmt::format("host={}", host),
        fmt::format("session={}", ::getsid(0)),
        fmt::format("victim={}", victim_),
        fmt::format("tcp={}", tcp_),
        fmt::format("tcp6={}", tcp6_),
        fmt::format("udp={}", udp_),
        fmt::format("stream=kato-stream-{}", owner_),
        fmt::format("datagram=kato-datagram-{}", owner_),
        fmt::format("shm={}", memory_),
        fmt::format("msg_key={}", owner_),
        fmt::format("posix_shm=/dev/shm/kato-{}", owner_),
        fmt::format("queue=/kato-{}", owner_),
        fmt::format("chat_inode={}", info.st_ino),
    };
}

} // namespace kato::test
