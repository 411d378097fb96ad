#!/bin/sh
# Tests an example that writes pages; usage: check_pages.sh DATA COMMAND...
set -eu
data=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/pages"
"$@" "$folder/workspace" "$data" "$folder/pages" >"$folder/said"
cat "$folder/said"
test "$(ls "$folder/pages" | wc -l)" -ge 3
grep -q 'index.html' "$folder/said"
grep -q '"assistant.thinking": *[1-9]' "$folder/said"
for page in "$folder/pages"/*.html; do
    grep -q '^<!DOCTYPE html>$' "$page"
    if grep -q '<script' "$page"; then exit 1; fi
    case $page in
    */index.html) ;;
    *) grep -q "href=\"./$(basename "$page")\"" "$folder/pages/index.html" ;;
    esac
done

# Nothing is written over.
if "$@" "$folder/workspace" "$data" "$folder/pages" >/dev/null 2>"$folder/error"; then
    echo "pages were replaced" >&2
    exit 1
fi
