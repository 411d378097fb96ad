"""Rule: lib/ and capi/ do not print, abort, exit or read the environment, and own nothing raw."""

import re

import rules

_FORBIDDEN = {
    r"<(?:iostream|cstdio|stdio\.h|fmt/ostream\.h)>": "printing",
    r"\b(?:v?f?printf|f?puts|putchar|perror|fwrite)\s*\(": "printing",
    r"\bstd::(?:cout|cerr|clog)\b|\bfmt::print\b": "printing",
    r"\b(?:abort|_?exit|_Exit|quick_exit|terminate)\s*\(": "ending the process",
    r"\b(?:getenv|secure_getenv|setenv|putenv|unsetenv)\s*\(|\benviron\b": "the environment",
    r"(?<!operator )(?<!<)\bnew\b": "raw ownership",
    r"(?<!operator )(?<!= )\bdelete\b": "raw ownership",
    r"\b(?:malloc|calloc|realloc|free|strdup)\s*\(": "raw ownership",
    r"\bstd::format\b|<(?:format|expected|source_location|print)>": "not in both compilers",
}


# A private constructor is out of make_unique's reach: owned in the same expression is owned.
_OWNED_AT_ONCE = re.compile(r"(unique_ptr<[^;()]*>\s*\w*[({]\s*)new\b")


def check(root):
    findings = []
    for path in rules.files(root, folders=("lib", "capi"), suffixes=(".h", ".cc")):
        code = _OWNED_AT_ONCE.sub(r"\1", rules.code_only(rules.read(root, path)))
        for pattern, why in _FORBIDDEN.items():
            for match in re.finditer(pattern, code):
                findings.append(f"{path}:{rules.line_of(code, match.start())}: {match.group(0)}: {why}")
    return findings


CLEAN = {
    "lib/base/a.cc": "#include <memory>\n#include <new>\n"
    "// new, delete, printf(\"\")\n"
    "struct A { A(const A&) = delete; };\n"
    "const char* text = \"exit(1) and new\"; int x = 4'000'000;\n"
    "void f() { sqlite3_free(p); snprintf(b, n, \"\"); std::make_unique<int>(1); }\n"
    "std::unique_ptr<A> a(new A(1)); auto b = std::unique_ptr<A>(new A);\n",
    "bindings/cli/main.cc": "int main() { std::printf(\"\"); }\n",
}
PLANTED = {
    name: {"lib/base/a.cc": text}
    for name, text in {
        "iostream": "#include <iostream>\n",
        "printf": "void f() { std::printf(\"a\"); }\n",
        "fprintf after a digit separator": "int x = 4'000; void f() { fprintf(stderr, \"\"); int y = 1'0; }\n",
        "fmt::print": "void f() { fmt::print(\"a\"); }\n",
        "abort": "void f() { std::abort(); }\n",
        "exit": "void f() { exit(1); }\n",
        "getenv": "auto h = std::getenv(\"HOME\");\n",
        "new": "auto p = new int;\n",
        "new after an owner": "std::unique_ptr<A> a; A* b(new A);\n",
        "delete": "void f(int* p) { delete p; }\n",
        "malloc": "auto p = std::malloc(1);\n",
        "after a comment": "/* a */ auto p = new int; // b\n",
    }.items()
} | {"new in capi": {"capi/a.cc": "auto p = new int;\n"}}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
