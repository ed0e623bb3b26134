# The two commands of the README, and what they stand on. Each does its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL = VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes
INSTALL_SELF = VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
INSTALL_SELF = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif

.PHONY: run test test-full lint bench lock clean

run: $(VENV)/.run
	@$(BIN)/glassroom serve

# Two servers, two browsers and everything else share the machine; a test that only lost a race for it
# passes alone. Both runs are printed; whatever fails alone is broken.
test: $(VENV)/.dev lint
	@$(BIN)/python -m pytest -m "not full" -n 2 --dist loadgroup || { \
	  test $$? -eq 1 && echo "Once more, what failed, each test by itself:" && \
	  $(BIN)/python -m pytest -m "not full" --last-failed --last-failed-no-failures none --maxfail 1; }

test-full: $(VENV)/.dev lint
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --figures

lint: $(VENV)/.dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks

# A stamp is newer than the lock it was made from, so a second call starts at once.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Glassroom needs Python 3.11 or newer; choose one with make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up (once, a minute or two) …"; $(PYTHON) -m venv $(VENV); }
	@$(INSTALL) -r requirements.lock
	@$(INSTALL_SELF)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra build --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --upgrade -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -c requirements.lock \
	  -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
