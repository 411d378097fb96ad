"""The kato program as the scripts here use it: import a path, and get all of it back in one format."""

import os
import subprocess
import tempfile


def exported(kato, path, form):
    """Gives the lines of `kato export --format FORM` over PATH, imported into a workspace of its own."""

    def run(*arguments):
        return subprocess.run([os.path.abspath(kato), "--root", root, *arguments], stdout=subprocess.PIPE)

    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "workspace")
        done = run("import", "-q", path)
        if done.returncode not in (0, 6):  # 6: it is kept, but nothing or not all of it was understood
            raise SystemExit(f"kato import failed: {done.returncode}")
        out = run("export", "--all", "--format", form)
        if out.returncode != 0:
            raise SystemExit(f"kato export failed: {out.returncode}")
        return out.stdout.splitlines()
