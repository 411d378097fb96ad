"""Rule: loading the library runs nothing: no object of it has a static constructor.

usage: check_static_init.py CXX OBJECT_FOLDER...
"""

import pathlib
import subprocess
import sys
import tempfile

_SECTIONS = (".init_array", ".ctors", ".preinit_array")
_PLANTED = {
    "constructor": "#include <string>\nextern std::string f();\nstd::string text = f();\n",
    "attribute": "void g();\n__attribute__((constructor)) static void f() { g(); }\n",
}
_CLEAN = "#include <string>\nconst char* f() { static const std::string text(100, 'a'); return text.c_str(); }\n"


def findings(objects):
    """Sections that the loader would run, by object."""
    found = []
    for path in objects:
        listing = subprocess.run(["objdump", "-h", str(path)], check=True, capture_output=True, text=True).stdout
        found += [f"{path}: {word}" for word in listing.split() if word.startswith(_SECTIONS)]
    return found


def prove(compiler):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "a.cc"
        target = pathlib.Path(folder) / "a.o"
        for name, text in (_PLANTED | {"clean": _CLEAN}).items():
            source.write_text(text)
            subprocess.run([*compiler, "-std=c++20", "-O1", "-fPIC", "-c", str(source), "-o", str(target)], check=True)
            if bool(findings([target])) == (name == "clean"):
                sys.exit(f"the check itself is broken: wrong about '{name}'")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    prove(sys.argv[1].split())
    objects = [path for folder in sys.argv[2:] for path in sorted(pathlib.Path(folder).rglob("*.o"))]
    if not objects:
        sys.exit(f"no objects below {sys.argv[2:]}")
    found = findings(objects)
    print(*found, sep="\n")
    print(f"{len(objects)} objects, {len(found)} findings")
    sys.exit(1 if found else 0)


main()
