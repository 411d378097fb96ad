#!/bin/sh
# Gate: two clean clones in different folders give byte-identical libkato.so and kato.
set -eu
cd "$(dirname "$0")/../.."
jobs=${KATO_JOBS:-$(nproc)}
products='capi/libkato.so.0.1.0 bindings/cli/kato'
# A compiler cache, which may call itself gcc, would hand the second clone the objects of the first.
export CCACHE_DISABLE=1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
one=$folder/one two=$folder/a/much/longer/name/two
# The second is a clone of the first: the branch may move on meanwhile.
git clone --quiet . "$one"
git clone --quiet "$one" "$two"
for clone in "$one" "$two"; do
    (cd "$clone" && CC=gcc CXX=g++ meson setup build -Dtests=disabled -Dbench=false -Dpython=disabled) >"$folder/log" ||
        { cat "$folder/log" >&2; exit 1; }
    ninja -C "$clone/build" -j "$jobs" --quiet $products
done

different() {
    result=1
    for product in $products; do
        cmp "$one/build/$product" "$two/build/$product" || result=0
    done
    return $result
}

if different; then
    echo "the two builds differ, in these objects:" >&2
    kept=$PWD/build-different # both of each, to look into
    mkdir -p "$kept/one" "$kept/two"
    (cd "$one/build" && find . -name '*.o' | while read -r object; do
        cmp -s "$object" "$two/build/$object" && continue
        echo "  $object"
        cp "$object" "$kept/one"
        cp "$two/build/$object" "$kept/two"
    done) >&2
    echo "they are in $kept" >&2
    exit 1
fi
(cd "$one/build" && sha256sum $products)

# A source that carries its own folder must be noticed.
printf '\nnamespace kato { extern const char planted[]; const char planted[] = "%s"; }\n' "$two" >>"$two/capi/base.cc"
sed -i 's/^local:/    _ZN4kato7plantedE;\n&/' "$two/capi/kato.map"
ninja -C "$two/build" -j "$jobs" --quiet $products
if ! different >/dev/null; then
    echo "the gate itself is broken: a planted path did not change the library" >&2
    exit 1
fi
echo "byte-identical; a planted violation was found"
