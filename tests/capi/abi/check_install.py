"""An installed Kato is complete and usable: right files, pkg-config, a C program against it.

usage: check_install.py MESON BUILD_ROOT CC PROGRAM_C shared|static

Installs into an empty folder and looks at nothing but that folder: the C program is compiled with
what pkg-config says, once for each library that was installed, and run.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def only(folder, pattern):
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        sys.exit(f"{pattern}: {len(found)} files instead of one")
    return found[0]


def pkg_config(package, prefix, *arguments):
    environment = os.environ | {"PKG_CONFIG_PATH": str(package.parent)}
    text = run(["pkg-config", f"--define-variable=prefix={prefix}", *arguments, "kato"], env=environment)
    return shlex.split(text)


def unexpected(names):
    """Installed files that are not part of the product."""
    allowed = (
        "include/kato/", "bin/kato", "lib/", "share/man/man1/kato", "share/bash-completion/completions/kato",
        "share/fish/vendor_completions.d/kato", "share/zsh/site-functions/_kato",
    )
    return [
        name for name in names
        if not name.startswith(allowed) or "test" in name.lower() or name.endswith((".o", "kato-core.a"))
    ]


def headers_of(folder):
    return {path.name for path in folder.glob("*.h")}


def main():
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    meson, build, compiler, program_c, kind = sys.argv[1], sys.argv[2], sys.argv[3].split(), sys.argv[4], sys.argv[5]
    assert unexpected(["include/catch.h", "lib/libkato-core.a", "bin/unit", "lib/libtest-support.a"]) != []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        run([meson, "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder])
        package = only(root, "kato.pc")
        include = only(root, "kato.h").parent
        prefix = include.parent.parent
        names = sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if not path.is_dir())
        print(*names, sep="\n")
        stray = unexpected(names)
        if stray:
            sys.exit(f"should not be installed: {stray}")
        if headers_of(include) != {"agent.h", "base.h", "chat.h", "codec.h", "kato.h", "policy.h", "search.h", "store.h", "version.h"}:
            sys.exit(f"the headers are {sorted(headers_of(include))}")

        libraries = package.parent.parent
        program = root / "program"
        cflags = pkg_config(package, prefix, "--cflags")
        if kind == "shared":
            flags = pkg_config(package, prefix, "--libs")
        else:
            # The archive by its path: -lkato would prefer the shared library beside it.
            flags = pkg_config(package, prefix, "--libs", "--static")
            flags = [str(only(libraries, "libkato.a")) if flag == "-lkato" else flag for flag in flags]
        run([*compiler, "-std=c99", program_c, *cflags, *flags, "-o", str(program)])
        needed = run(["readelf", "-d", str(program)])
        if ("libkato.so.0" in needed) != (kind == "shared"):
            sys.exit(f"{kind}: the program needs\n{needed}")
        environment = os.environ | {"LD_LIBRARY_PATH": str(libraries)} if kind == "shared" else None
        printed = run([str(program), str(root / "workspace")], env=environment)
        print(printed)
        if "installed-tree test: ok" not in printed:
            sys.exit("the program did not say ok")


main()
