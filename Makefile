# Two commands: `make run` starts everything for a trial, `make test` runs every check.
# While you work: `make check` looks at what changed since a commit, SINCE=HEAD~1 unless you name another.
# Needed: python3 (3.11 or newer) with its venv module, make, and a package network. Nothing else, and no root.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAY := sh tools/step.sh
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
SINCE ?= HEAD~1
INPUTS := pyproject.toml constraints.txt package.json package-lock.json hatch_build.py

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-test run test check lint types unit changed bench

help:
	@echo "make run    set up and start web, worker and simulator with a demonstration case"
	@echo "make test   set up and run every check"
	@echo "make check  lint, types and the tests of what changed since a commit: make check SINCE=main"
	@echo "also: setup, setup-test, lint, types, unit, bench"

setup: $(VENV)/.run

setup-test: $(VENV)/.test node_modules/.ready .cache/browser/.ready

run: setup
	@exec $(BIN)/breach demo

test: lint
	@$(MAKE) --no-print-directory --jobs 2 types unit

check: lint
	@$(MAKE) --no-print-directory --jobs 2 types changed

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/check_lines.py

types: setup-test
	$(BIN)/mypy

# Compiled files are kept, whatever the machine is set to: the tests start some hundred processes of ours.
unit: setup-test
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist worksteal

changed: setup-test
	@tests=$$($(BIN)/python -m tools.changed_tests $(SINCE)) && \
	  env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -q -n 2 --dist worksteal $$tests

bench: setup
	$(BIN)/breach bench all

$(VENV)/.made:
	@$(SAY) "looking at $(PYTHON)" "install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3 setup" \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'
	@$(SAY) "looking for Python's venv module" "install it (on Debian and Ubuntu: the package python3-venv)" \
	  $(PYTHON) -c 'import ensurepip, venv'
	@$(SAY) "making $(VENV)" "remove the folder $(VENV) and see that this folder can be written and the disk is not full" \
	  $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made $(INPUTS)
	@$(SAY) "installing Breach Desk, what it needs, and the pages' assets" \
	  "see that the package network is reachable, then run make again: it goes on where it stopped" \
	  $(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.made $(INPUTS)
	@$(SAY) "installing Breach Desk, what it and its tests need, and the pages' assets" \
	  "see that the package network is reachable, then run make again: it goes on where it stopped" \
	  $(PIP) --editable '.[test]'
	@touch $(VENV)/.run $@

node_modules/.ready: $(VENV)/.test package.json package-lock.json
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(SAY) "fetching the browser and axe" \
	  "see that the package network is reachable, then run make again" \
	  $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.cache/browser/.ready: node_modules/.ready tests/tools/unpack_browser.py
	@$(SAY) "unpacking the browser" "see that 250 MB are free on the disk, then run make again" \
	  $(BIN)/python -m tests.tools.unpack_browser node_modules/@sparticuz/chromium/bin .cache/browser
	@touch $@
