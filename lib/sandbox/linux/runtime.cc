#include "sandbox/runtime.h"

#include "base/file.h"
#include "sandbox/linux/resolve.h"
#include "sandbox/runtime/interpreters.h"
#include "sandbox/runtime/libraries.h"
#include "sandbox/runtime/script.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

constexpr int k_most_scripts = 4; // of interpreters that are scripts themselves; as the kernel

Error not_runnable(const std::string& path, std::string_view why, Code code) {
    Error error{code, fmt::format("{}: {}", path, why)};
    error.path = path;
    return error;
}

bool is_executable(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class Resolver {
public:
    explicit Resolver(std::string_view search_path) : search_path_(search_path) {}

    Result<Runtime> run(std::vector<std::string> command) {
        if (command.empty() || command[0].empty())
            return Error{Code::invalid, "no program was named"};
        KATO_TRY(command[0], find_program(command[0]));
        runtime_.own.push_back(command[0]);
        for (int scripts = 0;; ++scripts) {
            if (scripts > k_most_scripts)
                return not_runnable(command[0], "its #! lines lead too far", Code::denied);
            KATO_TRY(const Fd file, open_program(command[0]));
            KATO_TRY(std::optional<Elf> elf, read_elf(file.get(), command[0]));
            if (elf) {
                KATO_CHECK(add_program(command, *elf));
                return std::move(runtime_);
            }
            KATO_CHECK(follow_script(file, command));
        }
    }

private:
    Result<std::string> find_program(const std::string& name) const {
        if (name.find('/') != std::string::npos) return absolute_path(name);
        std::string_view rest = search_path_;
        while (!rest.empty()) {
            const std::string folder(rest.substr(0, rest.find(':')));
            rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
            // A folder that is not absolute would mean another one for everybody.
            if (folder.empty() || folder[0] != '/') continue;
            std::string path = fmt::format("{}/{}", folder, name);
            if (is_executable(path)) return path;
        }
        Error error = not_runnable(name, "no such program", Code::not_found);
        error.hint = fmt::format("searched in {}", search_path_);
        return error;
    }

    static Result<Fd> open_program(const std::string& path) {
        Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
        if (!file) return os_error("cannot open", path);
        struct stat info {};
        if (::fstat(file.get(), &info) != 0) return os_error("cannot inspect", path);
        if (!S_ISREG(info.st_mode))
            return not_runnable(path, "is not a regular file", Code::denied);
        return file;
    }

    // Puts the interpreter of the script before `command`.
    Status follow_script(const Fd& file, std::vector<std::string>& command) {
        char head[k_script_line];
        const ssize_t got = ::pread(file.get(), head, sizeof head, 0);
        const auto line =
            parse_script_line(std::string_view(head, got < 0 ? 0 : static_cast<std::size_t>(got)));
        if (!line) {
            Error error = not_runnable(
                command[0], "is neither a program for this system nor a script", Code::denied);
            error.hint = "a script needs a first line such as #!/bin/sh";
            return error;
        }
        runtime_.grants.push_back({command[0], k_read, "the script"});
        std::vector<std::string> before;
        if (base_name(line->interpreter) == "env") {
            KATO_CHECK(through_env(command[0], line->argument, before));
        } else {
            before.push_back(line->interpreter);
            if (!line->argument.empty()) before.push_back(line->argument);
        }
        KATO_TRY(before[0], find_program(before[0]));
        command.insert(command.begin(), before.begin(), before.end());
        named_ = true;
        return done();
    }

    // "env python3", "env -S python3 -u": the words that env would execute.
    static Status through_env(const std::string& script, std::string_view argument,
                              std::vector<std::string>& words) {
        const bool split = argument.substr(0, 2) == "-S";
        if (split) argument.remove_prefix(2);
        while (!argument.empty()) {
            const std::size_t start = argument.find_first_not_of(" \t");
            if (start == std::string_view::npos) break;
            argument.remove_prefix(start);
            const std::size_t size = split ? argument.find_first_of(" \t") : argument.size();
            words.emplace_back(argument.substr(0, size));
            argument.remove_prefix(words.back().size());
        }
        if (words.empty() || words[0][0] == '-' || words[0].find('=') != std::string::npos ||
            argument.find_first_of("'\"\\$") != std::string_view::npos) {
            Error error =
                not_runnable(script, "its #! line wants more of env than a program", Code::denied);
            error.hint = "name the interpreter itself";
            return error;
        }
        return done();
    }

    Status add_program(std::vector<std::string>& command, const Elf& elf) {
        const std::string program = command[0];
        if (::access(program.c_str(), X_OK) != 0) return os_error("cannot be executed", program);
        KATO_CHECK(libraries_.add_program(program, elf));
        const std::string real = resolve_path(program).path;
        const Interpreter* interpreter = find_interpreter(base_name(real));
        if (interpreter == nullptr) interpreter = find_interpreter(base_name(program));
        if (interpreter != nullptr) KATO_CHECK(add_interpreter(*interpreter, real, command));
        for (Grant& grant : libraries_.take_grants()) runtime_.grants.push_back(std::move(grant));
        std::string folders;
        for (const std::string& folder : libraries_.origin_folders())
            folders += (folders.empty() ? "" : ":") + folder;
        if (!folders.empty()) runtime_.environment.push_back("LD_LIBRARY_PATH=" + folders);
        runtime_.program = program;
        runtime_.arguments = std::move(command);
        return done();
    }

    Status add_interpreter(const Interpreter& interpreter, const std::string& real,
                           std::vector<std::string>& command) {
        runtime_.interpreter = interpreter.name;
        InterpreterFiles files = interpreter_files(interpreter, real);
        for (Grant& grant : files.grants) runtime_.grants.push_back(std::move(grant));
        for (const std::string& plugin : files.plugins) KATO_CHECK(libraries_.add_plugin(plugin));
        if (named_) return done(); // the script is known from its #! line
        const std::size_t at =
            1 + find_script(interpreter, std::span<const std::string>(command).subspan(1));
        struct stat info {};
        if (at >= command.size() || ::stat(command[at].c_str(), &info) != 0 ||
            !S_ISREG(info.st_mode))
            return done();
        KATO_TRY(command[at], absolute_path(command[at])); // the program starts in another folder
        runtime_.own.push_back(command[at]);
        runtime_.grants.push_back({command[at], k_read, "the script named to it"});
        return done();
    }

    std::string_view search_path_;
    Runtime runtime_;
    Libraries libraries_;
    bool named_ = false;
};

} // namespace

Result<Runtime> resolve_runtime(const std::vector<std::string>& command,
                                std::string_view search_path) {
    return Resolver(search_path).run(command);
}

} // namespace kato::sandbox
