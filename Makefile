# make run    set everything up and serve the portal with demonstration data (PORT=8000)
# make reset  throw the demonstration's data away
# make test   run the tests (DATABASE_URL=postgres://... runs them on PostgreSQL; ARGS="tests/kernel -x")
# make browser, make check, make requirements: journeys in Chromium, every habit, new pins

PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv
VAR_DIR ?= var
ARGS ?=
APPLICATIONS ?= 2000000
bin := $(VENV)/bin
manage := $(bin)/python manage.py
catalogue := locale/zh_Hans/LC_MESSAGES/django
export VAR_DIR

.DEFAULT_GOAL := run
.PHONY: run reset test browser bench check requirements messages

ifndef PRODUCTION
# Links in messages and codes on paper lead to where the portal is served.
run: export PORTAL_URL ?= http://127.0.0.1:$(PORT)
endif
run: $(VENV)/$(if $(findstring postgres,$(DATABASE_URL)),prod,base).done messages
	@$(manage) prepare --port $(PORT)
	@PATH="$(abspath $(bin)):$$PATH" exec $(bin)/honcho start --port $(PORT)

reset:
	@test ! -e "$(VAR_DIR)" || test -e "$(VAR_DIR)/secrets.env" || { echo "$(VAR_DIR) is no folder of the portal's."; exit 1; }
	rm -rf "$(VAR_DIR)"
	@echo "The embedded data is gone; 'make run' begins anew."

test: $(VENV)/dev.done messages
	$(bin)/python -m pytest -n auto --dist worksteal $(ARGS)

browser: $(VENV)/dev.done messages
	$(bin)/python -m pytest tests/browser -n 2 --dist loadfile $(ARGS)

# On PostgreSQL, named by DATABASE_URL; ARGS="--only desk,activating" measures a part.
bench: $(VENV)/dev.done
	$(bin)/python -m tests.bench --applications $(APPLICATIONS) $(ARGS)

check: $(VENV)/dev.done messages
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/djlint templates --lint --quiet
	$(bin)/mypy
	$(manage) makemigrations --check --dry-run
	$(manage) check_messages
	$(as_production) $(manage) check --deploy --database default --fail-level WARNING

# Production settings with secrets of the moment; on SQLite unless DATABASE_URL names the real thing.
key = $(shell head -c 32 /dev/urandom | base64)
as_production = env PRODUCTION=1 SECRET_KEY=$(key)$(key) FIELD_KEYS=k1:$(key) INDEX_KEY=$(key) AUDIT_KEY=$(key) \
	ALLOWED_HOSTS=portal.bank.example DEFAULT_FROM_EMAIL=portal@bank.example EMAIL_URL=dummymail:// \
	CACHE_URL=rediscache://127.0.0.1:6379/1 SQLITE_IN_PRODUCTION=1 \
	DATABASE_URL="$${DATABASE_URL:-sqlite:///$(abspath $(VAR_DIR))/check.sqlite3}"

# Message catalogues are compiled without gettext, which users need not have.
messages: $(VENV)/messages.done
$(VENV)/messages.done: $(wildcard $(catalogue).po) | $(VENV)/bin/python
	@test ! -e $(catalogue).po || $(bin)/pybabel --quiet compile --domain django --directory locale
	@touch $@

# One environment; uv when it is there, else pip. The marker is younger than the pins it was made from.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with PYTHON=..."; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV); \
	else $(PYTHON) -m venv $(VENV) || { echo "Install Python's venv module (python3-venv) or uv."; exit 1; }; fi

$(VENV)/%.done: requirements/%.txt | $(VENV)/bin/python
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(bin)/python --require-hashes -r $<; \
	else $(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

pins := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
requirements:
	$(pins) -o requirements/base.txt
	$(pins) --extra prod -o requirements/prod.txt
	$(pins) --extra prod --extra dev -o requirements/dev.txt
