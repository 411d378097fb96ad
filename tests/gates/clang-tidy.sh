#!/bin/sh
# Gate: clang-tidy finds nothing in lib/, capi/ and bindings/; .clang-tidy has the checks and reasons.
set -eu
cd "$(dirname "$0")/../.."
jobs=${KATO_JOBS:-$(nproc)}

tidy=clang-tidy-14
command -v "$tidy" >/dev/null || tidy=clang-tidy

# A file with a mistake, in a folder with our configuration, must be found.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
cp .clang-tidy "$planted"
printf '#include <string>\nint f(std::string s) { return s == "a" ? 1 : 1; }\n' >"$planted/planted.cc"
if "$tidy" --quiet "$planted/planted.cc" -- -std=c++20 >/dev/null 2>&1; then
    echo "the gate itself is broken: it accepts a planted mistake" >&2
    exit 1
fi
echo "a planted violation was found"

# Clang's own compile commands.
if [ ! -f build-tidy/build.ninja ]; then
    rm -rf build-tidy
    CC=clang CXX=clang++ meson setup build-tidy -Dtests=disabled -Dbench=false
fi
ninja -C build-tidy -t compdb >/dev/null
files=$(git ls-files 'lib/*.cc' 'capi/*.cc' 'bindings/*.cc')
printf '%s\n' $files | xargs -P "$jobs" -n 4 "$tidy" --quiet -p build-tidy
echo "$(printf '%s\n' $files | wc -l) files, no findings"
