# `make demo` and `make test` need Python 3.11 or newer (with venv), git and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATE := 2026-06-30
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo test test-static test-newest test-oldest bench clean

demo: $(VENV)/ready
	@test -e demo/leadline.yaml || $(BIN)/leadline init demo --leads 2000 --format parquet --until $(DATE)
	@cd demo && ../$(BIN)/leadline run --as-of $(DATE)
	@cd demo && echo && echo "The accounts to call first:" && \
	  ../$(BIN)/leadline accounts --as-of $(DATE) --committee --limit 5 2>/dev/null
	@cd demo && lead=$$(../$(BIN)/leadline leads --as-of $(DATE) --limit 1 --format csv 2>/dev/null \
	  | tail -n 1 | cut -d , -f 1) && echo && echo "Why the first lead has its scores:" && \
	  ../$(BIN)/leadline explain $$lead --as-of $(DATE)
	@echo && echo "The project is in demo/: leadline.yaml, rulesets/, data/ and the store leadline.duckdb."
	@echo "Change a number in demo/rulesets/b2b_saas/ruleset.yaml and run:  cd demo && ../$(BIN)/leadline leads --limit 10 --as-of $(DATE)"

# What uses one core goes side by side, then the tests that use them all.
test:
	$(MAKE) -j2 --output-sync=target $(VENV)/ready $(VENV)-oldest/ready
	$(MAKE) -j2 --output-sync=target test-static test-oldest
	$(MAKE) test-newest

test-static: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-newest: $(VENV)/ready
	$(BIN)/pytest -n auto --hypothesis-profile ci

# What could differ on the oldest DuckDB that leadline runs on.
test-oldest: $(VENV)-oldest/ready
	$(VENV)-oldest/bin/pytest -n auto --hypothesis-profile ci --cases 100 tests/oracle tests/store \
	  tests/test_agreement.py tests/test_fixtures.py tests/test_history_agreement.py

bench: $(VENV)/ready
	$(BIN)/python tests/bench/score.py
	PYTHONPATH=. $(BIN)/python tests/bench/history.py
	PYTHONPATH=. $(BIN)/python tests/bench/diff.py

clean:
	rm -rf $(VENV) $(VENV)-oldest demo

# uv where it is there, venv and pip where not.
$(VENV)/ready: EXTRA :=
$(VENV)-oldest/ready: EXTRA := "duckdb>=1.5,<1.6"
$(VENV)/ready $(VENV)-oldest/ready: pyproject.toml
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python ">=3.11" $(@D)
	$(UV) pip install --quiet --python $(@D)/bin/python -e ".[dev]" $(EXTRA)
else
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "leadline needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet -e ".[dev]" $(EXTRA)
endif
	touch $@
