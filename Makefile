# Everything a developer or a visitor types, from a bare checkout with python3 (and its venv), make and
# a package index. `make` alone lists the targets. Works with GNU make 3.81 (macOS) and later.

PYTHON ?= python3
VENV := .venv
RENDER := .venv-render
BIN := $(VENV)/bin
OUT := build/demo
# Test processes: the suite is bound by the processor, and two landmarkers fit in 4 GB.
WORKERS ?= 2
# Further options for pytest, such as PYTEST_OPTIONS="-k contour".
PYTEST_OPTIONS ?=
# Further options for the accuracy run: ACCURACY_OPTIONS=--readme also updates the three numbers of README.md.
ACCURACY_OPTIONS ?=
# `make coverage` fails below this share of lines and branches, percent.
COVERAGE_FLOOR ?= 89
# CPU builds of torch: on Linux the index's own wheel brings gigabytes of CUDA; to avoid it, set
# TORCH_OPTIONS="--index-url https://download.pytorch.org/whl/cpu".
TORCH_OPTIONS ?=
TORCH := torch==2.13.0

# Errors only: other output hides what the targets themselves print.
PIP := -m pip install --quiet --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
# Two installs into one environment must not overlap.
.NOTPARALLEL:
.PHONY: help install-matrix licences sbom demo docs test coverage lint layout-check format slow samples exercise-pictures population nuisances error-budget compare-models accuracy models calibration bench bench-long soak robustness endurance fuzz screenshots hooks messages clean distclean python preflight

help: ## list these targets
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

##@ Use

# The hollow back comes last: its answer stays on the screen.
demo: preflight $(VENV)/.run ## analyse three samples (filmed from the front, neutral, hollow back) into build/demo
	@for clip in run_front run_neutral run_hollow; do \
	  echo; echo "== posture samples/$$clip.mp4 --out $(OUT)/$$clip"; \
	  $(BIN)/posture samples/$$clip.mp4 --out $(OUT)/$$clip || exit 1; \
	done; \
	echo; echo "Look at the page of the last one: $(BIN)/posture $(OUT)/run_hollow --open"; \
	echo "Use your own clips in the browser:  $(BIN)/posture app"

docs: preflight $(VENV)/.docs ## build the documentation into build/docs, strictly and offline
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "open build/docs/index.html"

##@ Check

test: preflight $(VENV)/.test ## check style and types, run all tests except the slow ones
	@.ci/system-packages strace chromium xvfb xdotool
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not slow' --durations=10 $(PYTEST_OPTIONS)

lint: $(VENV)/.test ## check style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

layout-check: python ## count import circles, long functions, riddles and lines against their limits
	@$(PYTHON) tools/layout_check.py

slow: preflight $(VENV)/.test ## run the slow tests: whole accuracy suite, documented commands
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m slow $(PYTEST_OPTIONS)

coverage: preflight $(VENV)/.test ## run the tests with coverage (a fifth slower); fails below COVERAGE_FLOOR
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not slow' --cov --cov-report=term:skip-covered \
	  --cov-fail-under=$(COVERAGE_FLOOR) $(PYTEST_OPTIONS)

# As the command does.
bench bench-long: export OPENBLAS_NUM_THREADS = 1

bench: preflight $(VENV)/.test ## time analyze, page and film against a bare loop, and their memory; the app against a batch (10 minutes)
	$(BIN)/python tests/bench/bench_speed.py
	$(BIN)/python tests/bench/bench_film.py
	$(BIN)/python tests/bench/bench_profile.py
	$(BIN)/python tests/bench/bench_app.py

bench-long: preflight $(VENV)/.test ## by length, size, frame rate and people too: docs/validation/speed.* (most of an hour)
	$(BIN)/python tests/bench/bench_speed.py --long --peers --json docs/validation/speed.json
	$(BIN)/python tests/bench/speed_page.py

soak: preflight $(VENV)/.test ## run posture live for half an hour; watch rate, delay and memory
	$(BIN)/python tests/live/soak.py

robustness: preflight $(VENV)/.test ## analyse hostile clips, kill every command; resumable (half an hour): build/robustness
	$(BIN)/python tests/robustness/run_corpus.py build/robustness/corpus.jsonl
	$(BIN)/python tests/robustness/run_kills.py build/robustness/kills.jsonl

fuzz: preflight $(VENV)/.test ## fuzz what reads JSON from strangers for an hour, guided by coverage (Linux): build/fuzz
	$(BIN)/python $(PIP) 'atheris>=3,<4'
	$(BIN)/python tests/robustness/fuzz.py build/fuzz -max_total_time=3600

endurance: preflight $(VENV)/.test ## watch two hours of video, 1000 analyses and a day of live for growth; resumable (a day)
	$(BIN)/python tests/robustness/run_endurance.py build/endurance

install-matrix: $(VENV)/.test ## install wheel, sdist and checkout with every Python at hand (minutes, resumable; needs uv)
	$(BIN)/python tools/install_matrix.py

licences: $(VENV)/.test ## write the licences of all dependencies into docs/reference/licences.md
	$(BIN)/python tools/licences.py

