# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
VENV ?= .venv
BIN := $(VENV)/bin
CODE := soundings listeners nlp store alerts dashboard tests

.DEFAULT_GOAL := help
.PHONY: help demo up test check long pds models torture train card mutants hearing masking bench docs format hook clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## run the whole service on the invented sample: no keys, no network once installed
	@$(BIN)/soundings demo

up: $(VENV)/.installed ## run the service for your council file
	@$(BIN)/soundings up

test: $(VENV)/.installed-dev ## every check and every test
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -m "(servers or service) and not long" --durations=10
	@$(BIN)/python -m tests.browser_there; case $$? in \
		0) $(BIN)/python -m pytest -m browser --durations=5 ;; \
		2) true ;; \
		*) false ;; \
	esac
	@$(BIN)/python -m tests.pds.there; case $$? in \
		0) $(BIN)/python -m pytest -m pds --durations=5 ;; \
		2) true ;; \
		*) false ;; \
	esac
	@$(BIN)/python -m tests.models_there; case $$? in \
		0) $(BIN)/python -m pytest -m models --durations=5 ;; \
		2) true ;; \
		*) false ;; \
	esac

check: $(VENV)/.installed-dev ## ruff, mypy --strict and the fast tests: also the commit hook
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -m "not servers and not service and not browser and not pds and not models"

long: $(VENV)/.installed-dev ## the tests that take minutes: kills under load, poison, backups, full queues
	@$(BIN)/python -m pytest -m long --durations=10

pds: ## install a real Bluesky server for the tests that need one (Node 18 or newer, npm, a C++ compiler)
	@cd tests/pds && $(if $(wildcard /usr/include/node/node.h),npm_config_nodedir=/usr) \
		npm install --no-package-lock --no-audit --no-fund --loglevel=error

models: $(VENV)/.installed-dev ## install what converts models of other people, and its tests (torch: some GB)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,models,train]'

torture: $(VENV)/.installed-dev ## kill and disturb a real service under load: N=500 kills, SEED=1
	@$(BIN)/python -m tests.torture.run --kills $(or $(N),500) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.installed-dev ## measure the timed claims, as ratios, and the way of a post to the page
	@$(BIN)/python -m tests.bench

hearing: $(VENV)/.installed-dev ## how well questions and answers are heard, on the labelled sample
	@$(BIN)/python -m tests.hearing

masking: $(VENV)/.installed-dev ## how much of what points at a person is masked, on 500 written texts
	@$(BIN)/python -m tests.masking

train: $(VENV)/.installed-dev ## teach the reader anew, about half an hour: POSTS=FILE for SemEval-2017 (docs/model-card.md)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[train]'
	@$(BIN)/python -m nlp.training.train --out build/reader $(if $(POSTS),--posts $(POSTS))
	@$(BIN)/python -m nlp.training.export build/reader $(if $(POSTS),--posts $(POSTS))

card: $(VENV)/.installed-dev ## measure the reader and write docs/model-card.md
	@$(BIN)/python -m nlp.training.card

mutants: $(VENV)/.installed-dev ## break the invariants on purpose, in a copy: the tests must notice
	@$(BIN)/python -m tests.mutants

docs: $(VENV)/.installed-dev ## write the generated pages of docs/ and the users of docker-compose.yml
	@$(BIN)/python -m tests.generated_docs
	@$(BIN)/python -m tests.compose_users

format: $(VENV)/.installed-dev ## put the code in shape
	@$(BIN)/ruff check --fix-only -q $(CODE)
	@$(BIN)/ruff format $(CODE)

hook: ## make `make check` the commit hook of this checkout
	@printf '#!/bin/sh\nexec make check\n' > .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit

clean: ## remove the environment and the caches, never the data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	@./look-first.sh
	@python=$$(./look-first.sh --python) && $$python -m venv $(VENV)
	@echo "Installing into $(VENV) (about 1.2 GB on disk; some minutes the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
