# Thin: each target is one command that works without make too (on Windows, say: python course.py book).
PYTHON ?= python3
ARGS ?=

.PHONY: help setup book pdf test lab train release lint lock clean backends
help:
	@$(PYTHON) course.py
setup book pdf test lab train release lint lock clean backends:
	@$(PYTHON) course.py $@ $(ARGS)
