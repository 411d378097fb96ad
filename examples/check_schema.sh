#!/bin/sh
# Tests the commands of docs/schema.md on a workspace with the sample data; usage: check_schema.sh KATO ROOT
set -eu
kato=$1
root=$2
command -v sqlite3 >/dev/null || exit 77
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$kato" --root "$folder/workspace" import "$root/examples/data/claude-code" "$root/examples/data/codex" >"$folder/log" || { cat "$folder/log"; exit 1; }

# Each block of shell commands becomes a file of its own.
awk -v folder="$folder" '
    /^```sh$/ { ++n; inside = 1; next }
    /^```$/ { inside = 0 }
    inside { print > (folder "/command" n) }' "$root/docs/schema.md"

cd "$folder/workspace"
count=0
for command in "$folder"/command*; do
    echo "--- $(cat "$command")"
    sh -eu "$command" >"$folder/output"
    cat "$folder/output"
    # Only the list of what was not understood may be empty.
    grep -q source_span "$command" || test -s "$folder/output"
    count=$((count + 1))
done
test "$count" -ge 6
