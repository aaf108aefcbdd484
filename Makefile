# The two commands are `make book` and `make test`; `make help` lists the rest.
# Needs a POSIX shell and Python 3.11 to 3.13. Without make (Windows): see README.md.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup book pdf offline test lint format workbooks serve constraints licences clean

help:  ## list what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

book: $(READY)  ## build the book, its workbooks included, into _build/html
	@$(PY) tools/build_book.py

pdf: book  ## print the whole book into _build/pdf, where Chromium is installed
	@$(PY) tools/print_book.py

offline: book  ## pack the book into one zip file, to read without a network
	@$(PY) tools/pack_offline.py

test: $(READY)  ## run every check: style, types, book, tests, notebooks, browser
	@$(PY) tools/run_checks.py

lint: $(READY)  ## style and types only
	@$(PY) tools/run_checks.py --only style types

format: $(READY)  ## put the code into its form, in modules and notebooks
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

workbooks: $(READY)  ## write the Excel workbooks and worksheets into chapters/workbooks
	@$(PY) -m rnn_edu workbooks chapters/workbooks --worksheets

serve: book  ## build the book and serve it at http://localhost:8000
	@$(PY) -m http.server --directory _build/html --bind localhost 8000

setup: $(READY)  ## make the virtual environment only

# An older one would end in a riddle of pip's, since packages that are needed ask for 3.11.5.
define FITTING
import sys
found = sys.version_info[:3]
if not (3, 11, 5) <= found < (3, 14):
    sys.exit("%s is Python %d.%d.%d, but the book needs 3.11.5 to 3.13; name another one: "
             "make PYTHON=python3.12 book" % (sys.argv[1], *found))
endef
export FITTING

$(READY): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c "$$FITTING" $(PYTHON)
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the book needs into $(VENV) (only when the requirements change)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

constraints: $(READY)  ## write constraints.txt anew from what is installed
	@$(PY) tools/pin_versions.py
	@$(PY) tools/list_licences.py

licences: $(READY)  ## write LICENSES.md anew from what is installed
	@$(PY) tools/list_licences.py

clean:  ## remove what was built (the virtual environment stays)
	@rm -rf _build chapters/workbooks .pytest_cache .mypy_cache .ruff_cache *.egg-info
