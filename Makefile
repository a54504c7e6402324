# One command each, in a fresh clone: they make .venv if need be, then do what their name says.
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
INSTALLED := .venv/.installed
PEERS := .venv/.peers

.PHONY: help install demo test check bench nightly
.DEFAULT_GOAL := help

help:
	@echo "make demo     scaffold a module, sync it, type-check it, run it with the samples"
	@echo "make test     every test; what needs a service that is not here is skipped with its reason"
	@echo "make check    format, lint, types, import contracts, samples in sync"
	@echo "make bench    peers and floors side by side; writes benchmarks/results.json (QUICK=1: a minute, and writes nothing)"
	@echo "make nightly  the long profiles of the tests"

install: $(INSTALLED)

$(INSTALLED): pyproject.toml runtime/pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "coregen needs Python 3.11 or later, and $(PYTHON) is: $$($(PYTHON) --version 2>&1). Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "making .venv ($$($(PYTHON) --version))"; $(PYTHON) -m venv .venv; }
	@echo "installing both distributions and the tools of constraints.txt (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable ./runtime --editable . --group dev
	@touch $@

demo: $(INSTALLED)
	@$(BIN)/python -m sample_modules.demo

test: $(INSTALLED)
	@echo "tests, on $(JOBS) workers"
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile

check: $(INSTALLED)
	@echo "format";           $(BIN)/black --quiet --check . || { $(BIN)/black --check . ; exit 1; }
	@echo "lint";             $(BIN)/ruff check --quiet .
	@echo "types";            $(BIN)/mypy
	@echo "import contracts"; $(BIN)/lint-imports --no-logo
	@echo "samples in sync";  $(BIN)/coregen sync --check

$(PEERS): $(INSTALLED)
	@echo "installing the peers of the benchmarks (once)"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --build-constraint constraints.txt --editable ./runtime --editable ".[bench]"
	@touch $@

bench: $(PEERS)
	@$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

nightly: $(INSTALLED)
	@echo "tests, the long profile"
	@COREGEN_TEST_PROFILE=nightly $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile
