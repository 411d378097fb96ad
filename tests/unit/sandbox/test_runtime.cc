// What a program needs to start: #! lines, ELF files that lie, and the grants for real programs.
#include "base/file.h"
#include "sandbox/runtime.h"
#include "sandbox/runtime/elf.h"
#include "sandbox/runtime/interpreters.h"
#include "sandbox/runtime/loader_cache.h"
#include "sandbox/runtime/locale.h"
#include "sandbox/runtime/script.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <elf.h>
#include <fcntl.h>

using namespace kato;
using namespace kato::sandbox;
using kato::test::TempDir;
using kato::test::write_file;

namespace {

constexpr std::string_view k_path = "/usr/local/bin:/usr/bin:/bin";

std::string script(const TempDir& folder, std::string_view name, std::string_view text) {
    const std::filesystem::path path = folder / name;
    write_file(path, text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
}

const Grant* grant_of(const Runtime& runtime, std::string_view path) {
    const auto found = std::find_if(runtime.grants.begin(), runtime.grants.end(),
                                    [&](const Grant& grant) { return grant.path == path; });
    return found == runtime.grants.end() ? nullptr : &*found;
}

Result<std::optional<Elf>> elf_of(const std::string& bytes) {
    TempDir folder;
    write_file(folder / "a", bytes);
    const Fd file(::open((folder / "a").c_str(), O_RDONLY | O_CLOEXEC));
    return read_elf(file.get(), "a");
}

} // namespace

TEST_CASE("a #! line is read as the kernel reads it") {
    const auto interpreter = [](std::string_view text) {
        const auto line = parse_script_line(text);
        return line ? line->interpreter + "|" + line->argument : "none";
    };
    CHECK(interpreter("#!/bin/sh\n") == "/bin/sh|");
    CHECK(interpreter("#!/bin/sh") == "/bin/sh|");
    CHECK(interpreter("#! \t/bin/sh \t \nrest") == "/bin/sh|");
    CHECK(interpreter("#!/usr/bin/env -S a b \n") == "/usr/bin/env|-S a b");
    CHECK(interpreter("#!/bin/sh -e -x\n") == "/bin/sh|-e -x");
    CHECK(interpreter("#!\n/bin/sh\n") == "none");
    CHECK(interpreter("#!   \n") == "none");
    CHECK(interpreter("/bin/sh\n") == "none");
    CHECK(interpreter("") == "none");
    CHECK(interpreter("#!" + std::string(300, 'a')) == "none"); // cut in the name
    CHECK(interpreter("#!/bin/sh " + std::string(300, 'a')) == "/bin/sh|" + std::string(245, 'a'));
}

TEST_CASE("a script is run by its interpreter, with the script's path") {
    TempDir folder;
    const std::string path = script(folder, "agent", "#!/bin/sh -e\n:\n");
    const Result<Runtime> runtime = resolve_runtime({path, "one", "two"}, k_path);
    REQUIRE(runtime.ok());
    CHECK(runtime->program == "/bin/sh");
    CHECK(runtime->arguments == std::vector<std::string>{"/bin/sh", "-e", path, "one", "two"});
    REQUIRE(grant_of(*runtime, path) != nullptr);
    CHECK(grant_of(*runtime, path)->rights == k_read);
    REQUIRE(grant_of(*runtime, "/bin/sh") != nullptr);
    CHECK(grant_of(*runtime, "/bin/sh")->rights == (k_read | k_execute));
    for (const Grant& grant : runtime->grants) {
        CHECK_MESSAGE(!std::filesystem::is_directory(grant.path), grant.path);
        CHECK_FALSE(grant.reason.empty());
    }
    // The least: script, shell, loader, libc. A shell that needs more is noticed here.
    CHECK(runtime->grants.size() <= 5);
}

TEST_CASE("env is followed, not run") {
    TempDir folder;
    const std::string plain = script(folder, "plain", "#!/usr/bin/env sh\n");
    Result<Runtime> runtime = resolve_runtime({plain}, k_path);
    REQUIRE(runtime.ok());
    CHECK(std::filesystem::path(runtime->program).filename() == "sh");
    CHECK(grant_of(*runtime, "/usr/bin/env") == nullptr);
    const std::string split = script(folder, "split", "#!/usr/bin/env -S sh -e -u\n");
    runtime = resolve_runtime({split, "x"}, k_path);
    REQUIRE(runtime.ok());
    CHECK(std::vector<std::string>(runtime->arguments.begin() + 1, runtime->arguments.end()) ==
          std::vector<std::string>{"-e", "-u", split, "x"});
    for (const char* line : {"#!/usr/bin/env -i sh\n", "#!/usr/bin/env A=1 sh\n",
                             "#!/usr/bin/env -S 'a b'\n", "#!/usr/bin/env\n"}) {
        const std::string other = script(folder, "other", line);
        runtime = resolve_runtime({other}, k_path);
        CHECK_FALSE(runtime.ok());
    }
    const std::string absent = script(folder, "absent", "#!/usr/bin/env no-such-program\n");
    runtime = resolve_runtime({absent}, k_path);
    REQUIRE_FALSE(runtime.ok());
    CHECK(runtime.error().code == Code::not_found);
}

TEST_CASE("scripts that lead to each other end in an error") {
    TempDir folder;
    const std::string path = (folder / "round").string();
    script(folder, "round", "#!" + path + "\n");
    const Result<Runtime> runtime = resolve_runtime({path}, k_path);
    REQUIRE_FALSE(runtime.ok());
    CHECK(runtime.error().code == Code::denied);
}

TEST_CASE("what is no program is refused, and a FIFO does not block") {
    TempDir folder;
    const auto code = [](const std::string& path) {
        const Result<Runtime> runtime = resolve_runtime({path}, k_path);
        return runtime.ok() ? Code::failed : runtime.error().code;
    };
    for (const std::string& path :
         {script(folder, "text", "just text\n"), script(folder, "empty", ""),
          script(folder, "elf",
                 std::string("\x7f"
                             "ELF") +
                     std::string(80, 'x')),
          folder.path().string(), std::string("/dev/null")}) {
        CAPTURE(path);
        CHECK(code(path) == Code::denied); // it is there, and it cannot be started
    }
    CHECK(code((folder / "absent").string()) == Code::not_found);
    CHECK_FALSE(resolve_runtime({}, k_path).ok());
    CHECK_FALSE(resolve_runtime({""}, k_path).ok());
    CHECK_FALSE(resolve_runtime({"sh"}, "").ok());
    CHECK_FALSE(resolve_runtime({"sh"}, "bin:.:").ok()); // folders that would depend on ours
}

TEST_CASE("a script that is named to a known interpreter is granted, its folder is not") {
    TempDir folder;
    write_file(folder / "agent.sh", "echo\n");
    const std::string path = (folder / "agent.sh").string();
    Result<Runtime> runtime = resolve_runtime({"sh", "-e", path, "x"}, k_path);
    REQUIRE(runtime.ok());
    CHECK(grant_of(*runtime, path) != nullptr);
    CHECK(grant_of(*runtime, folder.path().string()) == nullptr);
    runtime = resolve_runtime({"sh", "-c", path}, k_path); // code, no file
    REQUIRE(runtime.ok());
    CHECK(grant_of(*runtime, path) == nullptr);
    runtime = resolve_runtime({"cat", path}, k_path); // no interpreter
    REQUIRE(runtime.ok());
    CHECK(grant_of(*runtime, path) == nullptr);
}

TEST_CASE("interpreters are known with and without a version") {
    for (const char* name : {"python", "python3", "python3.11", "perl", "perl5.36.0", "node", "sh"})
        CHECK(find_interpreter(name) != nullptr);
    for (const char* name : {"", "3.11", "pythonista", "cat", "snode"})
        CHECK(find_interpreter(name) == nullptr);
}

TEST_CASE("an ELF file that contradicts itself is refused, not believed") {
    CHECK_FALSE(*elf_of("")); // nothing: not ELF
    CHECK_FALSE(*elf_of("\x7f"
                        "ELF"));
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
#if defined(__x86_64__)
    header.e_machine = EM_X86_64;
#else
    header.e_machine = EM_AARCH64;
#endif
    header.e_phentsize = sizeof(Elf64_Phdr);
    const auto bytes = [&](const Elf64_Phdr* segment) {
        std::string out(reinterpret_cast<const char*>(&header), sizeof header);
        if (segment != nullptr) out.append(reinterpret_cast<const char*>(segment), sizeof *segment);
        return out;
    };
    CHECK(elf_of(bytes(nullptr)).ok()); // no segments: static, in its way
    header.e_phnum = 1;
    header.e_phoff = sizeof header;
    CHECK_FALSE(elf_of(bytes(nullptr)).ok()); // the segment is not there
    Elf64_Phdr segment{};
    segment.p_type = PT_INTERP;
    segment.p_filesz = 0xffffffffffff;
    CHECK_FALSE(elf_of(bytes(&segment)).ok());
    segment.p_type = PT_DYNAMIC;
    CHECK_FALSE(elf_of(bytes(&segment)).ok());
    segment.p_filesz = 160;
    segment.p_offset = 0xfffffffffffffff0;
    CHECK_FALSE(elf_of(bytes(&segment)).ok());
    header.e_phoff = 0xffffffffffffffff;
    CHECK_FALSE(elf_of(bytes(&segment)).ok());
    header.e_phnum = 0xffff;
    CHECK_FALSE(elf_of(bytes(&segment)).ok());
}

TEST_CASE("a loader's cache is searched within its bounds") {
    const auto find = [](std::string bytes) {
        return LoaderCache::of(std::move(bytes)).find("a.so");
    };
    CHECK_FALSE(find(""));
    CHECK_FALSE(find("glibc-ld.so.cache1.1"));
    std::string bytes(48 + 24, '\0');
    std::memcpy(bytes.data(), "glibc-ld.so.cache1.1", 20);
    const auto put = [&](std::size_t at, std::uint32_t value) {
        std::memcpy(bytes.data() + at, &value, sizeof value);
    };
#if defined(__x86_64__)
    put(48, 0x0303);
#else
    put(48, 0x0a03);
#endif
    put(20, 1000); // more entries than there are
    put(52, 72);
    put(56, 77);
    bytes += std::string("a.so\0/lib/a.so\0", 15);
    CHECK(find(bytes) == "/lib/a.so");
    put(52, 0xffffffff);
    CHECK_FALSE(find(bytes));
    put(52, 72);
    put(56, 0xfffffff0);
    CHECK_FALSE(find(bytes));
    put(56, 77);
    bytes.pop_back(); // no NUL at the end
    CHECK_FALSE(find(bytes));
}

TEST_CASE("a locale is its folder, else the archive, and nothing that is no name") {
    TempDir folder;
    const std::string root = folder.path().string();
    const std::filesystem::path all = folder / "usr/lib/locale";
    for (const char* name : {"C.utf8", "de_DE.iso88591@euro", "tr_TR"})
        std::filesystem::create_directories(all / name);
    const auto path = [&](std::string_view name) {
        const std::vector<Grant> grants = locale_grants(name, root);
        REQUIRE(grants.size() <= 1);
        return grants.empty() ? "none" : grants.front().path.substr(all.string().size());
    };
    CHECK(path("C.UTF-8") == "/C.utf8");
    CHECK(path("C.utf8") == "/C.utf8");
    CHECK(path("de_DE.ISO-8859-1@euro") == "/de_DE.iso88591@euro");
    CHECK(path("tr_TR") == "/tr_TR");
    CHECK(path("fr_FR.UTF-8") == "none");
    write_file(all / "locale-archive", "x");
    CHECK(path("fr_FR.UTF-8") == "/locale-archive");
    CHECK(path("C.UTF-8") == "/C.utf8");
    for (const std::string_view name :
         {"", "C", "POSIX", ".", "..", "../C.utf8", "/usr/lib/locale/C.utf8", "C.utf8\n", "C utf8"})
        CHECK(path(name) == "none");
    CHECK(path(std::string(65, 'a')) == "none");
}
