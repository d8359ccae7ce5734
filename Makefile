# What a newcomer needs: `make run` and `make test`. Everything else is for those who work on secretslint.

SWIFT ?= swift
PREFIX ?= /usr/local
# One file without a dynamic loader; libyaml, PCRE2, zlib and libcrypto come from their static archives.
# Checks of exclusive access at run time cost 4 % and find nothing in values that one thread holds.
STATIC := --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker --eh-frame-hdr -Xlinker -s
RELEASE := .build/release/secretslint
PACKAGES := libyaml-dev libpcre2-dev zlib1g-dev libssl-dev pkg-config

.PHONY: run test build release install format lint-format generate golden clean packages

# Installs what is missing, builds, lints the two example repositories. The broken one comes last: its findings are the point.
run: release
	$(RELEASE) lint examples/platform-fixed
	@echo
	@$(RELEASE) lint examples/platform; status=$$?; [ $$status -eq 1 ] || { echo "examples/platform: exit status $$status, not 1"; exit 1; }

test: packages
	$(SWIFT) test --disable-xctest $(TESTFLAGS)

build: packages
	$(SWIFT) build

release: packages
	$(SWIFT) build -c release --product secretslint $(STATIC)

install: release
	install -D -m 0755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/secretslint

format:
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

lint-format:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

# Writes anew what is made of the rules and of the code: the list of embedded files (Sources/CRules/rules.c), rules/README.md,
# rules/REFERENCE.md, schema/*.json.
generate:
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest --filter "EmbeddingTests|GeneratedPagesTests|theSchemaInTheRepositoryIsFresh"

# Writes the golden files anew; read the difference before you commit it.
golden:
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest

clean:
	$(SWIFT) package clean

# Debian's names. Nothing is touched where all are there.
packages:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then as=; else as=sudo; fi; \
	  $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing; \
	fi
