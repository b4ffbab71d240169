# Everything a developer or a visitor types, from a bare checkout with python3 (and its venv), make and
# the package registry. `make` alone lists the targets. Works with GNU make 3.81 (macOS) and later.

PYTHON ?= python3
VENV := .venv
RENDER := .venv-render
BIN := $(VENV)/bin
OUT := build/demo
# Tests run in two processes: the suite is bound by the processor, and two landmarkers fit in 4 GB.
WORKERS ?= 2
# Further options for pytest, such as PYTEST_OPTIONS="-k contour".
PYTEST_OPTIONS ?=
# Further options for the self-test: ACCURACY_OPTIONS=--readme puts its table into README.md.
ACCURACY_OPTIONS ?=
# CPU builds of torch: on Linux the registry's own wheel brings gigabytes of CUDA, so one may set
# TORCH_OPTIONS="--index-url https://download.pytorch.org/whl/cpu".
TORCH_OPTIONS ?=
TORCH := torch==2.13.0

# Errors only: the rest hides what the targets themselves say.
PIP := -m pip install --quiet --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
# Two installs into one environment must not overlap.
.NOTPARALLEL:
.PHONY: help demo test coverage lint layout-check format slow samples exercise-pictures population error-budget compare-models accuracy models calibration bench soak screenshots hooks messages clean distclean python preflight

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

demo: preflight $(VENV)/.run ## set up .venv and analyse three samples: hollow back, neutral, filmed from the front
	@for clip in run_hollow run_neutral run_front; do \
	  echo; echo "== posture analyze samples/$$clip.mp4 --out $(OUT)/$$clip"; \
	  $(BIN)/posture analyze samples/$$clip.mp4 --out $(OUT)/$$clip || exit 1; \
	done

test: preflight $(VENV)/.test ## set up .venv, then check style and types and run the tests
	@.ci/system-packages strace chromium xvfb xdotool
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not slow' --durations=10 $(PYTEST_OPTIONS)

coverage: preflight $(VENV)/.test ## run the tests and say which lines they reach (a fifth slower)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m 'not slow' --cov --cov-report=term:skip-covered $(PYTEST_OPTIONS)

lint: $(VENV)/.test ## check style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

layout-check: python ## count import circles, long functions, riddles and lines against their limits
	@$(PYTHON) tools/layout_check.py

format: $(VENV)/.test ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

slow: preflight $(VENV)/.test ## run the tests that are too slow for every push
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m slow $(PYTEST_OPTIONS)

bench: preflight $(VENV)/.test ## time analyze against a bare loop of decoding and landmarker, and the film (limits 1.25 x)
	$(BIN)/python tests/bench/bench_analyze.py
	$(BIN)/python tests/bench/bench_film.py

samples: $(RENDER)/.render ## render samples/*.mp4 and their truth again (needs torch, several minutes)
	$(RENDER)/bin/python -m validation.rendering.make_samples
	$(RENDER)/bin/python -m validation.rendering.make_picture

exercise-pictures: $(RENDER)/.render ## draw posture/exercises/pictures again with the samples' body (needs torch, a minute)
	$(RENDER)/bin/python -m validation.rendering.make_exercise_pictures

population: $(RENDER)/.render ## render varied people with known truth into validation/population/data (hours, resumable)
	$(RENDER)/bin/python -m validation.population.render
	$(RENDER)/bin/python -m validation.population.store

error-budget: $(RENDER)/.render ## tell how much of the error comes from view, shape, arms and mask: docs/error_budget.* (ten minutes)
	$(RENDER)/bin/python -m validation.accuracy.render_error_budget

compare-models: $(RENDER)/.render ## hold the lite, full and heavy pose models against each other: docs/models.* (half an hour)
	$(RENDER)/bin/python -m validation.accuracy.render_model_comparison

accuracy: preflight $(VENV)/.test ## hold the numbers against the truth on the stored population: docs/accuracy.* (minutes)
	$(BIN)/python -m validation.accuracy $(ACCURACY_OPTIONS)

models: $(RENDER)/.render ## fit the shape model of the back again: models/back_outline.json
	$(RENDER)/bin/python -m validation.calibration.shape_model

calibration: preflight $(VENV)/.test ## fit the mask's error and the measures' errors again: models/*_error.json (minutes)
	$(BIN)/python -m validation.calibration.mask_bias
	$(BIN)/python -m validation.calibration.measuring_error

soak: preflight $(VENV)/.test ## let posture live run for half an hour, and watch rate, delay and memory
	$(BIN)/python tests/live/soak.py

screenshots: preflight $(VENV)/.test ## take the pictures of README.md: report (in Chromium), live window, coach: docs/*.png, docs/*.jpg
	$(BIN)/python -m tools.screenshots

messages: $(VENV)/.test ## collect the texts that people read, bring the catalogues up to date and compile them
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping=pyproject.toml --keywords=gettext_noop --add-location=file --no-wrap \
	  --project=posture --copyright-holder='the posture authors' --output=build/posture.pot .
	$(BIN)/pybabel --quiet update --domain=posture --input-file=build/posture.pot --output-dir=posture/locales \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap --init-missing --locale=de
	@# It takes "90 % of" for a placeholder and says so; tests/test_messages.py checks the real ones.
	-$(BIN)/pybabel --quiet compile --domain='posture click' --directory=posture/locales --statistics 2>/dev/null

hooks: $(VENV)/.test ## let git run the quick checks before each commit
	$(BIN)/pre-commit install

clean: ## remove results, builds and caches, keep the environments
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find posture tests validation tools models .ci -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environments too
	rm -rf $(VENV) $(RENDER)

# --- what the targets stand on -----------------------------------------------------------------------

# The version is asked for in words that every Python understands, so that an old one says its line too.
python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "make: $(PYTHON) was not found. Install Python 3.11-3.13 or name one: make PYTHON=/path/to/python3"; \
	  exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "make: $(PYTHON) is $$($(PYTHON) -V 2>&1), but 3.11-3.13 is needed. Name one: make PYTHON=python3.12"; \
	  exit 1; } >&2

preflight: python
	@$(PYTHON) .ci/preflight.py

# An environment that is there is kept: these files say what has been installed into it. Their rules have
# `python` as an order-only prerequisite, so that it is asked but never makes them out of date.
$(VENV)/.made: | python
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml
	@echo "installing the package into $(VENV) (the first time takes a minute or two)"
	$(BIN)/python $(PIP) --editable .
	@touch $@

# The test extra holds all that .run needs.
$(VENV)/.test: $(VENV)/.made pyproject.toml
	@echo "installing the package and the test tools into $(VENV) (the first time takes a minute or two)"
	$(BIN)/python $(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.run

$(RENDER)/.made: | preflight
	$(PYTHON) -m venv $(RENDER)
	@touch $@

# torch goes first, so that the build chosen here is the one that the extra then finds.
$(RENDER)/.render: $(RENDER)/.made pyproject.toml
	$(RENDER)/bin/python $(PIP) $(TORCH_OPTIONS) '$(TORCH)'
	$(RENDER)/bin/python $(PIP) --editable '.[render]'
	@touch $@
