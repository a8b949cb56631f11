# Fasti: build, run, test.
#
#   make          build/fasti and everything it needs
#   make run      install what is missing, build, make a demonstration store, serve
#   make test     install what is missing, run every test
#   make help     all targets
#
# Objects and dependencies live under $(B); sanitizer builds use a folder of
# their own (make asan, make tsan), so no build disturbs another.

B       ?= build
CC      ?= cc
PREFIX  ?= /usr/local
LISTEN  ?= 127.0.0.1:8008
DATA    ?= $(B)/demo

OPT     ?= -O2
WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	   -Wpointer-arith -Wwrite-strings -Wvla
SAN     ?=
CPPFLAGS += -D_GNU_SOURCE -Isrc -I$(B)/gen $(shell pkg-config --cflags libxml-2.0 2>/dev/null) \
	   $(shell pkg-config --cflags libpq 2>/dev/null)
CFLAGS  += -std=gnu11 -g $(OPT) $(WARN) $(SAN) -fno-omit-frame-pointer -pthread
HARDEN  := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LDFLAGS += $(SAN) -pthread -pie -Wl,-z,relro,-z,now
# src/http/epoll.c stands in the place of the C library's.
LDFLAGS += -Wl,-u,epoll_wait
LDLIBS  := -letpan -lmicrohttpd -lgnutls -lcurl -lxml2 -lical -ljansson -lsqlite3 -lpq -lsodium \
	   -lhogweed -lnettle -lgmp -lresolv -lcrypt -lm
ifeq ($(SAN),)
CFLAGS  += $(HARDEN)
else
CFLAGS  += -fPIE
endif

ROOMS   := base xml json net ical store freebusy itip calendar http dav booking mail post federation \
	   api daemon
