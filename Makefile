# Every target sets up its own environment; nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## List what make can do
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMP) ## Create .venv from the locked dependencies

# A lock names all there is to install, so nothing is resolved (--no-deps): pip would look for a newer release of
# what a locked package asks for with an extra, and refuse the lock on the day there is one. `make check` checks it.
# The last pip is -qq: setuptools warns at every editable installation, and nobody can act on it.
$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "meshtrail needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo
demo: setup ## From a stack config to proof, on an AWS in a box (BREAK=<fault> shows that it can fail)
	@$(BIN)/meshtrail demo $(if $(BREAK),--break $(BREAK))

# What `make pulumi` builds is found last: a Pulumi that is installed goes before. A file's tests run in one process and
# in their order: what they share is built once, and some tell one story.
.PHONY: test
test: export PATH := $(PATH):$(shell ci/build-pulumi --where)
test: setup ## Run the tests; those of Pulumi's own engine too, where it is installed or built
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

.PHONY: thorough
thorough: export PATH := $(PATH):$(shell ci/build-pulumi --where)
thorough: setup ## Run the tests that take long besides: every example stack by Pulumi's own engine, every drift
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m thorough $(PYTEST_ARGS)

.PHONY: pulumi
pulumi: ## Build Pulumi's command line, once, unless it is installed (needs Go; about 10 minutes)
	@ci/build-pulumi

SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

FUZZ_VENV := build/fuzz-venv
.PHONY: fuzz
fuzz: $(FUZZ_VENV)/.installed ## Fuzz a reader (TARGET=record SECONDS=60; FUZZ=--merge keeps what is new)
	$(FUZZ_VENV)/bin/python -m tests.fuzz $(or $(TARGET),record) --seconds $(or $(SECONDS),60) $(FUZZ)

$(FUZZ_VENV)/.installed: requirements/dev.txt requirements/fuzz.txt
	$(PYTHON) -m venv $(FUZZ_VENV)
	$(FUZZ_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --no-deps -r requirements/dev.txt -r requirements/fuzz.txt
	@touch $@

.PHONY: bench
bench: setup ## Measure against peers and floors, about 23 minutes (BENCH_SCALE=0.1 for a quick look)
	@$(BIN)/python -m bench

.PHONY: check
check: setup ## Lint, format, types, the import rules and the installed packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m pip check

.PHONY: lock
lock: ## Resolve the dependencies again and lock them with hashes (needs uv)
	@for extra in verify sandbox oscal dev; do \
	  uv pip compile --quiet pyproject.toml --extra $$extra $(LOCK_OPTIONS) -o requirements/$$extra.txt || exit 1; done
	uv pip compile --quiet pyproject.toml $(LOCK_OPTIONS) -o requirements/pulumi.txt
	@for alone in oracle bench-trailscraper fuzz; do \
	  uv pip compile --quiet requirements/$$alone.in $(LOCK_OPTIONS) -o requirements/$$alone.txt || exit 1; done
LOCK_OPTIONS := --python-version 3.11 --universal --generate-hashes --only-binary :all: \
  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
