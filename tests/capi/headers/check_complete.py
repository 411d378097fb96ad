"""Every public header has its test: the list in meson.build names each file of include/kato.

usage: check_complete.py MESON_BUILD INCLUDE_KATO
"""

import pathlib
import re
import sys

listed = re.search(r"foreach header : \[([^\]]*)\]", pathlib.Path(sys.argv[1]).read_text()).group(1)
tested = set(re.findall(r"'(\w+)'", listed))
headers = {path.name.split(".")[0] for path in pathlib.Path(sys.argv[2]).iterdir() if ".h" in path.suffixes}
print(f"tested: {sorted(tested)}")
if not headers or tested != headers:
    sys.exit(f"the list differs from the folder: {sorted(tested ^ headers)}")
