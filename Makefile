# What a user and a developer run; docs: CONTRIBUTING.md. Needs Debian 12 (or alike) with Python 3.11 or newer.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
export UV_PYTHON_DOWNLOADS = never
export UV_NO_PROGRESS = 1

.PHONY: demo setup setup-dev browser check test test-long bench conformance mutants lock vendor clean

demo: setup
	@exec $(BIN)/verbund demo

setup: $(VENV)/.runtime

setup-dev: $(VENV)/.dev

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Verbund needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ./scripts/install-debian python3-venv
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

browser:
	@command -v chromium >/dev/null || ./scripts/install-debian chromium fonts-liberation

check: setup-dev
	$(BIN)/ruff format --check src tests bench conformance scripts
	$(BIN)/ruff check src tests bench conformance scripts
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet src/verbund/portal

test: check browser
	$(BIN)/pytest -n 2

test-long: setup-dev browser
	$(BIN)/pytest -n 2 -m "long or not long"

conformance: setup-dev
	$(BIN)/python -m conformance

mutants: setup-dev
	$(BIN)/python scripts/mutate.py consent access

bench: setup-dev
	$(BIN)/python -m bench

# The lock files pin every package by hash; run after a change of the dependencies in pyproject.toml.
lock: | $(UV)
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock

# Brings in what the portal and the FHIR definitions need of the npm registry; the result is committed. Needs npm.
vendor: setup-dev
	$(BIN)/python -m scripts.vendor

clean:
	rm -rf $(VENV) .uv .verbund .mypy_cache .ruff_cache .pytest_cache .hypothesis
