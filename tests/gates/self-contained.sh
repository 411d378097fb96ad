#!/bin/sh
# Gate: a self-contained kato runs in a root that holds nothing but libc6; says what it links.
set -eu
cd "$(dirname "$0")/../.."
jobs=${KATO_JOBS:-$(nproc)}

# Debian has these as shared libraries only. Their source packages are the very archives that the
# wraps name; with them the wraps need no download from elsewhere.
fallbacks= absent=
for wrap in simdjson md4c; do
    archive=subprojects/packagecache/$(sed -n 's/^source_filename = //p' subprojects/$wrap.wrap)
    if [ ! -f "$archive" ]; then sh tests/gates/fetch-source "$wrap" "$archive" || true; fi
    if [ -f "$archive" ]; then
        fallbacks="${fallbacks:+$fallbacks,}$wrap"
    else
        absent="$absent $archive"
    fi
done
fallback=
[ -z "$fallbacks" ] || fallback=--force-fallback-for=$fallbacks

if [ ! -f build-self-contained/build.ninja ]; then
    rm -rf build-self-contained
    meson setup build-self-contained --buildtype=release -Ddefault_library=static \
        -Dself_contained=true -Dtests=disabled -Dbench=false -Dpython=disabled \
        --wrap-mode=nodownload $fallback
fi
ninja -C build-self-contained -j "$jobs" --quiet bindings/cli/kato
program=build-self-contained/bindings/cli/kato

# Shared libraries of the program that are not part of libc6.
foreign() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
        grep -v -E '^(libc|libm|ld-linux[-a-z0-9]*|libpthread|libdl)\.so\.[0-9]+$' || true
}
if [ -z "$(foreign "$(command -v git)")" ]; then
    echo "the gate itself is broken: it finds no shared library in git" >&2
    exit 1
fi
echo "links:" $(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if [ -n "$(foreign "$program")" ]; then
    echo "needs more than libc6:" $(foreign "$program") >&2
    [ -z "$absent" ] || echo "source archives that were not to be had: put them at$absent" >&2
    exit 1
fi

# The smallest Debian that has libc6: its files, and the program.
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/usr/lib" "$root/usr/lib64" "$root/tmp"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"
dpkg-query -L libc6 | while read -r path; do [ -d "$path" ] || echo "${path#/}"; done |
    tar -C / --create --files-from=- | tar -C "$root" --extract --keep-directory-symlink
cp "$program" "$root/kato"
cp -r examples/data "$root/data"
in_root() {
    if [ "$(id -u)" -eq 0 ]; then chroot "$root" "$@"; else unshare --user --map-root-user chroot "$root" "$@"; fi
}
in_root /kato --version
in_root /kato --root /workspace import /data/claude-code /data/codex
in_root /kato --root /workspace chat list
in_root /kato --root /workspace export --all >"$root/a.jsonl"
test -s "$root/a.jsonl"
echo "ran in a root with libc6 only: $(wc -c <"$program") bytes"
