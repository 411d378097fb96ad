"""The clients are clients: their own objects need nothing of ours but the C API.

usage: check_clients.py NM NINJA BUILD_ROOT SOURCE_ROOT KATO_MAP CLIENT_FOLDER...

A client's folder (bindings/cli, ...) holds its objects. None may refer to a symbol that lib/ or
capi/ defines unless the map exports it, and none may have been compiled from a file of ours other
than its own and include/kato: the compiler's own dependency files tell, so that an include by a
detour counts too.
"""

import pathlib
import re
import subprocess
import sys

import check_symbols


def symbols(nm, objects, defined):
    """Names that the objects define for others, or need from others."""
    which = "--defined-only" if defined else "--undefined-only"
    listing = subprocess.run(
        [nm, which, "--extern-only", "--format=posix", *map(str, objects)], check=True, capture_output=True, text=True
    ).stdout
    lines = [line.split() for line in listing.splitlines()]
    return {words[0] for words in lines if len(words) > 1}


def foreign_symbols(needed, own, ours, exported):
    """What a client takes from inside the library; also anything else that is named as ours."""
    named = {name for name in needed - own if re.search(r"N[KVRO]*4kato|^kato_", name)}
    return sorted(((needed - own) & ours | named) - exported)


def dependencies(ninja, build):
    """object -> files it was compiled from, as the compiler told ninja."""
    listing = subprocess.run([ninja, "-C", str(build), "-t", "deps"], check=True, capture_output=True, text=True).stdout
    found, target = {}, ""
    for line in listing.splitlines():
        if line.startswith("    "):
            found[target].append(line.strip())
        elif ": #deps" in line:
            target = line.split(": #deps")[0]
            found[target] = []
    return found


def foreign_files(files, build, source, client):
    """Files of ours that are neither the client's nor public headers."""
    found = []
    for name in files:
        path = (build / name).resolve()
        if any(path.is_relative_to(root / "include" / "kato") for root in (source, build)):
            continue
        if path.is_relative_to(source / client) or path.is_relative_to(build / client):
            continue
        if path.is_relative_to(source) and not path.is_relative_to(build):
            found.append(str(path.relative_to(source)))
    return found


def prove():
    ours, exported = {"_ZN4kato5Store4openEv", "kato_a", "kato_hidden"}, {"kato_a"}
    assert not foreign_symbols({"kato_a", "puts", "_ZN8kato_cli3runEv"}, {"_ZN8kato_cli3runEv"}, ours, exported)
    assert foreign_symbols({"_ZN4kato5Store4openEv"}, set(), ours, exported)
    assert foreign_symbols({"kato_hidden"}, set(), ours, exported)
    assert foreign_symbols({"_ZNK4kato5ErrorEv"}, set(), set(), exported)
    root = pathlib.Path("/nowhere/kato")
    files = ["../bindings/cli/a.cc", "../include/kato/a.h", "include/kato/version.h", "/usr/include/b.h"]
    assert not foreign_files(files, root / "build", root, "bindings/cli")
    for name in ("../lib/base/a.h", "../capi/handle.h", "../bindings/python/src/text.h"):
        assert foreign_files([*files, name], root / "build", root, "bindings/cli"), name


def main():
    if len(sys.argv) < 7:
        sys.exit(__doc__)
    prove()
    nm, ninja, build, source = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve(), pathlib.Path(sys.argv[4]).resolve()
    exported = {name for name, _ in check_symbols.listed(pathlib.Path(sys.argv[5]).read_text())[0]}
    library = [path for folder in ("lib", "capi") for path in sorted((build / folder).rglob("*.o"))]
    ours = symbols(nm, library, defined=True)
    compiled = dependencies(ninja, build)
    failed = not ours
    for client in sys.argv[6:]:
        objects = sorted((build / client).rglob("*.o"))
        found = foreign_symbols(symbols(nm, objects, defined=False), symbols(nm, objects, defined=True), ours, exported)
        for path in objects:
            files = compiled.get(str(path.relative_to(build)))
            if not files:
                found.append(f"{path.name}: not known to ninja")
            else:
                found += [f"{path.name}: compiled from {name}" for name in foreign_files(files, build, source, client)]
        print(f"{client}: {len(objects)} objects, {len(found)} findings")
        print(*found, sep="\n")
        failed = failed or not objects or bool(found)
    sys.exit(1 if failed else 0)


main()
