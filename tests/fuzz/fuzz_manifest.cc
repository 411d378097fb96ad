// Fuzz target: manifests, and policies made from them.
#include "fuzz/fuzz.h"

#include "agent/decide.h"
#include "agent/manifest.h"
#include "base/text.h"
#include "codec/json/json.h"

using namespace kato;
using namespace kato::agent;
using kato::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::as_text(data, size);
    auto manifest = parse_manifest(bytes, "/agents/a", "/agents/a/m");
    if (!manifest) {
        const Error& error = manifest.error();
        expect(error.path == "/agents/a/m", "an error without its file");
        expect(is_utf8(error.message), "a message that is not UTF-8");
        expect(error.code == Code::invalid || error.code == Code::limit, "another code");
        expect(!error.line || *error.line <= size + 1, "a line beyond the end");
        return 0;
    }
    expect(!manifest->name.empty() && manifest->name.size() <= 64, "a manifest without a name");
    expect(manifest->program.empty() || manifest->program[0] == '/', "a relative program");
    expect(manifest->program.find("/../") == std::string::npos, "a program that climbs");
    for (const auto& [name, value] : manifest->params) {
        json::Document document;
        expect(document.parse(value).ok(), "a parameter is not JSON");
    }
    Policy policy;
    const std::size_t asked = manifest->permissions.size();
    if (!policy.request(std::move(*manifest), "/nowhere/home")) return 0;
    expect(policy.requests().size() == asked && policy.rules().empty(), "a request became a rule");
    // Without looking anything up: a decision about nothing.
    json::Document document;
    expect(document.parse(describe(policy, Decision())).ok(), "a description is not JSON");
    return 0;
}