SRCS    := $(sort $(foreach room,$(ROOMS),$(wildcard src/$(room)/*.c)))
OBJS    := $(SRCS:src/%.c=$(B)/obj/%.o)
LIB     := $(B)/libfasti.a
MAIN    := $(B)/obj/main.o

UNIT_SRCS := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BINS := $(UNIT_SRCS:tests/unit/%.c=$(B)/tests/%)
UNIT_HELP := $(filter-out $(UNIT_SRCS),$(wildcard tests/unit/*.c))
UNIT_HOBJ := $(UNIT_HELP:tests/unit/%.c=$(B)/obj/tests/%.o)
BENCH_BINS := $(B)/bench/bare $(B)/bench/load $(B)/bench/federation $(B)/bench/count_sync.so
FUZZ_BINS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

GEN     := $(B)/gen/store_schema.h $(B)/gen/web_files.h $(B)/gen/mail_files.h

.PHONY: all
all: $(B)/fasti

$(B)/fasti: $(MAIN) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $(MAIN) $(LIB) $(LDLIBS)

$(LIB): $(OBJS)
	@rm -f $@
	ar rcs $@ $(OBJS)

BANNED  := -include src/base/banned.h

$(B)/obj/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(BANNED) -MMD -MP -c -o $@ $<

$(B)/obj/tests/%.o: tests/unit/%.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) $(BANNED) -MMD -MP -c -o $@ $<

$(B)/tests/%: $(B)/obj/tests/%.o $(UNIT_HOBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(UNIT_HOBJ) $(LIB) -lcunit $(LDLIBS)

$(B)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(BANNED) $(LDFLAGS) -o $@ $< $(LIB) $(LDLIBS)

$(B)/bench/count_sync.so: tests/bench/count_sync.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror $(BANNED) -fPIC -shared -o $@ $< -ldl

$(B)/gen/store_schema.h: tools/embed_schema.sh $(wildcard src/store/schema/*.sql)
	@mkdir -p $(@D)
	sh tools/embed_schema.sh > $@.tmp && mv $@.tmp $@

$(B)/gen/web_files.h: tools/embed_web.sh $(wildcard web/*)
	@mkdir -p $(@D)
	sh tools/embed_web.sh > $@.tmp && mv $@.tmp $@

$(B)/gen/mail_files.h: tools/embed_mail.sh $(wildcard share/mail/* share/mail/*/*)
	@mkdir -p $(@D)
	sh tools/embed_mail.sh > $@.tmp && mv $@.tmp $@

$(B)/obj/store/migrate.o: $(B)/gen/store_schema.h
$(B)/obj/api/pages.o: $(B)/gen/web_files.h
$(B)/obj/post/template_set.o: $(B)/gen/mail_files.h

.SECONDARY:
-include $(OBJS:.o=.d) $(MAIN:.o=.d) $(UNIT_BINS:$(B)/tests/%=$(B)/obj/tests/%.d) $(UNIT_HOBJ:.o=.d)

# ---- running ---------------------------------------------------------------

.PHONY: run
run: deps-run
	@$(MAKE) --no-print-directory all
	@sh tools/demo.sh "$(B)/fasti" "$(DATA)" "$(LISTEN)"

# ---- installing what is missing ---------------------------------------------

.PHONY: deps-run deps-test deps-clients deps-lint deps-fuzz
deps-run deps-test deps-clients deps-lint deps-fuzz: deps-%:
	@sh tools/install-deps.sh $*

# ---- tests -----------------------------------------------------------------

# The quick inner loop of one room: make test-unit-recur, make test-unit-store.
.PHONY: test-unit-%
test-unit-%: $(B)/tests/test_%
	$<

.PHONY: test-bins
test-bins: $(B)/fasti $(UNIT_BINS)

.PHONY: test
test: deps-test
	@$(MAKE) --no-print-directory test-bins
	@/usr/bin/python3 tests/run.py --build "$(B)"

# The cases of conformance/ on a server of a temporary store, which writes docs/conformance.md;
# or on the one that a file tells of: make conformance CONFIG=FILE (conformance/README.md);
# or on Debian's, started privately: make conformance PEER=radicale, PEER=cyrus.
.PHONY: conformance
ifdef CONFIG
conformance:
	@/usr/bin/python3 conformance/run.py --config "$(CONFIG)" --only "$(ONLY)"
else ifdef PEER
conformance:
	@/usr/bin/python3 tests/tools/play_peer.py "$(PEER)" --only "$(ONLY)"
else
conformance: deps-run
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 tests/server/test_conformance.py --build "$(B)" \
		$(if $(ONLY),--only "$(ONLY)",--write docs/conformance.md)
endif

# What drives the browser; as pinned in tests/clients/package.json.
$(B)/node/package.json: tests/clients/package.json
	@mkdir -p $(@D)
	cp $< $(@D)/ && (npm install --prefix $(@D) --no-audit --no-fund --silent || \
		{ rm -f $@; exit 1; })

# What needs a browser, and real calendar clients.
.PHONY: test-clients
test-clients: deps-clients $(B)/node/package.json
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 tests/clients/run.py --build "$(B)"

.PHONY: asan
asan: deps-test
	@$(MAKE) --no-print-directory B=build/asan OPT=-O1 \
		SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" test-bins
	@FASTI_QUICK=1 /usr/bin/python3 tests/run.py --build build/asan

.PHONY: tsan
tsan: deps-test
	@$(MAKE) --no-print-directory B=build/tsan OPT=-O1 SAN="-fsanitize=thread" test-bins
	@FASTI_QUICK=1 /usr/bin/python3 tests/run.py --build build/tsan --threads-only

.PHONY: soak
soak: deps-test
	@$(MAKE) --no-print-directory fuzz
	@$(MAKE) --no-print-directory test-bins $(BENCH_BINS)
	@FASTI_RULES=1000000 FASTI_SLOTS=1000000 FASTI_HISTORIES=100000 /usr/bin/python3 tests/run.py --build "$(B)" --soak

# The table of scheduling messages, from the code that runs by it.
.PHONY: docs/itip.md
docs/itip.md: $(B)/tests/test_itip_process
	@FASTI_WRITE_DOCS=1 $<

.PHONY: bench
bench: deps-test
	@$(MAKE) --no-print-directory all $(BENCH_BINS)
	@/usr/bin/python3 tests/bench/bench.py --build "$(B)"

# Each fuzz target for FUZZ_SECONDS; its corpus grows under build/, from the mails and letters in the
# tree where it reads such.
FUZZ_SECONDS ?= 30
FUZZ_FLAGS := -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -pthread

$(B)/fuzz/%: tests/fuzz/%.c $(SRCS) | $(GEN)
	@mkdir -p $(@D) $(B)/fuzzlib
	@$(MAKE) --no-print-directory B=$(B)/fuzzlib CC=clang OPT=-O1 \
		SAN="-fsanitize=fuzzer-no-link,address,undefined" $(B)/fuzzlib/libfasti.a
	clang $(CPPFLAGS) $(FUZZ_FLAGS) -o $@ $< $(B)/fuzzlib/libfasti.a $(LDLIBS)

.PHONY: fuzz
fuzz: deps-fuzz
	@$(MAKE) --no-print-directory $(FUZZ_BINS)
	@for target in $(FUZZ_BINS); do \
		mkdir -p $$target.corpus; \
		case $$target in \
			*_mail_read | *_intake | *_dialect) seeds=tests/mail ;; \
			*_template) seeds=share/mail ;; \
			*) seeds= ;; \
		esac; \
		$$target -timeout=5 -max_total_time=$(FUZZ_SECONDS) -print_final_stats=0 \
			$$target.corpus $$seeds || exit 1; \
	done

