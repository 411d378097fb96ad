"""Rule: no two files define a type or an inline function of the same qualified name.

The linker would keep one of the two definitions for both, without a word (one-definition rule).
What stands in an unnamed namespace is local and may repeat.
"""

import collections
import re

import rules

_TOKEN = re.compile(
    r"\bnamespace(?P<namespace>(?:\s+[\w:]+)?)\s*\{"
    r"|^(?:template\s*<[^\n]*>\s*)?(?:class|struct|union|enum(?:\s+class)?)\s+(?:\[\[\w+\]\]\s+)?(?P<type>\w+(?:::\w+)*)\s*"
    r"(?:final\s*)?(?::(?!:)[^{;]*)?\{"
    r"|^inline\s+(?!constexpr\b)(?!namespace\b)[^(;{}=]*?\b(?P<function>\w+)\((?P<parameters>[^;{}]*?)\)[^;{}]*\{"
    r"|(?P<brace>[{}])",
    re.MULTILINE,
)


def definitions(text):
    """(qualified name, position) of each definition at namespace scope."""
    scopes, found = [], []  # of each open brace: the namespace's name, "" unnamed, None another
    for match in _TOKEN.finditer(text):
        if match["brace"] == "}":
            if scopes:
                scopes.pop()
            continue
        outside = all(scope is not None for scope in scopes) and "" not in scopes
        if match["namespace"] is not None:
            scopes.append(match["namespace"].strip())
            continue
        name = match["type"] or match["function"]
        if name and outside:
            if match["function"]:  # overloads may have the same name
                name += "(" + re.sub(r"\s+", " ", match["parameters"]) + ")"
            found.append(("::".join([*scopes, name]), match.start()))
        scopes.append(None)
    return found


def check(root):
    places = collections.defaultdict(list)
    for path in rules.files(root, folders=("lib", "capi"), suffixes=(".h", ".cc")):
        text = rules.code_only(rules.read(root, path))
        for name, position in definitions(text):
            places[name].append(f"{path}:{rules.line_of(text, position)}")
    return [f"{name}: {', '.join(where)}" for name, where in sorted(places.items()) if len(where) > 1]


_A = "namespace kato {\nclass A {\n    struct Inner { int b; };\n};\ninline int f(int a) { return a; }\n} // namespace kato\n"
_LOCAL = "namespace kato {\nnamespace {\nstruct A {\n    int c;\n};\n} // namespace\nstruct B;\n} // namespace kato\n"
CLEAN = {
    "lib/base/a.h": _A,
    "lib/store/a.cc": _LOCAL,
    "lib/store/b.cc": _LOCAL,
    "lib/codec/x/a.h": _A.replace("namespace kato", "namespace kato::x"),
    "lib/base/f.h": "namespace kato {\ninline int f(long a) { return 1; }\nenum class E { a };\n}\n",
}
PLANTED = {
    "a class": CLEAN | {"lib/store/a.h": "namespace kato {\nstruct A {\n    int b;\n};\n}\n"},
    "a derived class": CLEAN | {"lib/store/a.h": "namespace kato {\nclass A final : public B {\n};\n}\n"},
    "an enumeration": CLEAN | {"lib/store/a.h": "namespace kato {\nenum class E { b };\n}\n"},
    "a function": CLEAN | {"lib/store/a.h": "namespace kato {\ninline int f(int a) { return 2; }\n}\n"},
    "in a source": CLEAN | {"lib/store/c.cc": "namespace kato {\nstruct A {\n    int d;\n};\n}\n"},
    "a template": CLEAN | {"lib/store/a.h": "namespace kato {\ntemplate <class T> class A {\n};\n}\n"},
}

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
