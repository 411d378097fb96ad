# A small corpus of each format, imported and exported: nothing of it may be unknown to kato.
#   check.sh BENCH
set -eu
bench=$1
said=$(mktemp)
trap 'rm -f "$said"' EXIT
formats=$("$bench" formats)
for format in $formats; do
    for command in import export; do
        "$bench" "$command" --format "$format" --size 300kB --runs 1 --no-peers >/dev/null 2>"$said" || {
            cat "$said" >&2
            echo "$format: bench $command failed" >&2
            exit 1
        }
        if [ -s "$said" ]; then
            cat "$said" >&2
            echo "$format: not all of it is understood" >&2
            exit 1
        fi
    done
done
