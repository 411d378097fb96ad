#include "sandbox/runtime/interpreters.h"

#include "base/folder.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <dirent.h>
#include <sys/stat.h>

namespace kato::sandbox {

namespace {

constexpr std::string_view k_python[] = {"python"};
constexpr std::string_view k_python_code[] = {"-c", "-m"};
constexpr std::string_view k_python_value[] = {"-W", "-X", "--check-hash-based-pycs"};
constexpr std::string_view k_perl[] = {"perl"};
constexpr std::string_view k_perl_code[] = {"-e", "-E", "-ne", "-pe", "-lne", "-nle", "-lpe"};
constexpr std::string_view k_node[] = {"node", "nodejs"};
constexpr std::string_view k_node_code[] = {"-e", "-p", "-pe", "--eval", "--print"};
constexpr std::string_view k_node_value[] = {"-r", "--require", "--import"};
constexpr std::string_view k_ruby[] = {"ruby"};
constexpr std::string_view k_ruby_code[] = {"-e", "-ne", "-pe", "-lne", "-nle", "-lpe"};
constexpr std::string_view k_ruby_value[] = {"-r", "-I", "-C", "-E"};
constexpr std::string_view k_shell[] = {"sh", "dash", "bash", "ksh", "mksh", "zsh"};
constexpr std::string_view k_shell_code[] = {"-c", "-ec", "-euc", "-ce", "-lc", "-s"};
constexpr std::string_view k_shell_value[] = {"-o", "+o"};

constexpr Interpreter k_interpreters[] = {
    {"python", k_python, k_python_code, k_python_value},
    {"perl", k_perl, k_perl_code, {}},
    {"node", k_node, k_node_code, k_node_value},
    {"ruby", k_ruby, k_ruby_code, k_ruby_value},
    {"shell", k_shell, k_shell_code, k_shell_value},
};

constexpr std::string_view k_digits = "0123456789.-";

struct CloseDirectory {
    void operator()(DIR* directory) const { (void)::closedir(directory); }
};

bool exists(const std::string& path, mode_t kind) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IFMT) == kind;
}

std::vector<std::string> entries(const std::string& folder) {
    std::vector<std::string> out;
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(folder.c_str()));
    if (!directory) return out;
    while (const dirent* entry = ::readdir(directory.get())) out.emplace_back(entry->d_name);
    std::sort(out.begin(), out.end());
    return out;
}

std::string folder_above(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return std::string(path.substr(0, slash == std::string_view::npos ? 0 : slash));
}

class Files {
public:
    explicit Files(const std::string& program)
        : name_(program.substr(program.rfind('/') + 1)),
          prefix_(folder_above(folder_above(program))) {}

