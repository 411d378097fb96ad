"""Every reader and every writer over corpora of given sizes, beside other programs: the tables of docs/benchmarks.md.

usage: python3 tests/bench/formats.py BENCH [--runs N] [--formats A,B] [--large] [SIZE...]

BENCH is the program; SIZEs are 200MB and 1GB unless given. Other programs read the smallest corpus only;
KATO_BENCH_PEERS names the folder where they are installed. --large measures what is large in another way
instead: 4 GB on one line, 10 GB of repeated images, 10,000 small files. Temporary files are in $TMPDIR,
at most 2.5 times the largest corpus.
"""

import argparse
import json
import subprocess
import sys

WRITERS_FROM = ("claude-code", "chatgpt")
LARGE = (
    ("ChatGPT, one line", ("--format", "chatgpt", "--size", "4GB")),
    ("Codex, nine tenths repeated images", ("--format", "codex-images", "--size", "10GB")),
    ("Claude Code, 10,000 files", ("--format", "claude-code", "--size", "150MB", "--files", "10000")),
)


def measured(bench, *arguments):
    """The measurements by name. What is skipped, or not understood, is said by the program itself."""
    run = subprocess.run([bench, *arguments, "--json"], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        print(f"{' '.join(arguments)}: failed", file=sys.stderr)
    return {row["name"]: row for row in map(json.loads, run.stdout.splitlines())}


def speed(row):
    return f"{row['mb_per_s']:.0f}" if row else ""


def memory(row):
    return f"{row['max_rss_kb'] / 1024:.0f}" if row else ""


def row_of(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def readers(bench, runs, formats, sizes):
    row_of("read", "size", "MB/s", "peak MB", "store to source", "`json` MB/s", "peak MB", "others: MB/s, peak MB")
    row_of(*["---"] * 8)
    for form in formats:
        for number, size in enumerate(sizes):
            only = "import.new" if number else "import.new,peer"
            rows = measured(bench, "import", "--format", form, "--size", size, "--runs", runs, "--only", only)
            new = rows.pop("import.new", None)
            floor = rows.pop("peer.python_json", None)
            others = [f"{name.removeprefix('peer.')} {speed(row)}, {memory(row)}" for name, row in rows.items()]
            ratio = f"{new['size_ratio']:.2f}" if new else ""
            row_of(form, size, speed(new), memory(new), ratio, speed(floor), memory(floor), "; ".join(others))


def writers(bench, runs, formats, sizes):
    headed = False
    for form in formats:
        for size in sizes:
            arguments = ("--format", form, "--size", size, "--runs", runs, "--only", "export.")
            rows = measured(bench, "export", *arguments)
            if not headed:
                row_of("from", "size", *[name.removeprefix("export.") for name in rows], "peak MB")
                row_of(*["---"] * (len(rows) + 3))
                headed = True
            most = max(rows.values(), key=lambda row: row["max_rss_kb"], default=None)
            row_of(form, size, *map(speed, rows.values()), memory(most))


def large(bench, runs):
    row_of("large", "size", "MB/s", "peak MB", "store to source")
    row_of(*["---"] * 5)
    for name, arguments in LARGE:
        new = measured(bench, "import", *arguments, "--runs", runs, "--only", "import.new", "--no-peers").get("import.new")
        ratio = f"{new['size_ratio']:.3f}" if new else ""
        row_of(name, arguments[arguments.index("--size") + 1], speed(new), memory(new), ratio)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench")
    parser.add_argument("sizes", nargs="*", default=["200MB", "1GB"])
    parser.add_argument("--runs", default="1")
    parser.add_argument("--formats", type=lambda text: text.split(","))
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    if options.large:
        large(options.bench, options.runs)
        return
    known = subprocess.run([options.bench, "formats"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    formats = options.formats or known
    readers(options.bench, options.runs, formats, options.sizes)
    print()
    writers(options.bench, options.runs, [form for form in formats if form in WRITERS_FROM], options.sizes)


if __name__ == "__main__":
    main()