sbom: $(VENV)/.run ## write a software bill of materials (CycloneDX) to build/sbom.json; needs uv
	mkdir -p build
	uvx --from 'cyclonedx-bom>=7,<8' cyclonedx-py environment --output-reproducible -o build/sbom.json $(BIN)/python

hooks: $(VENV)/.test ## let git run the quick checks before each commit
	$(BIN)/pre-commit install

##@ Validate

accuracy: preflight $(VENV)/.test ## measure the stored test people again: docs/validation/{accuracy,limits,nuisances}.* (minutes)
	$(BIN)/python -m validation.accuracy $(ACCURACY_OPTIONS)
	$(BIN)/python -m validation.accuracy.running_numbers

calibration: preflight $(VENV)/.test ## fit mask error, measuring error, clothing, verdict and running numbers again: models/*.json (minutes)
	$(BIN)/python -m validation.calibration.mask_bias
	$(BIN)/python -m validation.calibration.measuring_error
	$(BIN)/python -m validation.calibration.clothing
	$(BIN)/python -m validation.calibration.running_numbers
	$(BIN)/python -m validation.calibration.verdict

error-budget: $(RENDER)/.render ## split the error into view, shape, arms and mask: docs/validation/error-budget.* (ten minutes)
	$(RENDER)/bin/python -m validation.accuracy.render_error_budget

compare-models: $(RENDER)/.render ## compare the pose models: docs/validation/pose-models.* (half an hour)
	$(RENDER)/bin/python -m validation.accuracy.render_model_comparison

models: $(RENDER)/.render ## fit the shape model of the back again: models/back_outline.json
	$(RENDER)/bin/python -m validation.calibration.shape_model

population: $(RENDER)/.render ## render people with known truth into validation/population/data (hours, resumable)
	$(RENDER)/bin/python -m validation.population.render
	$(RENDER)/bin/python -m validation.population.store
	$(RENDER)/bin/python -m validation.population.leg_truth

nuisances: $(RENDER)/.render $(VENV)/.test ## render clips with obstacles, packs, bad light, others: validation/nuisances/data (hours, resumable)
	$(RENDER)/bin/python -m validation.nuisances.render
	$(BIN)/python -m validation.nuisances.observe
	$(BIN)/python -m validation.nuisances.store

samples: $(RENDER)/.render ## render samples/*.mp4, their truth and docs/images/result.jpg and film.jpg again (minutes)
	$(RENDER)/bin/python -m validation.rendering.make_samples
	$(RENDER)/bin/python -m validation.rendering.make_picture

##@ Release

messages: $(VENV)/.test ## collect the texts, update the catalogues and compile them
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping=pyproject.toml --keywords=gettext_noop --add-location=file --no-wrap \
	  --project=posture --copyright-holder='the posture authors' --output=build/posture.pot .
	$(BIN)/pybabel --quiet update --domain=posture --input-file=build/posture.pot --output-dir=posture/locales \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap --init-missing --locale=de
	@# It mistakes "90 % of" for a placeholder and complains; tests/test_messages.py checks the real ones.
	-$(BIN)/pybabel --quiet compile --domain='posture click' --directory=posture/locales --statistics 2>/dev/null

screenshots: preflight $(VENV)/.test ## take the pictures of README and docs again: docs/images (needs Chromium)
	$(BIN)/python -m tools.screenshots

exercise-pictures: $(RENDER)/.render ## draw posture/exercises/pictures again (a minute)
	$(RENDER)/bin/python -m validation.rendering.make_exercise_pictures

clean: ## remove results, builds and caches, keep the environments
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find posture tests validation tools models .ci -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environments too
	rm -rf $(VENV) $(RENDER)

# --- what the targets depend on ----------------------------------------------------------------------

# Written for any Python, so that an old one prints its line too.
python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) was not found. Install Python 3.11-3.14 or name one: make PYTHON=/path/to/python3"; \
	  exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
	  echo "make: $(PYTHON) is $$($(PYTHON) -V 2>&1), but 3.11-3.14 is needed. Name one: make PYTHON=python3.12"; \
	  exit 1; } >&2

preflight: python
	@$(PYTHON) .ci/preflight.py

# An existing environment is kept: these stamp files record what was installed into it. `python` is an order-only
# prerequisite, so that it is checked but never makes a stamp out of date.
$(VENV)/.made: | python
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	@echo "installing the package into $(VENV) (the first time takes a minute or two)"
	$(BIN)/python $(PIP) --editable '.[app]'
	@touch $@

# The test extra contains all that .run needs.
$(VENV)/.test: $(VENV)/.made pyproject.toml
	@echo "installing the package and the test tools into $(VENV) (the first time takes a minute or two)"
	$(BIN)/python $(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.run

$(VENV)/.docs: $(VENV)/.run pyproject.toml
	@echo "installing the documentation tools into $(VENV)"
	$(BIN)/python $(PIP) --editable '.[docs]'
	@touch $@

$(RENDER)/.made: | preflight
	$(PYTHON) -m venv $(RENDER)
	@touch $@

# torch goes first, so that the build chosen here satisfies the extra.
$(RENDER)/.render: $(RENDER)/.made pyproject.toml
	$(RENDER)/bin/python $(PIP) $(TORCH_OPTIONS) '$(TORCH)'
	$(RENDER)/bin/python $(PIP) --editable '.[render]'
	@touch $@
