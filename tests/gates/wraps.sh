#!/bin/sh
# Gate: every wrap is pinned by hash, and the build uses the system's libraries without downloading.
set -eu
cd "$(dirname "$0")/../.."
jobs=${KATO_JOBS:-$(nproc)}

python3 tests/src/check_wraps.py .

# A dependency that only a download could bring must stop the configuration.
planted=$(mktemp -d)
trap 'rm -rf "$planted"' EXIT
mkdir -p "$planted/subprojects"
printf "project('a', 'c')\ndependency('no-such-library')\n" >"$planted/meson.build"
printf '[wrap-file]\ndirectory = a\nsource_url = https://example.invalid/a.tar.gz\nsource_filename = a.tar.gz\nsource_hash = %064d\n\n[provide]\nno-such-library = a_dep\n' 0 >"$planted/subprojects/a.wrap"
if meson setup "$planted/build" "$planted" --wrap-mode=nodownload >"$planted/log" 2>&1 ||
    ! grep -q 'downloading is disabled' "$planted/log"; then
    cat "$planted/log" >&2
    echo "the gate itself is broken: a missing library did not stop a build that must not download" >&2
    exit 1
fi
echo "a planted violation was found"

if [ ! -f build-nodownload/build.ninja ]; then
    rm -rf build-nodownload
    meson setup build-nodownload --wrap-mode=nodownload -Dauto_features=enabled -Dtests=disabled -Dbench=false
fi
ninja -C build-nodownload -j "$jobs" --quiet
if grep -ql subprojects/ build-nodownload/build.ninja; then
    echo "the build uses a subproject although the system has every library" >&2
    exit 1
fi
echo "built with --wrap-mode=nodownload"
