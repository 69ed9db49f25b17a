# SPDX-License-Identifier: MIT
# Unit tests are programs, the rest are scripts; all of them speak TAP.

TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	SMTPPROBE='$(abs_top_builddir)/smtpprobe'; export SMTPPROBE; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	EXIM4=$${EXIM4:-'$(abs_top_builddir)/.cache/exim4/usr/sbin/exim4'}; export EXIM4; \
	LINT_CC='$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(AM_CFLAGS)'; export LINT_CC; \
	CK_TIMEOUT_MULTIPLIER=$${CK_TIMEOUT_MULTIPLIER:-5}; export CK_TIMEOUT_MULTIPLIER; \
	PATH=$$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH;

# Programs that scripts and the demo start. They need no Check.
HELPERS = \
	tests/lab/confine \
	tests/lab/mail_host \
	tests/lab/wire \
	tests/support/blocked_port \
	tests/support/fake_dns \
	tests/support/fake_smtpd \
	tests/support/scenario_check

tests_lab_confine_SOURCES = tests/lab/confine.c
tests_lab_confine_LDADD =

tests_lab_mail_host_SOURCES = tests/lab/mail_host.c
tests_lab_mail_host_LDADD =

tests_lab_wire_SOURCES = tests/lab/wire.c
tests_lab_wire_LDADD =

tests_support_blocked_port_SOURCES = tests/support/blocked_port.c
tests_support_blocked_port_LDADD =

tests_support_fake_dns_SOURCES = tests/support/fake_dns_main.c \
	tests/support/fake_dns.c tests/support/fake_dns.h \
	tests/support/fake_dns_zone.c tests/support/fake_dns_zone.h
tests_support_fake_dns_LDADD =

tests_support_fake_smtpd_SOURCES = tests/support/fake_smtpd.c \
	tests/support/fake_link.c tests/support/fake_link.h \
	tests/support/scenario.c tests/support/scenario.h
tests_support_fake_smtpd_LDADD = $(NET_LIBS)

tests_support_scenario_check_SOURCES = tests/support/scenario_check.c \
	tests/support/scenario.c tests/support/scenario.h \
	tests/support/scenario_judge.c tests/support/scenario_judge.h
tests_support_scenario_check_LDADD = $(CORE_LIBS)

check_PROGRAMS += $(HELPERS)

SCRIPT_TESTS = \
	tests/lint.sh \
	tests/cli/bulk.sh \
	tests/cli/bulk_hostile.sh \
	tests/cli/bulk_silent.sh \
	tests/cli/jobs.sh \
	tests/cli/check_plugin.sh \
	tests/cli/cli.sh \
	tests/cli/clients.sh \
	tests/cli/contrib.sh \
	tests/cli/explain.sh \
	tests/cli/exporter.sh \
	tests/cli/html_browser.sh \
	tests/cli/formats.sh \
	tests/cli/json_schema.sh \
	tests/cli/prometheus.sh \
	tests/cli/real_blocked.sh \
	tests/cli/real_expect.sh \
	tests/cli/real_mtu.sh \
	tests/cli/real_mtu_router.sh \
	tests/cli/real_exim.sh \
	tests/cli/real_interception.sh \
	tests/cli/real_nginx.sh \
	tests/cli/real_nsd.sh \
	tests/cli/real_postfix.sh \
	tests/cli/scale.sh \
	tests/cli/scenarios.sh \
	tests/cli/symptoms.sh \
	tests/lab/compare.sh \
	tests/lab/terminal.sh \
	tests/lab/trace_answers.sh \
	tests/lab/trace_drop.sh \
	tests/lab/trace_hard.sh \
	tests/lab/trace_local.sh \
	tests/lab/trace_reject.sh
TESTS += $(SCRIPT_TESTS)
EXTRA_DIST += \
	$(SCRIPT_TESTS) \
	tests/lab/README.md \
	tests/lab/lab_lib.sh \
	tests/lab/play.sh \
	tests/support/certs.sh \
	tests/support/http_clients.py \
	tests/support/real_lib.sh \
	tests/support/schema_check.py \
	tests/support/tap_lib.sh \
	tests/data \
	tests/demo \
	tests/scenarios \
	bench

