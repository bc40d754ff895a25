"""Writes wheels for tests, as pip wants them.

    python3 make-wheels.py DIRECTORY < specification.json

The specification is a list of {name, version, tag, files: {path: bytes in base64}, bare?, repeat?}. `bare` leaves out the
metadata, so that the zip is no wheel; `repeat` names a file that is written twice.
"""

import base64
import json
import os
import sys
import warnings
import zipfile

warnings.simplefilter("ignore")
for wheel in json.load(sys.stdin):
    stem = f"{wheel['name'].replace('-', '_')}-{wheel['version']}"
    info = f"{stem}.dist-info"
    with zipfile.ZipFile(os.path.join(sys.argv[1], f"{stem}-py3-none-{wheel['tag']}.whl"), "w", zipfile.ZIP_DEFLATED) as out:
        for path, content in wheel["files"].items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if "/bin/" in path else 0o100644) << 16
            out.writestr(entry, base64.b64decode(content))
            if path == wheel.get("repeat"):
                out.writestr(entry, base64.b64decode(content))
        if not wheel.get("bare"):
            out.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {wheel['name']}\nVersion: {wheel['version']}\n")
            out.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{wheel['tag']}\n")
            out.writestr(f"{info}/RECORD", "")
