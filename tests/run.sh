#!/bin/sh
# Installs what is missing, builds Kato and runs its tests; docs/building.md tells the rest.
set -eu

usage() {
    cat <<'END'
usage: sh tests/run.sh [--long | --gates] [--no-sanitizers]

Installs the Debian packages that are missing, builds in build*/ inside the source tree, and runs
  - every suite in an ordinary build (build/),
  - the library's own suites under AddressSanitizer and UBSan (build-asan/),
  - those of the C API, which use threads, under ThreadSanitizer (build-tsan/).
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
job=test
[ "$long" = no ] || job=long
[ "$gates" = no ] || job=gates
sh tests/install.sh "$job"

jobs=${KATO_JOBS:-$(nproc)}
export MESON_TESTTHREADS="$jobs"
# A Meson from elsewhere would bring a Python that has neither pybind11 nor pytest.
meson=meson
[ ! -x /usr/bin/meson ] || meson=/usr/bin/meson
python=python3
[ ! -x /usr/bin/python3 ] || python=/usr/bin/python3
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
    arguments="--no-rebuild --print-errorlogs"
    if [ "$long" = yes ]; then arguments="$arguments --setup long"; else arguments="$arguments --no-suite slow"; fi
    for suite in $suites; do arguments="$arguments --suite $suite"; done
    # Brings the list of tests up to date, after a change of a meson.build.
    ninja -C "$directory" --quiet build.ninja || true
    targets=
    [ -z "$suites" ] || targets=$("$python" tests/targets.py "$directory" $suites)
    say "$title: build"
    if ! ninja -C "$directory" -j "$jobs" -k 0 --quiet $targets; then
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
    # Little optimisation and debug information: half the time to compile, and still lines in a trace.
    quick="-Db_pch=true -Ddebug=false -Dc_args=-g1 -Dcpp_args=-g1"
    check build "ordinary build" "" $quick -Doptimization=1 -Ddefault_library=both -Dexamples=true --werror
    if [ "$sanitizers" = yes ]; then
        suites="unit capi golden fuzz fault"
        cli=disabled more=
        if [ "$long" = yes ]; then suites="$suites cli" cli=enabled more=-long; fi
        # Unoptimised: what UBSan adds makes the optimiser slow.
        check build-asan$more "AddressSanitizer and UBSan" "$suites" $quick -Doptimization=0 \
            -Db_sanitize=address,undefined -Dpython=disabled -Dbench=false -Dcli=$cli
        # The unit tests have one thread each: the tests of the C API are those with many.
        suites=capi
        [ "$long" = no ] || suites="unit capi"
        check build-tsan$more "ThreadSanitizer" "$suites" $quick -Doptimization=1 \
            -Db_sanitize=thread -Dpython=disabled -Dbench=false -Dcli=disabled
    fi
fi

say "summary"
exec "$python" tests/summary.py $passed $failed $directories
