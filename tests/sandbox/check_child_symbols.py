"""Rule: the child's side of a start needs no symbol of another object: no libc, no sanitizer, no canary.

usage: check_child_symbols.py CXX ARCHIVE
"""

import pathlib
import subprocess
import sys
import tempfile

_PLANTED = {
    "a library call": "extern \"C\" int getpid(); int f() { return getpid(); }\n",
    "errno": "extern thread_local int number; int f() { return number; }\n",
    "a filled array": "void g(char*) __attribute__((weak)); void f() { char a[4096] = {}; g(a); }\n",
}
_CLEAN = "int f(int a) { return a + 1; }\n"
_TRIVIAL = {"_GLOBAL_OFFSET_TABLE_"}


def undefined(path):
    listing = subprocess.run(["nm", "--undefined-only", "--no-sort", str(path)], check=True, capture_output=True, text=True)
    words = [line.split()[-1] for line in listing.stdout.splitlines() if " U " in line or " w " in line]
    return sorted(set(words) - _TRIVIAL)


def prove(compiler):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "a.cc"
        target = pathlib.Path(folder) / "a.o"
        for name, text in (_PLANTED | {"clean": _CLEAN}).items():
            source.write_text(text)
            subprocess.run([*compiler, "-std=c++20", "-O0", "-fPIC", "-c", str(source), "-o", str(target)], check=True)
            if bool(undefined(target)) == (name == "clean"):
                sys.exit(f"the check itself is broken: wrong about '{name}'")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    prove(sys.argv[1].split())
    objects = subprocess.run(["nm", "--defined-only", sys.argv[2]], check=True, capture_output=True, text=True).stdout
    if "kato_sandbox_child" not in objects:
        sys.exit(f"{sys.argv[2]} is not the child's archive")
    found = undefined(sys.argv[2])
    print(*[f"needs {symbol}" for symbol in found], sep="\n")
    print(f"{len(found)} findings")
    sys.exit(1 if found else 0)


main()
