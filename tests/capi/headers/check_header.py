"""A public header compiles alone and twice, in every C and C++ that a program may use.

usage: check_header.py CC CXX HEADER INCLUDE_FOLDER...

CC and CXX are commands with their arguments, HEADER is a name such as kato/base.h. Before the
header come planted ones that must not pass, so that a check that accepts everything is noticed.
"""

import pathlib
import subprocess
import sys
import tempfile

_COMMON = ["-fsyntax-only", "-Wall", "-Wextra", "-Wshadow", "-Wundef", "-Werror", "-pedantic-errors"]
_C = ["-Wstrict-prototypes", "-Wc++-compat", "-Wmissing-prototypes"]
_CXX = ["-Wold-style-cast", "-Wnon-virtual-dtor"]
STANDARDS = {
    "c89": ("c", ["-x", "c", "-std=c89", *_C]),
    "c99": ("c", ["-x", "c", "-std=c99", *_C]),
    "c11": ("c", ["-x", "c", "-std=c11", *_C]),
    "c++11": ("c++", ["-x", "c++", "-std=c++11", *_CXX]),
    "c++20": ("c++", ["-x", "c++", "-std=c++20", *_CXX]),
}

# A header's text, and a standard that must refuse it.
_PLANTED = {
    "a C++ comment": ("c89", "#ifndef A_H\n#define A_H\n// text\nint kato_a(void);\n#endif\n"),
    "an unguarded type": ("c11", "typedef struct kato_a { int b; } kato_a;\n"),
    "a trailing comma in an enum": ("c89", "#ifndef A_H\n#define A_H\nenum a { B, };\n#endif\n"),
    "a declaration without a prototype": ("c99", "#ifndef A_H\n#define A_H\nint kato_a();\n#endif\n"),
    "a missing include": ("c11", "#ifndef A_H\n#define A_H\nint kato_a(size_t b);\n#endif\n"),
    "long long": ("c89", "#ifndef A_H\n#define A_H\nlong long kato_a(void);\n#endif\n"),
    "a C++ keyword": ("c++11", "#ifndef A_H\n#define A_H\nint kato_a(int new);\n#endif\n"),
}


def compile_header(compilers, standard, header, folders):
    """What the compiler says about a source that includes the header twice and nothing else."""
    language, arguments = STANDARDS[standard]
    includes = [f"-I{folder}" for folder in folders]
    source = f"#include <{header}>\n#include <{header}>\nextern int kato_header_test;\n"
    done = subprocess.run(
        [*compilers[language], *_COMMON, *arguments, *includes, "-"],
        input=source, capture_output=True, text=True,
    )
    return done.stderr if done.returncode else ""


def prove(compilers):
    for name, (standard, text) in _PLANTED.items():
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.h").write_text(text)
            if not compile_header(compilers, standard, "a.h", [folder]):
                sys.exit(f"the check itself is broken: {standard} accepts {name}")


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    compilers = {"c": sys.argv[1].split(), "c++": sys.argv[2].split()}
    header, folders = sys.argv[3], sys.argv[4:]
    prove(compilers)
    failed = False
    for standard in STANDARDS:
        problem = compile_header(compilers, standard, header, folders)
        print(f"{header} {standard}: {'failed' if problem else 'ok'}")
        if problem:
            print(problem)
            failed = True
    sys.exit(1 if failed else 0)


main()
