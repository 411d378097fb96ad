#!/bin/sh
# Tests one example: imports the sample data twice and searches; usage: check.sh DATA COMMAND...
set -eu
data=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$@" "$folder/workspace" "$data" timer >"$folder/first"
cat "$folder/first"
grep -q '^[1-9][0-9]* new events$' "$folder/first"
grep -q '^chat: .*claude-code' "$folder/first"
grep -q '^chat: .*codex' "$folder/first"
grep -q '^hit: .*timer' "$folder/first"

"$@" "$folder/workspace" "$data" timer >"$folder/second"
grep -q '^0 new events$' "$folder/second"

# A malformed query is an error, not an empty result.
if "$@" "$folder/workspace" "$data" '"' >/dev/null 2>"$folder/error"; then
    echo "a malformed query was accepted" >&2
    exit 1
fi
test -s "$folder/error"
