// Finding and opening the workspace; standard input.
#include "session.h"

#include "signals.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace kato_cli {
namespace {

constexpr std::size_t k_least_id_characters = 4; // as kato/chat.h says
constexpr const char* k_hex_digits = "0123456789abcdefABCDEF";

std::string home_directory() {
    std::string home = environment("HOME");
    if (!home.empty()) return home;
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return found->pw_dir;
    return {};
}

} // namespace

std::string workspace_path(const Session& session) {
    if (!session.root.empty()) return session.root;
    std::string variable = environment("KATO_HOME");
    if (!variable.empty()) return variable;
    const std::string home = home_directory();
    return home.empty() ? std::string() : home + "/.kato";
}

int open_workspace(const Session& session, Access access, Store& store) {
    const std::string path = workspace_path(session);
    if (path.empty())
        return usage_error("there is no home directory to keep the workspace in",
                           "name one with --root DIR or KATO_HOME");
    struct stat present {};
    const bool missing = stat((path + "/kato.db").c_str(), &present) != 0 && errno == ENOENT;

    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    if (access == Access::create) options.flags = KATO_STORE_CREATE;
    if (access == Access::read) options.flags = KATO_STORE_READONLY;
    Error error;
    kato_status status =
        kato_store_open(path.data(), path.size(), &options, out(store), out(error));
    if (status < 0 && access == Access::search) { // the index may lag behind, or be missing, then
        options.flags = KATO_STORE_READONLY;
        error.reset();
        status = kato_store_open(path.data(), path.size(), &options, out(store), out(error));
    }
    if (status == KATO_E_VERSION && access == Access::read) { // an older one is brought up to date
        options.flags = 0;
        error.reset();
        status = kato_store_open(path.data(), path.size(), &options, out(store), out(error));
    }
    if (status == KATO_E_NOT_FOUND && access != Access::create) {
        say_error(fmt::format("there is no workspace at {}", path),
                  "make one with: kato init, or import something: kato import FILE",
                  Exit::not_found);
        return Exit::not_found;
    }
    if (status == KATO_E_BUSY)
        return fail(status, error, "another kato is writing; try again when it is done");
    if (status < 0) return fail(status, error);
    if (access == Access::create && missing) say(fmt::format("made a new workspace at {}", path));
    return Exit::done;
}

void allow_pager(Session& session) {
    if (!session.no_pager) session.out.allow_pager(session.terminal);
}

int read_standard_input(std::size_t limit, std::string& out) {
    std::array<char, 64 * 1024> piece{};
    while (true) {
        const ssize_t got = read(0, piece.data(), piece.size());
        if (got == 0) return Exit::done;
        if (got < 0) {
            if (caught_signal()) {
                say_error("interrupted", {}, 128 + caught_signal());
                return 128 + caught_signal();
            }
            if (errno == EINTR) continue;
            say_error(fmt::format("cannot read standard input: {}", std::strerror(errno)), {});
            return Exit::failed;
        }
        out.append(piece.data(), static_cast<std::size_t>(got));
        if (out.size() > limit) {
            return usage_error(fmt::format("the text is longer than {} bytes", limit));
        }
    }
}

bool confirmed(const std::string& question) {
    (void)write_all(2, question + " [y/N] "); // an unseen question gets no yes
    std::string answer;
    char c = 0;
    while (answer.size() < 16 && read(0, &c, 1) == 1 && c != '\n') answer += c;
    return answer == "y" || answer == "Y" || answer == "yes";
}

int find_chat(const Store& store, const std::string& reference, Chat& chat) {
    Error error;
    const kato_status status =
        kato_chat_get(store.get(), reference.data(), reference.size(), out(chat), out(error));
    if (status >= 0) return Exit::done;
    const bool part_of_id = reference.size() < k_least_id_characters &&
                            reference.find_first_not_of(k_hex_digits) == std::string::npos;
    if (status == KATO_E_NOT_FOUND && part_of_id)
        return fail(status, error,
                    "the beginning of an id needs four characters or more; kato chat list shows "
                    "all chats");
    return fail(status, error, "kato chat list shows all chats");
}

std::string short_chat_id(const kato_store* store, std::string_view id) {
    for (const std::size_t length : {8u, 13u, 18u, 23u}) {
        if (id.size() <= length) break;
        Chat chat;
        Error error;
        const kato_status status = kato_chat_get(store, id.data(), length, out(chat), out(error));
        if (status == KATO_OK && text<kato_chat_id>(chat.get()) == id)
            return std::string(id.substr(0, length));
    }
    return std::string(id);
}

} // namespace kato_cli
