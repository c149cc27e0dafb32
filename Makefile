# make demo: train on real digits and look at them.   make test: everything that is checked.
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check docs bench ledger clean

demo: $(VENV)/installed
	$(VENV)/bin/advnets train mnist-demo --out runs/demo-$$(date +%Y%m%d-%H%M%S)

test: $(VENV)/installed-dev
	$(PYTHON) -m pytest -n 2 --cov --cov-report=

check: $(VENV)/installed-dev
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry src
	$(VENV)/bin/codespell
	$(VENV)/bin/zensical build --clean --strict

docs: $(VENV)/installed-dev
	$(VENV)/bin/zensical serve

ledger: $(VENV)/installed  # the pages of records again, from results/
	$(PYTHON) -m advnets.reproduce.tables results docs

bench: $(VENV)/installed-dev
	$(PYTHON) benchmarks/run.py

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable ".[dev,features,onnx,studio,tensorboard]"
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) site build
