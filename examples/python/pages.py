"""Writes each chat as a page into a folder, with an index: pages.py WORKSPACE PATH FOLDER"""

import json
import pathlib
import sys

import kato

with kato.open(sys.argv[1]) as store:
    store.import_path(sys.argv[2])
    paths = store.export_files(sys.argv[3], format="html", thinking=False, on_loss=lambda loss: print(json.dumps(loss)))
    for path in paths:
        print(pathlib.Path(path).name)
