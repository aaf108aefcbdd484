"""Packs the built book into one file to read without a network: `make offline`.

    python tools/pack_offline.py

The same pages always give the same bytes: files in the order of their names, all of one date.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from rnn_edu.whole_files import replacing

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "_build" / "html"
FOLDER = "recurrent-networks-by-hand"
PACKED = ROOT / "_build" / f"{FOLDER}.zip"
# A zip file knows no earlier day.
DATE = (1980, 1, 1, 0, 0, 0)
READ_ME = """\
Open index.html in a browser. Nothing else is needed: no network, no program.
"""


def main() -> int:
    """Packs the book; returns 0 if it was built, else 1."""
    if not (PAGES / "index.html").is_file():
        print("There is no built book to pack: run `make book` first.")
        return 1
    pack(PAGES, PACKED)
    print(f"Packed into {PACKED.relative_to(ROOT)}, {PACKED.stat().st_size / 2**20:.1f} MiB.")
    return 0


def pack(pages: Path, target: Path) -> None:
    """Writes all files of a folder, and a word of welcome, into a zip file in one go."""
    with (
        replacing(target) as beside,
        zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
    ):
        add(packed, "READ ME.txt", READ_ME.encode())
        for path in sorted(path for path in pages.rglob("*") if path.is_file()):
            add(packed, path.relative_to(pages).as_posix(), path.read_bytes())


def add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Adds a file that everybody may read, whatever the system it is packed on."""
    entry = zipfile.ZipInfo(f"{FOLDER}/{name}", DATE)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, data)


if __name__ == "__main__":
    sys.exit(main())
