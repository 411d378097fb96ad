"""What a compiled program relies on has not changed: sizes, offsets, values and declarations.

usage: check_layout.py CC HEADER_FOLDER GOLDEN INCLUDE_FOLDER...

The golden file is written from the headers themselves, so nothing can be forgotten in a list. After
a wanted change (fields are only added at the end, before the first release of that minor version):
KATO_TEST_ACCEPT=1 rewrites it, and the difference is reviewed like code. 64-bit machines only.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

import headers


def source(text):
    """A C program that prints the layout."""
    lines = ["#include <kato/kato.h>", "#include <stddef.h>", "#include <stdio.h>", "int main(void) {"]
    for name in headers.constants(text):
        lines.append(f'    printf("constant {name} = %lld\\n", (long long){name});')
    for struct, fields in headers.structs(text).items():
        lines.append(f'    printf("struct {struct} size %d\\n", (int)sizeof({struct}));')
        for field in fields:
            lines.append(
                f'    printf("  %d +%d {field}\\n", (int)offsetof({struct}, {field}), (int)sizeof((({struct} *)0)->{field}));'
            )
    return "\n".join([*lines, "    return 0;", "}"]) + "\n"


def layout(compiler, text, folders):
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "layout"
        code = program.with_suffix(".c")
        code.write_text(source(text))
        includes = [f"-I{name}" for name in folders]
        subprocess.run([*compiler, "-std=c99", "-w", *includes, str(code), "-o", str(program)], check=True)
        printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    declared = [f"function {line}" for _, line in sorted(headers.functions(text).items())]
    return printed.splitlines() + headers.typedefs(text) + declared


def padding(lines):
    """Structs with bytes that belong to no field: a caller leaves those undefined, and an older
    library would take them for fields it does not know."""
    found, struct, size, end = [], "", 0, 0
    for line in [*lines, "struct  size 0"]:
        words = line.split()
        if words[0] == "struct":
            if end != size:
                found.append(f"{struct}: {size - end} bytes of padding at the end")
            struct, size, end = (words[1] if len(words) == 4 else ""), int(words[-1]), 0
        elif line.startswith("  "):
            if int(words[0]) != end:
                found.append(f"{struct}: padding before {words[2]}")
            end = int(words[0]) + int(words[1])
    return found


def prove():
    text = "#define KATO_A (-3)\ntypedef struct kato_a {\n    size_t struct_size;\n    int32_t b;\n} kato_a;\n"
    assert headers.constants(text) == ["KATO_A"] and headers.structs(text) == {"kato_a": ["struct_size", "b"]}
    assert not padding(["struct kato_a size 16", "  0 +8 struct_size", "  8 +8 b"])
    assert padding(["struct kato_a size 16", "  0 +8 struct_size", "  8 +4 b"])
    assert padding(["struct kato_a size 24", "  0 +8 struct_size", "  8 +4 b", "  16 +8 c"])


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    prove()
    compiler, folder, golden = sys.argv[1].split(), sys.argv[2], pathlib.Path(sys.argv[3])
    if sys.maxsize < 2**32:
        sys.exit(77)
    lines = layout(compiler, headers.text_of(folder), sys.argv[4:])
    found = padding(lines)
    print(*found, sep="\n")
    if os.environ.get("KATO_TEST_ACCEPT") == "1":
        golden.write_text("\n".join(lines) + "\n")
        print(f"{golden} was rewritten")
        sys.exit(77)
    expected = golden.read_text().splitlines() if golden.is_file() else []
    difference = list(difflib.unified_diff(expected, lines, str(golden), "now", lineterm="", n=0))
    print(*difference, sep="\n")
    print(f"{len(lines)} facts, {len(difference)} lines of difference")
    sys.exit(1 if found or difference else 0)


if __name__ == "__main__":
    main()
