# Every target below runs in an environment that is set up when it is missing or older than setup.cfg.
#
#   make test                       in .venv, set up on the first call
#   make test VENV=/path/to/env     in that environment, set up (or completed) there
#   make test PYTHON=python3.12     with that interpreter as it is (exported, too): nothing is
#                                   installed
#   make train-scratch ARGS="--epochs 1 --data sample"
#   make benchmark PEERS=           without installing PyTorch and JAX
#   make test-versions VERSIONS=oldest    with that pair, always in .venv-oldest

.DEFAULT_GOAL := help
SHELL := /bin/sh
ARGS ?=
VENV ?= .venv

PEERS ?= yes

# The pairs of TensorFlow and Keras of `make test-versions`; the last Python of the first two is 3.12.
VERSIONS ?= oldest newest
PAIR_oldest := tensorflow==2.18.0 keras==3.8.0
PAIR_early := tensorflow~=2.19.0 keras~=3.10.0
PAIR_middle := tensorflow~=2.20.0 keras~=3.12.0
PAIR_newest := tensorflow~=2.21.0 keras~=3.15.0
PAIR_nightly := tf-nightly keras-nightly

# By a path, not by a hook of setuptools: that comes after the folders of the path, and in the folder
# above a clone, which is called like the package, the clone itself would be taken for it.
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
INSTALL = "$(VENV)/bin/python" $(PIP_INSTALL) --config-settings editable_mode=compat --editable

ifdef PYTHON
READY :=
PEERS_READY :=
DOCS_READY :=
DEMO_READY :=
MUTANTS_READY :=
EXPORT_READY :=
else
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.kerasfoundations-ready
PEERS_READY := $(VENV)/.kerasfoundations-bench-ready
DOCS_READY := $(VENV)/.kerasfoundations-docs-ready
DEMO_READY := $(VENV)/.kerasfoundations-demo-ready
MUTANTS_READY := $(VENV)/.kerasfoundations-mutants-ready
EXPORT_READY := $(VENV)/.kerasfoundations-export-ready
endif

ifneq ($(words $(VENV)),1)
$(error VENV must be one path without spaces, received '$(VENV)')
endif

# The checkout comes first on the path, whichever environment runs it.
export PYTHONPATH := $(CURDIR)$(if $(PYTHONPATH),:$(PYTHONPATH))

.PHONY: help train-keras train-scratch compare diagnose draw figures tutorials benchmark test test-all test-versions test-backends test-loops test-demo test-export coverage mutants stress lint reproduce wheel-test docs check-pages clean

help: ## show this list
	@echo "usage: make TARGET [ARGS='options passed on'] [VENV=environment | PYTHON=interpreter]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

train-keras: $(READY) ## train the first network with Keras; results in runs/keras-mlp
	@"$(PYTHON)" scripts/train_keras.py $(ARGS)

train-scratch: $(READY) ## train the same network with the loop you can read; results in runs/scratch-mlp
	@"$(PYTHON)" scripts/train_scratch.py $(ARGS)

compare: $(READY) ## train both from the same weights on the same batches, side by side
	@"$(PYTHON)" scripts/compare.py $(ARGS)

diagnose: $(READY) ## find where a loop of your own leaves fit, and why: make diagnose ARGS=FILE.py
	@"$(PYTHON)" -m kerasfoundations diagnose $(ARGS)

draw: $(DEMO_READY) ## draw a digit on a page of this machine, and see both wings answer
	@"$(PYTHON)" -m kerasfoundations draw $(ARGS)

figures: $(READY) ## draw every picture of the foundations; results in figures/
	@"$(PYTHON)" -m kerasfoundations figures $(ARGS)

tutorials: $(READY) ## run the tutorials and keep what comes out; ARGS="01 06" builds these two
	@"$(PYTHON)" scripts/build_tutorials.py $(ARGS)

benchmark: $(if $(PEERS),$(PEERS_READY),$(READY)) ## time an epoch against Keras, PyTorch, JAX; results in runs/benchmark
	@"$(PYTHON)" -m kerasfoundations benchmark $(ARGS)

