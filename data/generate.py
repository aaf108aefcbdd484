"""Write the data sets of this folder anew: `python data/generate.py`.

The grammars are in rnn_edu/grammars. The same bytes come out on every machine.
"""

from __future__ import annotations

import os
from pathlib import Path

from rnn_edu.grammars.shipped import shipped_files, truth_file

FOLDER = Path(__file__).parent


def main() -> None:
    """Write every generated file beside its place, then move it there."""
    for name, text in {**shipped_files(), "truth.json": truth_file()}.items():
        beside = FOLDER / f"{name}.new"
        beside.write_bytes(text.encode())
        os.replace(beside, FOLDER / name)
        print(f"{name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
