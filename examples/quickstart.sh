#!/bin/sh
# Builds Kato and shows what it does, on sample conversations or on your own.
set -eu

usage() {
    cat <<'END'
usage: sh examples/quickstart.sh [--mine] [--keep FOLDER]

Installs what is missing, builds kato, and with the conversations in examples/data in a workspace of
its own: imports, lists, searches, shows, exports, and proves that an export is complete.

  --mine         the same with your own conversations, where there are any: ~/.claude and ~/.codex.
                 They are only read, and everything that is made of them is deleted at the end.
  --keep FOLDER  keep the workspaces and exports in this new folder

KATO_INSTALL=no   installs nothing, only says what is missing
END
}

mine=no keep=
while [ $# -gt 0 ]; do
    case $1 in
    --mine) mine=yes ;;
    --keep)
        [ $# -ge 2 ] || { usage >&2; exit 2; }
        keep=$2
        shift
        ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
    esac
    shift
done
if [ -n "$keep" ]; then
    mkdir -m 700 "$keep"
    keep=$(cd "$keep" && pwd)
fi
cd "$(dirname "$0")/.."

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
title() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
# Prints a command as one would type it, and runs it.
show() {
    line='$'
    for word; do
        case $word in
        *[!A-Za-z0-9_./:=~-]*) line="$line '$word'" ;;
        *) line="$line $word" ;;
        esac
    done
    printf '\n%s%s%s\n' "$bold" "$line" "$plain"
    "$@"
}
# The same for a command whose output goes to a file.
save() {
    file=$1
    shift
    printf '\n%s$ %s > %s%s\n' "$bold" "$*" "$(basename "$file")" "$plain"
    "$@" >"$file"
}

title "Packages"
sh tests/install.sh build

title "Build"
jobs=$(nproc)
meson=meson
[ ! -x /usr/bin/meson ] || meson=/usr/bin/meson
if [ ! -f build-quickstart/build.ninja ]; then
    rm -rf build-quickstart
    log=$(mktemp)
    "$meson" setup build-quickstart --buildtype=release -Db_pch=true -Dtests=disabled -Dbench=false -Dpython=disabled \
        -Dcli=enabled >"$log" 2>&1 || { cat "$log"; rm -f "$log"; exit 1; }
    rm -f "$log"
fi
ninja -C build-quickstart -j "$jobs" --quiet
echo "built build-quickstart/bindings/cli/kato"
PATH=$PWD/build-quickstart/bindings/cli:$PATH
PAGER=cat
export PATH PAGER

if [ -n "$keep" ]; then
    place=$keep
else
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    trap 'exit 130' INT TERM
fi

# Everything that Kato is for, with the conversations below some folders.
#   tour NAME QUERY FOLDER...
tour() {
    name=$1 query=$2
    shift 2
    KATO_HOME=$place/$name
    export KATO_HOME
    code=0
    show kato import "$@" || code=$?
    # 6: a damaged record was set aside. Its bytes are kept, and the report above names it.
    [ "$code" -eq 0 ] || [ "$code" -eq 6 ] || exit "$code"
    show kato chat list --limit 10
    show kato search "$query" --limit 5
    chat=$(kato chat list --limit 1 --json | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
    printf '\n%s$ kato chat show %.8s | head -n 40%s\n' "$bold" "$chat" "$plain"
    kato chat show "$chat" >"$place/$name.txt"
    head -n 40 "$place/$name.txt"
    show kato stats

    title "An export is complete: imported elsewhere and exported again it is the same, byte for byte"
    save "$place/$name-1.jsonl" kato export --all
    KATO_HOME=$place/$name-again
    show kato import "$place/$name-1.jsonl"
    save "$place/$name-2.jsonl" kato export --all
    show cmp "$place/$name-1.jsonl" "$place/$name-2.jsonl"
    printf 'identical: %s bytes, %s lines\n' "$(wc -c <"$place/$name-1.jsonl")" "$(wc -l <"$place/$name-1.jsonl")"
    KATO_HOME=$place/$name
}

title "Sample conversations"
tour samples timer examples/data/claude-code examples/data/codex
original=$(find examples/data/codex -name '*.jsonl' | head -n 1)
chat=$(kato chat list --json | sed -n '/"provider":"codex"/s/.*"id":"\([^"]*\)".*/\1/p' | head -n 1)
title "The file a conversation came from is kept as well"
save "$place/original.jsonl" kato export "$chat" --format original
show cmp "$place/original.jsonl" "$original"
echo "identical"

if [ "$mine" = yes ]; then
    set --
    for folder in "$HOME/.claude/projects" "$HOME/.codex/sessions"; do
        [ ! -d "$folder" ] || set -- "$@" "$folder"
    done
    title "Your own conversations"
    if [ $# -gt 0 ]; then
        tour mine error "$@"
    else
        echo "there is neither ~/.claude/projects nor ~/.codex/sessions"
    fi
fi

title "Done"
[ -z "$keep" ] || echo "kept in $keep"
echo "Your own workspace: build-quickstart/bindings/cli/kato import ~/.claude/projects ~/.codex/sessions   (into ~/.kato)"
