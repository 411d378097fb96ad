#!/bin/sh
# Tests the example that runs agents: each chat gets its own line count; usage: check_agent_host.sh
# DATA COMMAND. Exits with 77 where this machine cannot confine.
set -eu
data=$1 host=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! "$host" "$folder/workspace" "$data" grep -c '"id"' >"$folder/runs"; then
    cat "$folder/runs" >&2
    if grep -q '"outcome":"unavailable"' "$folder/runs"; then exit 77; fi
    exit 1
fi
test "$(wc -l <"$folder/runs")" -ge 2
while read -r chat outcome report; do
    test "$outcome" = ok
    case $report in *'"outcome":"ok"'*) ;; *) exit 1 ;; esac
    set -- "$folder/workspace/out/$chat"/*.txt
    test $# -eq 1
    test "$(cat "$1")" -gt 1
done <"$folder/runs"

# A program that fails, and one that is not there, show in the exit code.
if "$host" "$folder/workspace" "$data" false >/dev/null; then exit 1; fi
if "$host" "$folder/workspace" "$data" no-such-program 2>"$folder/error"; then exit 1; fi
grep -q no-such-program "$folder/error"