reproduce: $(READY) ## measure every published figure again, in both wings; results in runs/reproduction
	@"$(PYTHON)" -m kerasfoundations reproduce $(ARGS)

test: $(READY) ## run the tests: five minutes, a small proof of everything, without MNIST
	@KERAS_BACKEND=tensorflow "$(PYTHON)" -m pytest -n 2 --dist worksteal \
		-m "not thorough and not full_mnist" $(ARGS)

# In two parts, because a process keeps all programs that it has compiled: 10 GB in the end. Exit
# code 5 of pytest: no test of this part was asked for.
test-all: $(READY) ## run all tests, the long ones and those on full MNIST (KERASFOUNDATIONS_MNIST=FILE)
	@failed=; for part in tests/wings --ignore=tests/wings; do \
	  KERAS_BACKEND=tensorflow "$(PYTHON)" -m pytest -n 2 --dist worksteal $$part $(ARGS) \
	    || [ $$? = 5 ] || failed=yes; done; \
	[ -z "$$failed" ]

test-versions: $(VERSIONS:%=.venv-%/.kerasfoundations-ready) ## run the tests on the oldest and the newest TensorFlow and Keras (VERSIONS="middle nightly")
	@failed=; for pair in $(VERSIONS); do \
	  KERAS_BACKEND=tensorflow ".venv-$$pair/bin/python" -m pytest -n 2 --dist worksteal \
		-m "not thorough and not full_mnist" $(ARGS) || failed="$$failed $$pair"; done; \
	if [ -n "$$failed" ]; then echo "error: tests failed with$$failed" >&2; exit 1; fi

test-backends: $(PEERS_READY) ## run the models of with_keras on Keras's JAX and PyTorch backends, diagnose loops of both, fit the line
	@KERAS_BACKEND=jax "$(PYTHON)" -m pytest tests/backends $(ARGS)
	@KERAS_BACKEND=torch "$(PYTHON)" -m pytest tests/backends $(ARGS)
	@KERAS_BACKEND=tensorflow "$(PYTHON)" -m pytest tests/frameworks $(ARGS)
	@KERAS_BACKEND=tensorflow REQUIRE_PEERS=1 "$(PYTHON)" -m pytest tests/cli/test_line_engines.py $(ARGS)

test-loops: $(PEERS_READY) ## diagnose 1,257 loops of TensorFlow, PyTorch, JAX and NumPy
	@KERAS_BACKEND=tensorflow $(ONE_THREAD) "$(PYTHON)" -m pytest -n 2 --dist worksteal \
		tests/loops $(ARGS)

test-demo: $(DEMO_READY) ## draw digits on the page in headless Chromium, and look at the answers
	@"$(PYTHON)" -m pytest tests/demo $(ARGS)

test-export: $(EXPORT_READY) ## export models to ONNX and LiteRT, run them there, compare the answers
	@KERAS_BACKEND=tensorflow "$(PYTHON)" -m pytest tests/export $(ARGS)

coverage: $(READY) ## run the tests and measure which lines they reach; results in build/coverage/html
	@KERAS_BACKEND=tensorflow "$(PYTHON)" -m pytest -n 2 --dist worksteal \
		-m "not thorough and not full_mnist" --cov --cov-report=term \
		--cov-report=html:build/coverage/html $(ARGS)

mutants: $(MUTANTS_READY) ## change the code at 200 random places, count what the tests notice (hours)
	@"$(PYTHON)" scripts/mutants.py $(ARGS)

wheel-test: $(READY) ## build sdist and wheel, install the wheel elsewhere, train with it there
	@"$(PYTHON)" scripts/check_wheel.py $(ARGS)

stress: $(READY) ## attack it for an hour: damaged files, random arrays, settings and loops, kills
	@PYTHONPATH="$(CURDIR)/tests:$$PYTHONPATH" "$(PYTHON)" -m stress $(ARGS)

docs: $(DOCS_READY) ## build the pages with the API and the tutorials; build/docs/index.html
	@"$(PYTHON)" -m sphinx -E -W --keep-going -n -q -d build/doctrees docs build/docs $(ARGS)
	@echo "results in build/docs"

