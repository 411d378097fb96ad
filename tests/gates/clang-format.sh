#!/bin/sh
# Gate: every C and C++ file is formatted as .clang-format says (clang-format 14).
set -eu
cd "$(dirname "$0")/../.."

format=clang-format-14
command -v "$format" >/dev/null || format=clang-format
"$format" --version

# A badly formatted file in a folder with our style must be found.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
cp .clang-format "$planted"
printf 'int  main( ) {\n  return 0; }\n' >"$planted/planted.cc"
if "$format" --dry-run --Werror "$planted/planted.cc" 2>/dev/null; then
    echo "the gate itself is broken: it accepts a badly formatted file" >&2
    exit 1
fi
echo "a planted violation was found"

git ls-files -z '*.c' '*.cc' '*.h' | xargs -0 "$format" --dry-run --Werror
echo "$(git ls-files '*.c' '*.cc' '*.h' | wc -l) files are formatted; to format: git ls-files '*.c' '*.cc' '*.h' | xargs $format -i"