# ---- lint ------------------------------------------------------------------

ALL_C := $(shell find src tests -name '*.c' -o -name '*.h' 2>/dev/null | grep -v '\.tbl\.h$$')

.PHONY: lint
lint: deps-lint
	@echo "clang-format"; clang-format --dry-run --Werror $(ALL_C)
	@echo "rooms"; sh tools/lint-rooms.sh
	@echo "docs/conformance.md"; sh tools/lint-conformance.sh
	@echo "headers compile alone"; $(MAKE) --no-print-directory $(GEN) >/dev/null && CPPFLAGS="$(CPPFLAGS)" sh tools/lint-headers.sh
	@echo "gcc"; $(MAKE) --no-print-directory B=build/lint-gcc CC=gcc OPT=-O2 all >/dev/null
	@echo "exported and used"; sh tools/lint-unused.sh build/lint-gcc/obj
	@echo "no circles"; sh tools/lint-circles.sh build/lint-gcc/obj
	@echo "clang"; $(MAKE) --no-print-directory B=build/lint-clang CC=clang OPT=-O2 all >/dev/null
	@echo "cppcheck"; cppcheck --quiet --std=c11 --enable=warning,portability \
		--inline-suppr --suppressions-list=tools/cppcheck.txt --error-exitcode=1 \
		-j 2 -Isrc -I$(B)/gen src
	@echo "lint: all well"

.PHONY: format
format:
	clang-format -i $(ALL_C)

# ---- installing ------------------------------------------------------------

.PHONY: install
install: all
	install -D -m 755 $(B)/fasti $(DESTDIR)$(PREFIX)/bin/fasti
	install -D -m 644 docs/fasti.1 $(DESTDIR)$(PREFIX)/share/man/man1/fasti.1
	install -D -m 644 docs/fasti.conf.example $(DESTDIR)$(PREFIX)/share/doc/fasti/fasti.conf.example

.PHONY: clean
clean:
	rm -rf build

.PHONY: help
help:
	@sed -n 's/^# \{0,1\}//;2,9p' Makefile
	@echo "  make conformance    what Fasti does of each standard, written to docs/conformance.md;"
	@echo "                      CONFIG=FILE: another server; PEER=radicale|cyrus; ONLY=WORD: some cases"
	@echo "  make test-clients   real clients: Thunderbird, Evolution, vdirsyncer …, the pages in Chromium"
	@echo "  make lint     format, rooms, headers, gcc and clang with -Werror, dead code, cppcheck"
	@echo "  make asan     every test under AddressSanitizer and UBSan"
	@echo "  make tsan     the threaded tests under ThreadSanitizer"
	@echo "  make soak     longer tests: 1,000,000 random rules, slots, hosts and bookings, fuzzing"
	@echo "  make bench    what requests cost, as ratios to a bare server"
	@echo "  make install  to PREFIX (/usr/local)"
