#!/bin/sh
# Installs what is missing, builds Kato and runs its tests; docs/building.md tells the rest.
set -eu

usage() {
    cat <<'END'
usage: sh tests/run.sh [--long | --gates] [--no-sanitizers]

Installs the Debian packages that are missing, builds in build*/ inside the source tree, and runs
  - every suite in an ordinary build (build/),
  - the suites that touch untrusted bytes under AddressSanitizer and UBSan (build-asan/),
  - the suites with threads under ThreadSanitizer (build-tsan/).
The last line is "N passed, N failed, N skipped"; the exit code is 0 when nothing failed.

  --long           the tests in their full length, and the slow suite; takes hours
  --gates          only the gates of tests/gates: style, lint, coverage, reproducible builds, ...
  --no-sanitizers  the ordinary build alone
  --help           this text

KATO_INSTALL=no   installs nothing, only says what is missing
KATO_JOBS=N       compile and test with N processes; default: one for each processor
END
}

long=no gates=no sanitizers=yes
for argument; do
    case $argument in
    --long) long=yes ;;
    --gates) gates=yes ;;
    --no-sanitizers) sanitizers=no ;;
    --help | -h)
        usage
        exit 0
        ;;
    *)
        echo "run.sh: unknown option: $argument" >&2
        usage >&2
        exit 2
        ;;
    esac
done

cd "$(dirname "$0")/.."
started=$(date +%s)
say() { printf '\n== %s (%ss)\n' "$*" "$(($(date +%s) - started))"; }

say "packages"
if [ "$gates" = yes ]; then sh tests/install.sh gates; else sh tests/install.sh test; fi

jobs=${KATO_JOBS:-$(nproc)}
export MESON_TESTTHREADS="$jobs"
# A Meson from elsewhere would bring a Python that has neither pybind11 nor pytest.
meson=meson
[ ! -x /usr/bin/meson ] || meson=/usr/bin/meson
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}" # for precompiled headers

directories= failed= passed=

# Configures (once), builds and tests one build directory.
#   check DIRECTORY TITLE "SUITES, empty: all" MESON-OPTION...
check() {
    directory=$1 title=$2 suites=$3
    shift 3
    say "$title: configure $directory"
    if [ ! -f "$directory/build.ninja" ]; then
        rm -rf "$directory"
        if ! "$meson" setup "$directory" "$@"; then
            failed="$failed --failed $directory:configure"
            return 0
        fi
    fi
    rm -f "$directory"/meson-logs/testlog*
    arguments="--print-errorlogs"
    [ "$long" = no ] || arguments="$arguments --setup long"
    for suite in $suites; do arguments="$arguments --suite $suite"; done
    say "$title: build"
    # Where only some suites run, Meson builds what they need.
    if [ -z "$suites" ] && ! ninja -C "$directory" -j "$jobs" --quiet; then
        failed="$failed --failed $directory:build"
        return 0
    fi
    say "$title: test"
    directories="$directories $directory"
    "$meson" test -C "$directory" $arguments || true # the summary tells what failed
}

if [ "$gates" = yes ]; then
    for gate in tests/gates/*.sh; do
        name=$(basename "$gate" .sh)
        say "gate: $name"
        if sh "$gate"; then passed="$passed --passed $name"; else failed="$failed --failed $name"; fi
    done
else
    check build "ordinary build" "" -Ddefault_library=both -Dexamples=true --werror
    if [ "$sanitizers" = yes ]; then
        # -O1: half the time to compile, and tests that run at a bearable speed.
        check build-asan "AddressSanitizer and UBSan" "unit capi golden fuzz fault cli" \
            -Db_sanitize=address,undefined -Doptimization=1 -Dpython=disabled -Dbench=false
        # The unit tests have one thread each: the C API's tests are those with many.
        check build-tsan "ThreadSanitizer" "capi" \
            -Db_sanitize=thread -Doptimization=1 -Dpython=disabled -Dbench=false -Dcli=disabled
    fi
fi

say "summary"
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
exec "$python" tests/summary.py $passed $failed $directories
