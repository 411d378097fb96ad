#!/bin/sh
# Fuzzes every target with libFuzzer: tests/fuzz/run.sh [MINUTES [TARGET...]]; 10 minutes each by default.
# A crash is written to the build directory: make it small, put it into the corpus, fix it.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
minutes=${1:-10}
[ $# -eq 0 ] || shift
build=$root/build-fuzz
sh "$root/tests/install.sh" fuzz
if [ ! -d "$build" ]; then
    CC=clang CXX=clang++ meson setup "$build" "$root" -Dfuzzers=true -Dpython=disabled -Dbench=false \
        -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized
fi
[ $# -gt 0 ] || set -- archives chatgpt claude_ai claude_code codex detect gemini_cli html import kato kato_twin manifest messages \
    openai_messages policy runtime
for target in "$@"; do
    ninja -C "$build" "tests/fuzz/fuzz-$target"
    mkdir -p "$build/corpus/$target"
    echo "== $target, $minutes minutes"
    (cd "$build" && "tests/fuzz/fuzz-$target" -max_total_time=$((minutes * 60)) -timeout=30 \
        -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        "corpus/$target" "$root/tests/fuzz/corpus/$target" 2>&1 | tail -n 20)
done
