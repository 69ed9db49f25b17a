# SPDX-License-Identifier: MIT
# With --enable-fuzzing libFuzzer drives the targets; without, replay.c gives them their seeds.

FUZZ_TARGETS = \
	fuzz/fuzz_baseline \
	fuzz/fuzz_diagnosis \
	fuzz/fuzz_dns_message \
	fuzz/fuzz_exclusions \
	fuzz/fuzz_expect \
	fuzz/fuzz_explain \
	fuzz/fuzz_gateway \
	fuzz/fuzz_observation \
	fuzz/fuzz_path \
	fuzz/fuzz_printable \
	fuzz/fuzz_probe_request \
	fuzz/fuzz_smtp_caps \
	fuzz/fuzz_smtp_reply \
	fuzz/fuzz_smtp_session \
	fuzz/fuzz_socks5 \
	fuzz/fuzz_target
check_PROGRAMS += $(FUZZ_TARGETS)
TESTS += fuzz/replay.sh
EXTRA_DIST += fuzz/replay.sh fuzz/replay.c fuzz/seeds

if FUZZING
FUZZ_MAIN =
FUZZ_SECONDS = 60

fuzzing: $(FUZZ_TARGETS)
	for t in $(FUZZ_TARGETS); do \
		$(MKDIR_P) corpus/$$t && \
		./$$t -max_total_time=$(FUZZ_SECONDS) corpus/$$t \
			$(srcdir)/fuzz/seeds/$${t#fuzz/fuzz_} || exit 1; \
	done
else
FUZZ_MAIN = fuzz/replay.c
endif

fuzz_fuzz_baseline_SOURCES = fuzz/fuzz_baseline.c $(FUZZ_MAIN) \
	tests/support/random_record.c tests/support/random_record.h
fuzz_fuzz_baseline_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_baseline_LDADD = $(CORE_LIBS)

fuzz_fuzz_diagnosis_SOURCES = fuzz/fuzz_diagnosis.c $(FUZZ_MAIN) \
	tests/support/random_record.c tests/support/random_record.h
fuzz_fuzz_diagnosis_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_diagnosis_LDADD = $(CORE_LIBS)

fuzz_fuzz_dns_message_SOURCES = fuzz/fuzz_dns_message.c $(FUZZ_MAIN)
fuzz_fuzz_dns_message_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_dns_message_LDADD = $(CORE_LIBS)

fuzz_fuzz_exclusions_SOURCES = fuzz/fuzz_exclusions.c $(FUZZ_MAIN)
fuzz_fuzz_exclusions_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_exclusions_LDADD = $(CORE_LIBS)

fuzz_fuzz_expect_SOURCES = fuzz/fuzz_expect.c $(FUZZ_MAIN) \
	tests/support/random_record.c tests/support/random_record.h
fuzz_fuzz_expect_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_expect_LDADD = $(CORE_LIBS)

fuzz_fuzz_explain_SOURCES = fuzz/fuzz_explain.c $(FUZZ_MAIN)
fuzz_fuzz_explain_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_explain_LDADD = $(CORE_LIBS)

fuzz_fuzz_gateway_SOURCES = fuzz/fuzz_gateway.c $(FUZZ_MAIN)
fuzz_fuzz_gateway_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_gateway_LDADD = $(NET_LIBS)

fuzz_fuzz_observation_SOURCES = fuzz/fuzz_observation.c $(FUZZ_MAIN) \
	tests/support/observation_equal.c tests/support/observation_equal.h
fuzz_fuzz_observation_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_observation_LDADD = $(CORE_LIBS)

fuzz_fuzz_path_SOURCES = fuzz/fuzz_path.c $(FUZZ_MAIN)
fuzz_fuzz_path_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_path_LDADD = $(CORE_LIBS)

fuzz_fuzz_printable_SOURCES = fuzz/fuzz_printable.c $(FUZZ_MAIN)
fuzz_fuzz_printable_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_printable_LDADD = $(CORE_LIBS)

fuzz_fuzz_probe_request_SOURCES = fuzz/fuzz_probe_request.c $(FUZZ_MAIN)
fuzz_fuzz_probe_request_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_probe_request_LDADD = $(CORE_LIBS)

fuzz_fuzz_smtp_caps_SOURCES = fuzz/fuzz_smtp_caps.c $(FUZZ_MAIN)
fuzz_fuzz_smtp_caps_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_smtp_caps_LDADD = $(CORE_LIBS)

fuzz_fuzz_smtp_reply_SOURCES = fuzz/fuzz_smtp_reply.c $(FUZZ_MAIN)
fuzz_fuzz_smtp_reply_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_smtp_reply_LDADD = $(CORE_LIBS)

fuzz_fuzz_smtp_session_SOURCES = fuzz/fuzz_smtp_session.c $(FUZZ_MAIN)
fuzz_fuzz_smtp_session_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_smtp_session_LDADD = $(CORE_LIBS)

fuzz_fuzz_socks5_SOURCES = fuzz/fuzz_socks5.c $(FUZZ_MAIN)
fuzz_fuzz_socks5_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_socks5_LDADD = $(NET_LIBS)

fuzz_fuzz_target_SOURCES = fuzz/fuzz_target.c $(FUZZ_MAIN)
fuzz_fuzz_target_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
fuzz_fuzz_target_LDADD = $(CORE_LIBS)