    // Once: "5.36" is often a link to "5.36.0".
    void folder(const std::string& path, std::string_view reason) {
        struct stat info {};
        if (::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return;
        if (folders_.insert({info.st_dev, info.st_ino}).second)
            out_.grants.push_back({path, k_read, std::string(reason)});
    }
    void file(const std::string& path, std::string_view reason) {
        if (exists(path, S_IFREG)) out_.grants.push_back({path, k_read, std::string(reason)});
    }

    void openssl() {
        for (const char* path :
             {"/usr/lib/ssl/openssl.cnf", "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"})
            file(path, "OpenSSL reads it when it starts");
    }

    // python3.11: its library is <prefix>/lib/python3.11, known by os.py.
    void python() {
        for (const char* lib : {"/lib/", "/lib64/"}) {
            const std::string library = prefix_ + lib + name_;
            const bool landmark = exists(library + "/os.py", S_IFREG);
            if (!landmark && !exists(library + "/lib-dynload", S_IFDIR)) continue;
            folder(library, "Python's standard library");
            file(library + "/sitecustomize.py", "the system's customization of Python");
            for (const std::string& entry : entries(library + "/lib-dynload"))
                add_extension(path_in(library + "/lib-dynload", entry));
        }
        openssl();
    }

    // Version folders below the places where distributions, and perl itself, put its library.
    void perl() {
        std::vector<std::string> places{prefix_ + "/share/perl", prefix_ + "/lib/perl5",
                                        prefix_ + "/lib/perl", prefix_ + "/lib64/perl5"};
        for (const std::string& triplet : entries(prefix_ + "/lib")) {
            if (triplet.find("-linux-gnu") == std::string::npos) continue;
            folder(prefix_ + "/lib/" + triplet + "/perl-base", "Perl's base library");
            places.push_back(prefix_ + "/lib/" + triplet + "/perl");
        }
        for (const std::string& place : places)
            for (const std::string& version : entries(place))
                if (version.substr(0, 2) == "5.") folder(path_in(place, version), "Perl's library");
        for (const char* place : {"/share/perl5", "/lib64/perl5"}) // Fedora's: no version
            if (exists(prefix_ + place + "/strict.pm", S_IFREG))
                folder(prefix_ + place, "Perl's library");
    }

    // ruby3.1: <prefix>/lib/ruby/3.1.0, known by set.rb; Debian has what is compiled, and RubyGems, without
    // which it warns at each start, in places of their own.
    void ruby() {
        const std::string library = prefix_ + "/lib/ruby";
        const std::string series = name_.substr(std::min(name_.size(), k_ruby[0].size()));
        for (const std::string& version : entries(library)) {
            const std::string place = path_in(library, version);
            if (!series.empty() && !(version + '.').starts_with(series + '.')) continue;
            if (!exists(place + "/set.rb", S_IFREG)) continue;
            folder(place, "Ruby's standard library");
            for (const std::string& machine : entries(place))
                if (exists(path_in(place, path_in(machine, "rbconfig.rb")), S_IFREG))
                    ruby_extensions(path_in(place, machine));
            for (const std::string& triplet : entries(prefix_ + "/lib")) {
                const std::string machine =
                    path_in(prefix_ + "/lib", path_in(path_in(triplet, "ruby"), version));
                if (!exists(machine + "/rbconfig.rb", S_IFREG)) continue;
                folder(machine, "Ruby's compiled library");
                ruby_extensions(machine);
            }
        }
        file(library + "/vendor_ruby/rubygems.rb", "Ruby loads it when it starts");
        if (exists(library + "/vendor_ruby/rubygems.rb", S_IFREG))
            folder(library + "/vendor_ruby/rubygems", "Ruby loads it when it starts");
        openssl();
    }

    InterpreterFiles take() { return std::move(out_); }

private:
    // In the folder and the ones in it, but for encodings, which need nothing.
    void ruby_extensions(const std::string& place) {
        for (const std::string& entry : entries(place)) {
            if (entry[0] == '.' || entry == "enc") continue;
            if (add_extension(path_in(place, entry)) || !exists(path_in(place, entry), S_IFDIR))
                continue;
            for (const std::string& inner : entries(path_in(place, entry)))
                add_extension(path_in(path_in(place, entry), inner));
        }
    }
    bool add_extension(const std::string& path) {
        if (path.size() < 3 || path.substr(path.size() - 3) != ".so" || !exists(path, S_IFREG))
            return false;
        out_.plugins.push_back(path);
        return true;
    }

    std::string name_;
    std::string prefix_;
    std::set<std::pair<dev_t, ino_t>> folders_;
    InterpreterFiles out_;
};

template <class List> bool contains(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

} // namespace

const Interpreter* find_interpreter(std::string_view program) {
    const std::size_t last = program.find_last_not_of(k_digits);
    const std::string_view plain = program.substr(0, last == std::string_view::npos ? 0 : last + 1);
    for (const Interpreter& interpreter : k_interpreters)
        if (contains(interpreter.programs, plain)) return &interpreter;
    return nullptr;
}

InterpreterFiles interpreter_files(const Interpreter& interpreter, const std::string& program) {
    Files files(program);
    if (interpreter.name == "python") files.python();
    if (interpreter.name == "perl") files.perl();
    if (interpreter.name == "node") files.openssl();
    if (interpreter.name == "ruby") files.ruby();
    return files.take();
}

std::size_t find_script(const Interpreter& interpreter, std::span<const std::string> arguments) {
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& argument = arguments[at];
        if (contains(interpreter.code_options, argument)) return arguments.size();
        if (argument == "--") return at + 1;
        if (contains(interpreter.value_options, argument)) {
            ++at;
        } else if (argument.empty() || (argument[0] != '-' && argument[0] != '+')) {
            return at;
        }
    }
    return arguments.size();
}

} // namespace kato::sandbox