# Of the core unless they say otherwise.
RUNNER = tests/support/runner.c tests/support/runner.h
LDADD = $(CORE_LIBS) $(CHECK_LIBS)
UNIT_TESTS = \
	tests/unit/check_base \
	tests/unit/check_baseline \
	tests/unit/check_bulk_plan \
	tests/unit/check_clients \
	tests/unit/check_conn_gate \
	tests/unit/check_endpoint_pool \
	tests/unit/check_diagnose \
	tests/unit/check_dns \
	tests/unit/check_dns_text \
	tests/unit/check_expect \
	tests/unit/check_explain \
	tests/unit/check_exporter \
	tests/unit/check_formats \
	tests/unit/check_interception \
	tests/unit/check_options \
	tests/unit/check_path \
	tests/unit/check_place \
	tests/unit/check_plan \
	tests/unit/check_points \
	tests/unit/check_prometheus \
	tests/unit/check_record \
	tests/unit/check_record_json \
	tests/unit/check_record_read \
	tests/unit/check_report \
	tests/unit/check_resolver \
	tests/unit/check_resolver_life \
	tests/unit/check_resolver_pace \
	tests/unit/check_rules \
	tests/unit/check_scenarios \
	tests/unit/check_smtp \
	tests/unit/check_smtp_session \
	tests/unit/check_socks5 \
	tests/unit/check_summary \
	tests/unit/check_text \
	tests/unit/check_tls \
	tests/unit/check_tls_chain \
	tests/unit/check_tls_outcome \
	tests/unit/check_verdict

tests_unit_check_base_SOURCES = tests/unit/check_base.c $(RUNNER)

tests_unit_check_baseline_SOURCES = tests/unit/check_baseline.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h tests/unit/baseline_cases.h \
	tests/unit/baseline_cases_hosts.c tests/unit/baseline_cases_port.c \
	tests/unit/baseline_cases_tls.c

tests_unit_check_bulk_plan_SOURCES = tests/unit/check_bulk_plan.c $(RUNNER)

tests_unit_check_clients_SOURCES = tests/unit/check_clients.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_conn_gate_SOURCES = tests/unit/check_conn_gate.c $(RUNNER)
tests_unit_check_conn_gate_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_endpoint_pool_SOURCES = tests/unit/check_endpoint_pool.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h
tests_unit_check_endpoint_pool_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_diagnose_SOURCES = tests/unit/check_diagnose.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_dns_SOURCES = tests/unit/check_dns.c $(RUNNER) \
	tests/support/strlist_text.c tests/support/strlist_text.h

tests_unit_check_dns_text_SOURCES = tests/unit/check_dns_text.c $(RUNNER) \
	tests/support/strlist_text.c tests/support/strlist_text.h

tests_unit_check_exporter_SOURCES = tests/unit/check_exporter.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_formats_SOURCES = tests/unit/check_formats.c $(RUNNER) \
	tests/support/golden.c tests/support/golden.h \
	tests/support/obs_build.c tests/support/obs_build.h \
	tests/support/path_build.c tests/support/path_build.h

tests_unit_check_interception_SOURCES = tests/unit/check_interception.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_expect_SOURCES = tests/unit/check_expect.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_explain_SOURCES = tests/unit/check_explain.c $(RUNNER)

tests_unit_check_options_SOURCES = tests/unit/check_options.c $(RUNNER)

tests_unit_check_path_SOURCES = tests/unit/check_path.c $(RUNNER) \
	tests/support/path_build.c tests/support/path_build.h

tests_unit_check_place_SOURCES = tests/unit/check_place.c $(RUNNER)
tests_unit_check_place_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_plan_SOURCES = tests/unit/check_plan.c $(RUNNER)

tests_unit_check_record_SOURCES = tests/unit/check_record.c $(RUNNER) \
	tests/support/observation_equal.c tests/support/observation_equal.h \
	tests/support/observation_fields.c tests/support/observation_fields.h \
	tests/support/record_text.c tests/support/record_text.h

tests_unit_check_record_json_SOURCES = tests/unit/check_record_json.c $(RUNNER) \
	tests/support/observation_equal.c tests/support/observation_equal.h \
	tests/support/observation_fields.c tests/support/observation_fields.h \
	tests/support/record_text.c tests/support/record_text.h

tests_unit_check_record_read_SOURCES = tests/unit/check_record_read.c $(RUNNER) \
	tests/support/observation_equal.c tests/support/observation_equal.h \
	tests/support/record_text.c tests/support/record_text.h

tests_unit_check_points_SOURCES = tests/unit/check_points.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_prometheus_SOURCES = tests/unit/check_prometheus.c $(RUNNER) \
	tests/support/golden.c tests/support/golden.h \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_report_SOURCES = tests/unit/check_report.c $(RUNNER) \
	tests/support/golden.c tests/support/golden.h \
	tests/support/obs_build.c tests/support/obs_build.h tests/unit/rule_cases.h \
	tests/support/path_build.c tests/support/path_build.h \
	tests/unit/rule_cases_interception.c tests/unit/rule_cases_net.c \
	tests/unit/rule_cases_path.c tests/unit/rule_cases_reply.c tests/unit/rule_cases_size.c \
	tests/unit/rule_cases_smtp.c tests/unit/rule_cases_tls.c

