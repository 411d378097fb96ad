#!/bin/sh
# Installs the Debian packages that a job needs and that are not there yet: the one list of them.
#
# usage: tests/install.sh build|test|long|gates|fuzz
#
#   build  compile the library and the kato program
#   test   build, and compile and run every test but the slow ones
#   long   test, and run the slow tests
#   gates  test, and run the gates of tests/gates
#   fuzz   build, and run the fuzzers of tests/fuzz/run.sh
#
# With everything in place it does nothing and needs no network. KATO_INSTALL=no never installs, only
# says what is missing. On a system without apt it says what it would want and goes on: Meson tells
# what it cannot find.
set -eu

build='gcc g++ meson ninja-build pkg-config libarchive-dev libcli11-dev libfmt-dev libmd4c-dev
    libsimdjson-dev libsodium-dev libsqlite3-dev libzstd-dev nettle-dev zlib1g-dev'
test='doctest-dev git mypy pybind11-dev python3 python3-build python3-dev python3-hypothesis
    python3-jsonschema python3-mesonpy python3-pytest sqlite3'
long='patchelf python3-pip python3-venv'
gates='binutils clang clang-format clang-tidy gcovr'
fuzz='clang libclang-rt-14-dev'

case ${1-} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
long) wanted="$build $test $long" ;;
gates) wanted="$build $test $gates" ;;
fuzz) wanted="$build $fuzz" ;;
*)
    echo "usage: $0 build|test|long|gates|fuzz" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install: no apt here; on Debian 12 these packages are used:" $wanted
    exit 0
fi

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "install: nothing is missing"
    exit 0
fi

echo "install: missing:$missing"
if [ "${KATO_INSTALL-}" = no ]; then
    echo "install: KATO_INSTALL=no, so nothing is installed"
    exit 0
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install: not root and no sudo; as root run: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

# Says the command, runs it, and shows its output only when it fails.
run() {
    echo "install: $*"
    output=$(mktemp)
    if "$@" >"$output" 2>&1; then
        rm -f "$output"
    else
        cat "$output" >&2
        rm -f "$output"
        return 1
    fi
}

# A package list that is a little old is good enough: not being able to renew it is no failure.
run $as_root apt-get update || echo "install: going on with the package lists that are there"
run $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends $missing
