"""Writes constraints.txt from what is installed here.

python tools/pin_versions.py
"""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path

from list_licences import names_in, normal

from rnn_edu.whole_files import write_text

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "constraints.txt"
JUDGES = ROOT / "requirements-judges.txt"  # with versions of its own

HEAD = """\
# Exact versions of everything that requirements.txt pulls in, for Python 3.11 to 3.13.
# Renewed with `make constraints`, once the newest versions have passed the checks.
"""

OWN_OR_TOOLS = {"rnn-edu", "pip", "wheel"}

# Needed on one system only, so never found installed on another.
ONE_SYSTEM_ONLY = [
    'appnope==1.0.0; sys_platform == "darwin"',
    'colorama==0.4.6; sys_platform == "win32"',
]


def pins() -> list[str]:
    """One line per installed distribution, in the order of their names."""
    found = {dist.metadata["Name"]: dist.version for dist in distributions()}
    pinned_elsewhere = OWN_OR_TOOLS | names_in(JUDGES)
    lines = [
        f"{name}=={version}"
        for name, version in found.items()
        if normal(name) not in pinned_elsewhere
    ]
    return sorted([*lines, *ONE_SYSTEM_ONLY], key=str.lower)


def main() -> int:
    """Writes the file, whole or not at all."""
    write_text(TARGET, HEAD + "\n".join(pins()) + "\n")
    print(f"{TARGET.name}: {len(pins())} versions pinned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