tests_unit_check_resolver_SOURCES = tests/unit/check_resolver.c $(RUNNER) \
	tests/support/dns_world.c tests/support/dns_world.h \
	tests/support/fake_dns.c tests/support/fake_dns.h \
	tests/support/fake_dns_zone.c tests/support/fake_dns_zone.h \
	tests/support/strlist_text.c tests/support/strlist_text.h
tests_unit_check_resolver_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_resolver_life_SOURCES = tests/unit/check_resolver_life.c $(RUNNER) \
	tests/support/dns_world.c tests/support/dns_world.h \
	tests/support/fake_dns.c tests/support/fake_dns.h \
	tests/support/fake_dns_zone.c tests/support/fake_dns_zone.h \
	tests/support/strlist_text.c tests/support/strlist_text.h
tests_unit_check_resolver_life_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_resolver_pace_SOURCES = tests/unit/check_resolver_pace.c $(RUNNER) \
	tests/support/dns_world.c tests/support/dns_world.h \
	tests/support/fake_dns.c tests/support/fake_dns.h \
	tests/support/fake_dns_zone.c tests/support/fake_dns_zone.h \
	tests/support/strlist_text.c tests/support/strlist_text.h
tests_unit_check_resolver_pace_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_rules_SOURCES = tests/unit/check_rules.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h tests/unit/rule_cases.h \
	tests/support/path_build.c tests/support/path_build.h \
	tests/unit/rule_cases_interception.c tests/unit/rule_cases_net.c \
	tests/unit/rule_cases_path.c tests/unit/rule_cases_reply.c tests/unit/rule_cases_size.c \
	tests/unit/rule_cases_smtp.c tests/unit/rule_cases_tls.c

tests_unit_check_scenarios_SOURCES = tests/unit/check_scenarios.c $(RUNNER) \
	tests/support/scenario.c tests/support/scenario.h \
	tests/support/scenario_judge.c tests/support/scenario_judge.h

tests_unit_check_smtp_SOURCES = tests/unit/check_smtp.c $(RUNNER)

tests_unit_check_smtp_session_SOURCES = tests/unit/check_smtp_session.c $(RUNNER)

tests_unit_check_socks5_SOURCES = tests/unit/check_socks5.c $(RUNNER)
tests_unit_check_socks5_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_summary_SOURCES = tests/unit/check_summary.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h

tests_unit_check_text_SOURCES = tests/unit/check_text.c $(RUNNER) tests/unit/text_cases.h \
	tests/unit/text_cases_auth.c tests/unit/text_cases_client.c \
	tests/unit/text_cases_network.c tests/unit/text_cases_path.c \
	tests/unit/text_cases_reply.c \
	tests/unit/text_cases_tls.c

tests_unit_check_tls_SOURCES = tests/unit/check_tls.c $(RUNNER) \
	tests/support/pki.c tests/support/pki.h tests/support/tls_pair.c tests/support/tls_pair.h
tests_unit_check_tls_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_tls_chain_SOURCES = tests/unit/check_tls_chain.c $(RUNNER) \
	tests/support/pki.c tests/support/pki.h
tests_unit_check_tls_chain_LDADD = $(NET_LIBS) $(CHECK_LIBS)

tests_unit_check_tls_outcome_SOURCES = tests/unit/check_tls_outcome.c $(RUNNER) \
	tests/support/pki.c tests/support/pki.h tests/support/tls_pair.c tests/support/tls_pair.h
tests_unit_check_tls_outcome_LDADD = $(NET_LIBS) $(CHECK_LIBS)

if HAVE_CHECK
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
VARIANT_UNIT_TESTS = $(UNIT_TESTS)
endif

# What a second build (sanitizers, another compiler) is worth running: what is ours, in process
# and through sockets; of the real servers only those of what runs for months, and must not leak.
VARIANT_TESTS = $(VARIANT_UNIT_TESTS) fuzz/replay.sh tests/cli/exporter.sh tests/cli/scenarios.sh

check-variant:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(VARIANT_TESTS)'

demo-programs: $(HELPERS)

.PHONY: check-variant demo-programs

tests_unit_check_verdict_SOURCES = tests/unit/check_verdict.c $(RUNNER) \
	tests/support/obs_build.c tests/support/obs_build.h