check-pages: docs ## look at the built pages in headless Chromium: no code scrolls sideways, formulas are drawn
	@"$(PYTHON)" scripts/check_pages.py build/docs

lint: $(READY) ## check style, format and types
	@"$(PYTHON)" -m ruff check .
	@"$(PYTHON)" -m ruff format --check .
	@"$(PYTHON)" -m mypy

clean: ## remove caches and builds; runs/ and the environment stay
	@rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@rm -rf docs/api docs/concepts docs/tutorials docs/zh-CN/api docs/zh-CN/concepts
	@find kerasfoundations docs scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# For small models in two processes, whose threads would wait for each other.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1

# $(call make-environment,FOLDER,LAST MINOR VERSION OF PYTHON)
define make-environment
@base=; for p in python3 python3.13 python3.12 python3.11; do \
  if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $(2)))' 2>/dev/null; \
  then base=$$p; break; fi; done; \
if [ -z "$$base" ] && [ ! -x "$(1)/bin/python" ]; then \
  echo "error: no Python 3.11 to 3.$(2) found, one of which TensorFlow needs for $(1):" \
    "install one, or name an environment with VENV=" >&2; exit 2; fi; \
if ! "$(1)/bin/python" -m pip --version >/dev/null 2>&1; then \
  echo "setting up $(1) with $$base (once; TensorFlow is a download of about 600 MB)"; \
  $$base -m venv "$(1)" || exit 2; fi
@echo "installing into $(1): this takes a minute or more"
endef

# The stamp is written last, so that an interrupted set-up starts again at the next call.
$(VENV)/.kerasfoundations-ready: setup.cfg pyproject.toml
	$(call make-environment,$(VENV),13)
	@$(INSTALL) '.[dev]'
	@touch "$@"

.venv-%/.kerasfoundations-ready: setup.cfg pyproject.toml
	$(if $(PAIR_$*),,$(error VERSIONS must be of oldest, early, middle, newest and nightly, received '$*'))
	$(call make-environment,.venv-$*,$(if $(filter oldest early,$*),12,13))
	@".venv-$*/bin/python" $(PIP_INSTALL) --config-settings editable_mode=compat \
	  --editable '.[dev]' $(PAIR_$*)
	@touch "$@"

# Always those of last night. They are the modules of TensorFlow and Keras under other names, beside
# which those two must not be installed.
.venv-nightly/.kerasfoundations-ready: setup.cfg pyproject.toml FORCE
	$(call make-environment,.venv-nightly,13)
	@".venv-nightly/bin/python" $(PIP_INSTALL) --upgrade $(PAIR_nightly) \
	  $$(".venv-nightly/bin/python" scripts/other_requirements.py)
	@".venv-nightly/bin/python" $(PIP_INSTALL) --no-deps \
	  --config-settings editable_mode=compat --editable .
	@touch "$@"

FORCE:

$(VENV)/.kerasfoundations-bench-ready: $(VENV)/.kerasfoundations-ready
	@echo "installing PyTorch and JAX into $(VENV), to measure against (on Linux several GB;" \
	  "make benchmark PEERS= does without)"
	@$(INSTALL) '.[dev,bench]'
	@touch "$@"

$(VENV)/.kerasfoundations-docs-ready: $(VENV)/.kerasfoundations-ready
	@echo "installing Sphinx into $(VENV)"
	@$(INSTALL) '.[dev,docs]'
	@touch "$@"

$(VENV)/.kerasfoundations-demo-ready: $(VENV)/.kerasfoundations-ready
	@echo "installing gradio into $(VENV), for the page on which one draws"
	@$(INSTALL) '.[dev,demo]'
	@touch "$@"

$(VENV)/.kerasfoundations-mutants-ready: $(VENV)/.kerasfoundations-ready
	@echo "installing cosmic-ray and pytest-cov into $(VENV), to change code and see which test runs it"
	@$(INSTALL) '.[dev,mutants]'
	@touch "$@"

$(VENV)/.kerasfoundations-export-ready: $(VENV)/.kerasfoundations-ready
	@echo "installing the converters and runtimes of ONNX and LiteRT into $(VENV)"
	@$(INSTALL) '.[dev,export]'
	@touch "$@"
