# Each command first sets up all it needs, in .venv. Wanted: make, and Python 3.11 or newer (or uv).
BIN := .venv/bin
INSTALL := $(BIN)/uv pip install -q --python $(BIN)/python
PROJECTS := $(wildcard pyproject.toml plugins/*/pyproject.toml)

.PHONY: demo test chaos bench lint types docs screens wheels lock clean

demo: .venv/ready
	$(BIN)/etl-host run examples/gtfs/pipeline.yaml --embedded
	@echo 'Look at it: $(BIN)/etl-host query "MATCH (s:Stop) RETURN s.stop_name LIMIT 5" --embedded'

test: .venv/ready
	$(BIN)/pytest

# Loads that are killed, cut off and paused in every window, several times; the tests have a short form of it.
# make chaos PARTS="neo4j-5 mutants" LANES=2 PREFETCH=2 TABLE=chaos.md
chaos: .venv/ready
	PYTHONPATH=.:tests/support $(BIN)/python -m tests.chaos.campaign $(PARTS) \
	    $(LANES:%=--lanes %) $(PREFETCH:%=--prefetch %) $(TABLE:%=--table %)

# Beside the bare driver and others, half an hour and longer; writes benchmarks/results.md and the picture in the documentation.
# make bench PARTS="nodes relationships" ROUNDS=3 SCALE=0.1
bench: .venv/ready
	PYTHONPATH=.:tests/support $(BIN)/python -m benchmarks $(PARTS) $(ROUNDS:%=--rounds %) $(SCALE:%=--scale %)

lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: .venv/ready
	$(BIN)/mypy
	for plugin in plugins/*/; do $(BIN)/mypy $$plugin || exit 1; done

docs: .venv/ready
	$(BIN)/sphinx-build -q -W --keep-going docs docs/_build

# the pictures of terminals, from real runs
screens: .venv/ready
	$(BIN)/python docs/screens.py

wheels: .venv/ready
	$(BIN)/uv build -q --all-packages --wheel --out-dir dist

# The newest versions that the pyproject.toml files allow, for every platform and Python; nothing of where they came from.
lock: | $(BIN)/uv
	$(BIN)/uv lock -q --upgrade
	$(BIN)/uv export -q --all-packages --all-extras --all-groups --no-emit-workspace --no-header -o requirements.txt
	! grep -n '://\|^-' requirements.txt

clean:
	rm -rf .venv dist docs/_build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# (when the check names a package that is not installed, requirements.txt is behind: make lock)
.venv/ready: requirements.txt $(PROJECTS) | $(BIN)/uv
	$(INSTALL) -r requirements.txt
	$(INSTALL) --no-deps $(PROJECTS:%pyproject.toml=-e ./%)
	$(BIN)/uv pip check -q --python $(BIN)/python
	@touch $@

# Debian's python3 may have no ensurepip (then its pip serves the venv from outside); a python3 may be too old.
$(BIN)/uv:
	@for p in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    echo "setting up .venv with $$p"; \
	    "$$p" -m venv --clear .venv >/dev/null 2>&1 || "$$p" -m venv --clear --without-pip .venv || continue; \
	    $(BIN)/python -m pip install -q uv 2>/dev/null || "$$p" -m pip --python $(BIN)/python install -q uv || continue; \
	    exit 0; \
	done; \
	uv venv -q --clear --python '>=3.11' .venv && uv pip install -q --python $(BIN)/python uv || \
	{ echo 'wanted: Python 3.11 or newer with venv (on Debian: apt install python3-venv), or uv' >&2; exit 1; }
