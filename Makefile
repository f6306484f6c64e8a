# Everything there is to do with a checkout. A fresh machine needs Python 3.11 and make; each target installs what it uses.
.DEFAULT_GOAL := help
.PHONY: help run dev test bench soak check fmt shell docs lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV := .local/venv/bin/python
ARGS ?=
COMPILE := $(VENV) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 --custom-compile-command "make lock"

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## start the product with its demo story (PORT=8000, HOST=127.0.0.1); Ctrl-C stops it
	@$(PYTHON) ops/prepare.py run
	@exec $(VENV) -m ops.run --tied

dev: ## the same, reloading what is edited, with DEBUG on
	@$(PYTHON) ops/prepare.py run
	@exec $(VENV) -m ops.run --tied --dev

test: ## all tests, with the checks and the browser journeys (ARGS="tests/core -x" for some)
	@$(PYTHON) ops/prepare.py test
	@exec $(VENV) -m pytest -n 2 --dist loadgroup $(ARGS)

bench: ## measure speed beside bare Django, in a few minutes (ARGS=--quick to try, ARGS=--record to note the figures)
	@$(PYTHON) ops/prepare.py test
	@exec $(VENV) -m tests.benchmarks $(ARGS)

soak: ## kill everything in turn under load, judge 10 000 arrivals at a deadline, time the doors; ends by itself (ARGS=--quick to try)
	@$(PYTHON) ops/prepare.py test
	@exec $(VENV) -m tests.soak $(ARGS)

check: ## format, lint, types, import contracts, templates, migrations, deployment settings (ARGS="types lint" for some)
	@$(PYTHON) ops/prepare.py run
	@exec $(VENV) -m ops.check $(ARGS)

fmt: ## put code and templates into shape
	@$(PYTHON) ops/prepare.py run
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .
	$(VENV) -m djlint templates --reformat --quiet

shell: ## a Django shell on the running product (ARGS="createsuperuser" for any other command)
	@$(PYTHON) ops/prepare.py run
	@exec $(VENV) -m ops.manage $(or $(ARGS),shell)

docs: ## write the generated pages of docs/ anew, and collect the strings to translate in locale/
	@$(PYTHON) ops/prepare.py run
	DJANGO_SETTINGS_MODULE=funding.settings_check $(VENV) manage.py draw_workflows
	DJANGO_SETTINGS_MODULE=funding.settings_check $(VENV) manage.py describe_call_file
	DJANGO_SETTINGS_MODULE=funding.settings_check $(VENV) manage.py makemessages

lock: ## pin what the requirements*.in allow, with hashes (ARGS=--upgrade)
	@$(PYTHON) ops/prepare.py run
	$(COMPILE) requirements.in -o requirements.txt $(ARGS)
	$(COMPILE) requirements-dev.in -o requirements-dev.txt $(ARGS)

clean: ## remove .local/: the virtual environment, and the demo with all its data
	@$(PYTHON) ops/clean.py
