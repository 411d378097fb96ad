// Fuzz target: what a program's own file says about how to run it: ELF, #! line, the loader's cache.
#include "fuzz/fuzz.h"

#include "base/file.h"
#include "sandbox/runtime/elf.h"
#include "sandbox/runtime/loader_cache.h"
#include "sandbox/runtime/script.h"

#include <sys/mman.h>
#include <unistd.h>

using namespace kato::sandbox;
using kato::fuzz::expect;

namespace {

void try_elf(std::string_view bytes) {
    const kato::Fd file(::memfd_create("program", MFD_CLOEXEC));
    if (!file || !kato::write_all(file.get(), bytes, "program")) return;
    const kato::Result<std::optional<Elf>> elf = read_elf(file.get(), "program");
    if (!elf || !*elf) return;
    expect((*elf)->needed.size() <= k_most_needed, "too many libraries");
    for (const auto* list : {&(*elf)->needed, &(*elf)->rpath, &(*elf)->runpath})
        for (const std::string& text : *list) {
            expect(text.size() <= k_longest_name + 256, "a name that is too long");
            expect(text.find('\0') == std::string::npos, "a NUL in a name");
        }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = kato::fuzz::as_text(data, size);
    try_elf(bytes);
    if (const std::optional<ScriptLine> line = parse_script_line(bytes)) {
        expect(!line->interpreter.empty(), "a script without an interpreter");
        expect(line->interpreter.find_first_of(" \t\n") == std::string::npos, "a blank in a name");
        expect(line->interpreter.size() + line->argument.size() < k_script_line, "a long line");
    }
    const auto found = LoaderCache::of(std::string(bytes)).find("libc.so.6");
    expect(!found || (*found)[0] == '/', "a library without a folder");
    return 0;
}
