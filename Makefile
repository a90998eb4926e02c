# Two commands do all the set-up: `make demo` and `make test`. Both create .venv, with uv where it is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
TEST := $(VENV)/.installed-test

.PHONY: demo test static suite unit dev console shots example bench conformance hostile lint clean

demo: $(RUN)                ## the program with the bundled server and the offline model
	$(BIN)/tuui-sampling demo

test: $(TEST)               ## everything that must be green: style, types, import contracts, tests; side by side
	@echo "ruff, its format and mypy, and beside them the whole suite with its import"
	@echo "contracts: about 7 minutes on 2 cores."
	@$(MAKE) --no-print-directory -j2 static suite

static: $(TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Six on two cores: a good part of what tests do is to wait for processes, terminals and what has to rest for a while.
suite: $(TEST)
	$(BIN)/pytest -n 6 --dist worksteal

unit: $(TEST)               ## the inner loop: tests that start no process, draw no screen and take no fifth of a second
	$(BIN)/pytest -q -n 2 --dist worksteal -m 'unit and not long'

dev: $(TEST)                ## set up for working on the program
	@echo "ready: . $(BIN)/activate"

console: $(TEST)            ## Textual's developer console; then `make dev` and `textual run --dev` in another terminal
	$(BIN)/textual console

shots: $(TEST)              ## draw the pictures in screenshots/ anew
	$(BIN)/python screenshots/make_shots.py

example: $(RUN)             ## write config.example.toml and the JSON Schema anew, from the declared settings
	$(BIN)/python -m tuui_sampling.config.written.example

bench: $(TEST)              ## what it costs, as ratios against the bare SDK and an empty app in one run
	$(BIN)/python -m tests.bench

conformance: $(TEST)        ## every client scenario of the MCP conformance suite, as a table (needs npm)
	$(BIN)/python -m tests.conformance

hostile: $(TEST)            ## what hostile servers, models, files and terminals do, as a table with each row's tests
	$(BIN)/python -m tests.scenes.hostile

lint: $(TEST)               ## style and types only, with what can be fixed fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) .cache build dist

# pip before 25.1 does not know dependency groups, so it is brought up to date first.
$(RUN): pyproject.toml
	@echo "Setting up $(VENV), once: downloading and installing about 70 packages."
	@echo "This takes about a minute; with uv a few seconds."
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing --python '>=3.11' $(VENV) && uv pip install -q --python $(BIN)/python -e .; \
	else \
	  echo "  1 of 3: a virtual environment"; $(PYTHON) -m venv $(VENV) \
	  && echo "  2 of 3: pip" && $(BIN)/python -m pip install -q --upgrade 'pip>=25.1' \
	  && echo "  3 of 3: this program and what it is built on" && $(BIN)/python -m pip install -q --progress-bar on -e .; \
	fi
	@touch $@
	@echo "Done."

$(TEST): pyproject.toml $(RUN)
	@echo "Adding what the tests need: pytest, ruff, mypy, and an engine on a tiny model."
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --python $(BIN)/python -e . --group test --group engine; \
	else \
	  $(BIN)/python -m pip install -q -e . --group test --group engine; \
	fi
	@echo "Compiling the tests, once and not in each worker."
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -qqq --collect-only -p no:syrupy >/dev/null
	@touch $@
