#!/bin/sh
# Gate: the tests execute at least 80 % of the lines of lib/ (gcovr); prints the figures and writes
# those of each file to build-coverage/coverage.txt.
set -eu
cd "$(dirname "$0")/../.."
jobs=${KATO_JOBS:-$(nproc)}
floor=80

# A program of which half is never executed must fall below the floor.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
printf 'int main(int n, char **v) {\n  (void)v;\n  if (n > 1) {\n    n += 1;\n    n += 2;\n    n += 3;\n  }\n  return 0;\n}\n' >"$planted/a.c"
(cd "$planted" && gcc --coverage -O0 a.c -o a && ./a)
if gcovr --root "$planted" "$planted" --fail-under-line "$floor" >/dev/null 2>&1; then
    echo "the gate itself is broken: it accepts a program that is not covered" >&2
    exit 1
fi
echo "a planted violation was found"

if [ ! -f build-coverage/build.ninja ]; then
    rm -rf build-coverage
    # Unoptimised, so that lines are lines.
    meson setup build-coverage -Db_coverage=true -Doptimization=0 -Dbench=false
fi
ninja -C build-coverage -j "$jobs" --quiet
find build-coverage -name '*.gcda' -delete
# A failing test is the business of tests/run.sh; here it only covers less. Counting takes time.
meson test -C build-coverage --no-rebuild --no-suite slow --timeout-multiplier 5 --suite unit \
    --suite capi --suite cli --suite python --suite fuzz --suite golden >build-coverage/tests.log 2>&1 || tail -n 20 build-coverage/tests.log
gcovr --root . build-coverage --filter 'lib/' --exclude-throw-branches --print-summary \
    --json-summary build-coverage/coverage.json --fail-under-line "$floor" -j "$jobs" \
    --txt build-coverage/coverage.txt
