# SPDX-License-Identifier: GPL-3.0-or-later
# Every test speaks TAP, so that `make check` counts checks and cases, not programs. A unit test is a program on Check,
# tests/check_NOUN.c with a main that runs its suites; a command test is tests/cmd_NAME.bats; a test of the tree is a .sh.
TEST_EXTENSIONS = .bats .sh
TESTS = $(check_PROGRAMS) $(BATS_TESTS) $(TREE_TESTS)
EXTRA_DIST += $(BATS_TESTS) $(TREE_TESTS) tests/run-bats tests/no-check.sh

TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
BATS_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_DRIVER = $(TAP_DRIVER)
BATS_LOG_COMPILER = $(SHELL) $(srcdir)/tests/run-bats
SH_LOG_COMPILER = $(SHELL)

# What a test may count on, wherever and by whomever it is run.
AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; LANGUAGE=; TZ=UTC0; export LC_ALL LANGUAGE TZ; \
	HOTZONE='$(abs_builddir)/hotzone$(EXEEXT)'; export HOTZONE; \
	HZ_SRCDIR='$(abs_srcdir)'; export HZ_SRCDIR; \
	HOTZONE_DATA='$(abs_srcdir)'; export HOTZONE_DATA; \
	CK_TAP_LOG_FILE_NAME=-; CK_VERBOSITY=silent; CK_DEFAULT_TIMEOUT=120; \
	export CK_TAP_LOG_FILE_NAME CK_VERBOSITY CK_DEFAULT_TIMEOUT;

# Programs without an LDADD of their own are unit tests: their source is NAME.c and they need this.
LDADD = $(LIBS_HOTZONE) $(CHECK_LIBS)

TREE_TESTS = tests/floors.sh tests/tree.sh
if !HAVE_CHECK
TREE_TESTS += tests/no-check.sh
endif

# Command tests, one line each.
BATS_TESTS =
BATS_TESTS += tests/cmd_build.bats
BATS_TESTS += tests/cmd_extending.bats
BATS_TESTS += tests/cmd_scenarios.bats
BATS_TESTS += tests/cmd_import.bats
BATS_TESTS += tests/cmd_help.bats
BATS_TESTS += tests/cmd_run.bats
BATS_TESTS += tests/cmd_plot.bats
BATS_TESTS += tests/cmd_query.bats
BATS_TESTS += tests/cmd_show.bats

# What tests of the model share.
RIG = tests/rig.c tests/rig.h tests/points.c tests/points.h
WIRE = tests/wire.c tests/wire.h $(RIG)
PLACE = tests/place.c tests/place.h tests/release.c tests/release.h $(RIG)

# Unit tests, one line each: check_PROGRAMS += tests/check_NOUN
if HAVE_CHECK
check_PROGRAMS += tests/check_base
check_PROGRAMS += tests/check_sim tests/check_lock tests/check_cpu tests/check_closed_forms tests/check_mm tests/check_net tests/check_world
tests_check_sim_SOURCES = tests/check_sim.c $(RIG)
tests_check_lock_SOURCES = tests/check_lock.c $(RIG)
tests_check_cpu_SOURCES = tests/check_cpu.c $(RIG)
tests_check_world_SOURCES = tests/check_world.c tests/laws.c tests/laws.h tests/random_trace.c tests/random_trace.h $(RIG)
check_PROGRAMS += tests/check_page_pool tests/check_rx_pages
tests_check_net_SOURCES = tests/check_net.c $(WIRE)
tests_check_page_pool_SOURCES = tests/check_page_pool.c $(PLACE)
tests_check_rx_pages_SOURCES = tests/check_rx_pages.c $(WIRE)
tests_check_mm_SOURCES = tests/check_mm.c $(PLACE)
check_PROGRAMS += tests/check_bulk
check_PROGRAMS += tests/check_pcp
tests_check_pcp_SOURCES = tests/check_pcp.c $(PLACE)
check_PROGRAMS += tests/check_pcp_section
tests_check_pcp_section_SOURCES = tests/check_pcp_section.c $(PLACE)
check_PROGRAMS += tests/check_slab
tests_check_slab_SOURCES = tests/check_slab.c $(PLACE)
check_PROGRAMS += tests/check_skb
tests_check_skb_SOURCES = tests/check_skb.c $(WIRE)
check_PROGRAMS += tests/check_sinks
tests_check_sinks_SOURCES = tests/check_sinks.c $(RIG)
tests_check_bulk_SOURCES = tests/check_bulk.c $(PLACE)
check_PROGRAMS += tests/check_lru tests/check_reclaim tests/check_drain
tests_check_drain_SOURCES = tests/check_drain.c $(PLACE)
tests_check_lru_SOURCES = tests/check_lru.c $(PLACE)
tests_check_reclaim_SOURCES = tests/check_reclaim.c $(PLACE)
check_PROGRAMS += tests/check_page_frag
tests_check_page_frag_SOURCES = tests/check_page_frag.c $(PLACE)
check_PROGRAMS += tests/check_sk_frag
tests_check_sk_frag_SOURCES = tests/check_sk_frag.c $(PLACE)
check_PROGRAMS += tests/check_rx_heads
tests_check_rx_heads_SOURCES = tests/check_rx_heads.c $(RIG)
check_PROGRAMS += tests/check_frag_loads
tests_check_frag_loads_SOURCES = tests/check_frag_loads.c $(RIG)
tests_check_closed_forms_SOURCES = tests/check_closed_forms.c $(RIG)
check_PROGRAMS += tests/check_remote tests/check_lockdep
tests_check_lockdep_SOURCES = tests/check_lockdep.c $(RIG)
tests_check_remote_SOURCES = tests/check_remote.c $(RIG)
check_PROGRAMS += tests/check_trace_text tests/check_trace_native
check_PROGRAMS += tests/check_plan
check_PROGRAMS += tests/check_queue
check_PROGRAMS += tests/check_units
check_PROGRAMS += tests/check_result
check_PROGRAMS += tests/check_store
check_PROGRAMS += tests/check_view
check_PROGRAMS += tests/check_properties
tests_check_properties_SOURCES = tests/check_properties.c tests/laws.c tests/laws.h tests/random_point.c tests/random_point.h \
	tests/random_trace.c tests/random_trace.h tests/trial.c tests/trial.h $(RIG)
endif

# Files that tests read: EXTRA_DIST += tests/data/NAME
EXTRA_DIST += tests/data/schema-2.sql
EXTRA_DIST += tests/traces/README.md tests/traces/forkexec.perf.txt.xz tests/traces/perf-layout.awk \
	tests/traces/tcp_bulk_nic.report.txt.xz tests/traces/tcp_bulk_nic.trace.txt.xz

# Makes a results database with invented results, for the tests of what reads one.
noinst_PROGRAMS = tests/make_db
tests_make_db_SOURCES = tests/make_db.c

# How fast it is: make bench
EXTRA_PROGRAMS += tests/bench
tests_bench_SOURCES = tests/bench.c tests/bench_naive.c tests/bench_naive.h tests/points.c tests/points.h
tests_bench_LDADD = $(LIBS_HOTZONE)
bench: tests/bench
	tests/bench
.PHONY: bench

# Points that failed, with what they need to be run again.
mostlyclean-local:
	rm -rf tests/properties
