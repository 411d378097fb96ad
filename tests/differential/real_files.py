"""What must hold of any files that other programs wrote: run it over your own.

usage: python3 tests/differential/real_files.py KATO PATH...

Imports the PATHs into temporary workspaces and looks whether
  - every byte is accounted for: parsed, opaque and quarantined ones add up to the size,
  - importing them again leaves every source and the content hash unchanged,
  - three orders of the files give the same export,
  - an export imported into an empty workspace gives the same export again,
  - the original of each source is the file, byte for byte,
  - doctor finds nothing.
Prints a line for each, and exits with 1 when one does not hold. Nothing is written beside the PATHs.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile


class Workspace:
    def __init__(self, kato, folder):
        self.command = [kato, "--root", folder]

    def run(self, *arguments, accepted=(0,)):
        done = subprocess.run([*self.command, *arguments], stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode not in accepted:
            sys.exit(f"kato {' '.join(arguments)}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return done.stdout

    def bring(self, paths):
        """The rows of the report; files that are no conversations make it partial, or fail alone."""
        rows = []
        for path in paths:
            out = self.run("import", "--json", path, accepted=(0, 1, 6))
            rows += [json.loads(line) for line in out.splitlines()]
        return rows

    def export(self):
        return self.run("export", "--all")

    def content_hash(self):
        return json.loads(self.run("stats", "--json"))["content_hash"]


def files_in(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            yield from (os.path.join(folder, name) for name in sorted(names))


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main(kato, paths):
    failed = 0

    def say(holds, what):
        nonlocal failed
        failed += not holds
        print("ok  " if holds else "NOT ", what, flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        number = 0

        def workspace():
            nonlocal number
            number += 1
            return Workspace(kato, os.path.join(temporary, str(number)))

        first = workspace()
        rows = first.bring(paths)
        sources = [row for row in rows if row["type"] == "source" and row["status"] != "failed"]
        refused = [row["name"] for row in rows if row["type"] == "source" and row["status"] == "failed"]
        off = [
            row["name"]
            for row in sources
            if row["parsed_bytes"] + row["opaque_bytes"] + row["quarantined_bytes"] != row["size"]
        ]
        size = sum(row["size"] for row in sources)
        say(not off, f"every byte of {len(sources)} sources ({size} bytes) is accounted for {off}")
        print("     refused:", refused or "none")

        before = first.content_hash()
        again = [row for row in first.bring(paths) if row["type"] == "source"]
        changed = [row["name"] for row in again if row["status"] not in ("unchanged", "failed")]
        say(not changed and first.content_hash() == before, f"importing again changes nothing {changed}")

        export = first.export()
        files = list(files_in(paths))
        exports = set()
        for order in (files, files[::-1], random.Random(1).sample(files, len(files))):
            one = workspace()
            one.bring(order)
            exports.add(hashlib.sha256(one.export()).digest())
        say(len(exports) == 1, f"three orders of {len(files)} files give one export")

        stream = os.path.join(temporary, "export.jsonl")
        with open(stream, "wb") as out:
            out.write(export)
        second = workspace()
        second.bring([stream])
        say(second.export() == export, f"export, import, export: {len(export)} equal bytes")

        originals = os.path.join(temporary, "originals", "")
        first.run("export", "--all", "--format", "original", "-o", originals)
        given = {sha256(path) for path in files_in([originals])}
        known = {sha256(path): path for path in files if os.path.getsize(path)}
        alone = {row["name"] for row in sources}
        missing = [path for key, path in known.items() if key not in given and path in alone]
        say(not missing, f"the originals of {len(given)} sources are the files {missing}")

        for name, one in (("imported", first), ("from the export", second)):
            one.run("doctor")  # ends the script when it finds something
            say(True, f"doctor finds nothing in the workspace that was {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
