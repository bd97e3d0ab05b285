# The executable manual: one verb each.
PYTHON ?= python3
BIN := .venv/bin
# Tests wait for processes and pauses of politeness more than they compute.
TESTERS ?= 3

.PHONY: install demo test lint types contracts bench bench-million format clean

install: .venv/.installed  ## make .venv with everything pinned

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tearsheet needs Python 3.11 or newer; run make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: install  ## run the main job against the sample newsroom on loopback
	@$(BIN)/tearsheet demo

test: install lint types contracts  ## linters, types, contracts, tests
	$(BIN)/pytest -q -n $(TESTERS) --dist loadfile

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

bench: install  ## every benchmark, as ratios against a peer in the same run
	for name in reading clutter workers cadence daemon together watch copies copies_real loop crawl search; do $(BIN)/python -m benchmarks.$$name; done

bench-million: install  ## a corpus of a million articles: 8 GB of disk, half an hour or more
	$(BIN)/python -m benchmarks.million

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
