"""Calculations to play with in the page: their data and scripts, only where a page has one.

A chapter holds ``<div data-walkthrough="KEY">words for readers without scripts</div>``, where KEY
is one of :data:`rnn_edu.calculations.CALCULATIONS`, or ``<div data-picture="NAME">`` for one of
the small moving pictures. A picture that shows the numbers of a walkthrough says so with
``data-of="KEY:STEP"``; the picture ``choosing`` has its words in ``data-chances="the 0.5|a 0.5"``.
Or ``<div data-network="KEY ...">`` for trained networks, each one of
:data:`rnn_edu.page.trained.NETWORKS`; or ``<div data-own>`` for a calculation in a reader's file.
With ``data-trained`` a calculation can be switched to the weights after training, and with
``data-trained="first"`` it begins with them. ``data-documents="very good=1|very bad=0"`` says which
documents a network is trained on: their answers stand beside the drawing, and it learns from all.
The words stay where scripts do not run.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from rnn_edu.calculations import CALCULATIONS, after_training
from rnn_edu.marking.page_data import mistakes_json
from rnn_edu.page import SCRIPTS
from rnn_edu.page.trained import NETWORKS, stored, stored_text
from rnn_edu.walkthrough.widget import widget_json

logger = logging.getLogger(__name__)

FOLDER = "play"
PICTURES = ("attention", "choosing", "gates", "powers", "temperature")

WALKTHROUGH = re.compile(r'data-walkthrough="([^"]*)"')
TRAINED = re.compile(r'data-walkthrough="([^"]*)"[^>]*? data-trained[ =>]')
PICTURE = re.compile(r'data-picture="([^"]*)"')
NETWORK = re.compile(r'data-network="([^"]*)"')
OWN = "<div data-own>"
OF = re.compile(r'data-of="([^":]*):[^"]*"')


def connect(app: Sphinx) -> None:
    """Copies the scripts when a build starts, and looks at every page for places to play."""
    app.connect("builder-inited", copy_scripts)
    app.connect("html-page-context", prepare_page)


def copy_scripts(app: Sphinx) -> None:
    """Copies scripts and styles beside the pages' other static files."""
    if app.builder.format == "html":
        target = Path(app.outdir) / "_static" / FOLDER
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(SCRIPTS, target)


def prepare_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Gives a page with something to play its script, its styles, its data and its workbooks."""
    body = context.get("body") or ""
    if app.builder.name != "html":  # one long page, to be printed, has the words instead
        return
    keys = set(WALKTHROUGH.findall(body)) | set(OF.findall(body))
    pictures = set(PICTURE.findall(body))
    networks = {key for place in NETWORK.findall(body) for key in place.split()}
    wanted, there = keys | pictures | networks, {*CALCULATIONS, *PICTURES, *NETWORKS}
    if not wanted and OWN not in body:
        return
    for name in sorted(wanted - there):
        known = ", ".join(sorted(there))
        logger.warning("There is nothing to play called %s: use one of %s.", name, known)
    for key in sorted(keys & set(CALCULATIONS)):
        write_data(Path(app.outdir) / "_static" / FOLDER / "data", key)
        write_mistakes(Path(app.outdir) / "_static" / FOLDER / "mistakes", key)
    for key in sorted(set(TRAINED.findall(body)) & set(CALCULATIONS)):
        write_trained(Path(app.outdir) / "_static" / FOLDER / "trained", key)
    app.add_css_file(f"{FOLDER}/play.css")
    if networks:
        write_networks(Path(app.outdir) / "_static" / FOLDER / "networks")
    if networks or OWN in body:
        app.add_css_file(f"{FOLDER}/writer.css")
    app.add_js_file(f"{FOLDER}/start.js", loading_method="defer")
    context["body"] = with_workbooks(body, workbook_addresses(app, context["pathto"]))


def write_data(folder: Path, key: str) -> None:
    """Writes the data of a calculation as a script, which a page from a disk can read too."""
    folder.mkdir(parents=True, exist_ok=True)
    data = widget_json(CALCULATIONS[key].build())
    write_script(folder / f"{key}.js", "rnnEduWalkthroughs", key, data)


def write_mistakes(folder: Path, key: str) -> None:
    """Writes the mistakes of a calculation, which a page fetches when it is asked to mark."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = mistakes_json(CALCULATIONS[key].build())
    write_script(folder / f"{key}.js", "rnnEduMistakes", key, rules)


def write_trained(folder: Path, key: str) -> None:
    """Writes the weights that a calculation has after training, by their places."""
    folder.mkdir(parents=True, exist_ok=True)
    quantities = after_training(CALCULATIONS[key].build()).quantities
    weights = {
        at: quantity.value.ravel().tolist()
        for at, quantity in enumerate(quantities)
        if quantity.role == "weight"
    }
    write_script(folder / f"{key}.js", "rnnEduTrained", key, json.dumps(weights))


def write_script(path: Path, table: str, key: str, data: str) -> None:
    """Writes JSON as a script that puts it into a table of the page."""
    script = f'(window.{table} = window.{table} || {{}})["{key}"] = {data.strip()};\n'
    path.write_text(script, encoding="utf-8", newline="\n")


def write_networks(folder: Path) -> None:
    """Writes each trained network as a script, and a list of what they are and how large."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {}
    for key in NETWORKS:
        path = folder / f"{key}.js"
        write_script(path, "rnnEduNetworks", key, stored_text(key))
        network = stored(key)
        about[key] = {
            "title": network.title,
            "about": network.about,
            "kilobytes": round(path.stat().st_size / 1000),
        }
    text = f"window.rnnEduNetworkList = {json.dumps(about)};\n"
    (folder / "list.js").write_text(text, encoding="utf-8", newline="\n")


def workbook_addresses(app: Sphinx, pathto: Any) -> dict[str, str]:
    """Where the built book keeps each workbook that a page offers, by its key."""
    return {
        Path(source).stem: pathto(f"_downloads/{target}", 1)
        for source, (_, target) in app.env.dlfiles.items()
        if source.endswith(".xlsx")
    }


def with_workbooks(body: str, addresses: dict[str, str]) -> str:
    """The page with the address of its workbook beside each walkthrough.

    Example:
        >>> with_workbooks('<div data-walkthrough="half">', {"half": "half.xlsx"})
        '<div data-walkthrough="half" data-workbook="half.xlsx">'
    """

    def with_address(place: re.Match[str]) -> str:
        address = addresses.get(place[1])
        return f'{place[0]} data-workbook="{address}"' if address else place[0]

    return WALKTHROUGH.sub(with_address, body)
