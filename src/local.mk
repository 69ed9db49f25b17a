# SPDX-License-Identifier: MIT
# libcore.a knows no network library: a stray uv_ or gnutls_ in it does not link into its tests.

noinst_LIBRARIES += src/libcore.a src/libnet.a
bin_PROGRAMS += smtpprobe

src_libcore_a_SOURCES = \
	src/base/amount.c src/base/amount.h \
	src/base/buf.c src/base/buf.h \
	src/base/err.c src/base/err.h \
	src/base/hash.c src/base/hash.h \
	src/base/json_writer.c src/base/json_writer.h \
	src/base/key_set.c src/base/key_set.h \
	src/base/limits.h \
	src/base/mem.c src/base/mem.h \
	src/base/name_index.c src/base/name_index.h \
	src/base/near.c src/base/near.h \
	src/base/printable.c src/base/printable.h \
	src/base/shuffle.c src/base/shuffle.h \
	src/base/strlist.c src/base/strlist.h \
	src/base/word_index.c src/base/word_index.h \
	src/base/words.c src/base/words.h \
	src/baseline/baseline.c src/baseline/baseline.h \
	src/baseline/baseline_ehlo.c \
	src/baseline/baseline_endpoint.c \
	src/baseline/baseline_hosts.c \
	src/baseline/baseline_tls.c \
	src/baseline/changes.c src/baseline/changes.h \
	src/diagnose/advice.c src/diagnose/advice.h \
	src/diagnose/clients.c src/diagnose/clients.h \
	src/diagnose/clients_table_compiled.c \
	src/diagnose/clients_table_programs.c \
	src/diagnose/clients_table_script.c \
	src/diagnose/clouds.c src/diagnose/clouds.h \
	src/diagnose/diagnose.c src/diagnose/diagnose.h \
	src/diagnose/facts.c src/diagnose/facts.h \
	src/diagnose/facts_path.c src/diagnose/facts_path.h \
	src/diagnose/host_names.c src/diagnose/host_names.h \
	src/diagnose/number_place.c src/diagnose/number_place.h \
	src/diagnose/plain_text.c src/diagnose/plain_text.h \
	src/diagnose/providers.c src/diagnose/providers.h \
	src/diagnose/providers_table.c \
	src/diagnose/rule.h \
	src/diagnose/rules_auth.c \
	src/diagnose/rules_certificate.c \
	src/diagnose/rules_client.c \
	src/diagnose/rules_connect.c \
	src/diagnose/rules_dns.c \
	src/diagnose/rules_ehlo.c \
	src/diagnose/rules_elsewhere.c \
	src/diagnose/rules_greeting.c \
	src/diagnose/rules_interception.c \
	src/diagnose/rules_message.c \
	src/diagnose/rules_path.c \
	src/diagnose/rules_policy.c \
	src/diagnose/rules_sender.c \
	src/diagnose/rules_silent.c \
	src/diagnose/rules_size.c \
	src/diagnose/rules_smtp.c \
	src/diagnose/rules_source.c \
	src/diagnose/rules_starttls.c \
	src/diagnose/rules_tls.c \
	src/diagnose/rules_trust.c \
	src/diagnose/rules_verdict.c \
	src/diagnose/seen.c src/diagnose/seen.h \
	src/diagnose/seen_path.c src/diagnose/seen_path.h \
	src/diagnose/shields.c src/diagnose/shields.h \
	src/diagnose/text_match.c src/diagnose/text_match.h \
	src/diagnose/text_rows.h \
	src/diagnose/verdict.c src/diagnose/verdict.h \
	src/dns/dns_message.c src/dns/dns_message.h \
	src/dns/dns_wire.c src/dns/dns_wire.h \
	src/dns/hosts_file.c src/dns/hosts_file.h \
	src/dns/server_list.c src/dns/server_list.h \
	src/expect/claims.c src/expect/claims.h \
	src/expect/claims_reach.c \
	src/expect/claims_target.c \
	src/expect/expect.h \
	src/expect/expect_judge.c \
	src/expect/expect_parse.c \
	src/exporter/exporter_metrics.c src/exporter/exporter_metrics.h \
	src/exporter/http_request.h \
	src/exporter/probe_request.c src/exporter/probe_request.h \
	src/explain/bare_code.c src/explain/bare_code.h \
	src/explain/explain.c src/explain/explain.h \
	src/explain/explain_report.c src/explain/explain_report.h \
	src/explain/lines.c src/explain/lines.h \
	src/options/exit_code.h \
	src/options/option_judge.c \
	src/options/option_read.c \
	src/options/option_table.h \
	src/options/option_take.c \
	src/options/option_take_listen.c \
	src/options/options.c src/options/options.h \
	src/options/options_completion.c \
	src/options/options_help.c \
	src/path/path_judge.c src/path/path_judge.h \
	src/plan/exclusions.c src/plan/exclusions.h \
	src/plan/shard.c src/plan/shard.h \
	src/plan/target.c src/plan/target.h \
	src/record/message_size.c src/record/message_size.h \
	src/record/observation.c src/record/observation.h \
	src/record/observation_copy.c src/record/observation_copy.h \
	src/record/observation_file.c src/record/observation_file.h \
	src/record/observation_json.h \
	src/record/observation_json_read.c \
	src/record/observation_json_write.c \
	src/record/observation_members.c src/record/observation_members.h \
	src/record/outcome.c src/record/outcome.h \
	src/report/headline.c src/report/headline.h \
	src/report/layout.c src/report/layout.h \
	src/report/markup.c src/report/markup.h \
	src/report/path_ladder.c src/report/path_ladder.h \
	src/report/report.c src/report/report.h \
	src/report/report_html.c src/report/report_html.h \
	src/report/report_html_findings.c \
	src/report/report_html_path.c \
	src/report/report_html_ports.c \
	src/report/report_html_style.c \
	src/report/report_html_timing.c \
	src/report/report_html_tls.c \
	src/report/report_json.c \
	src/report/report_json_clients.c src/report/report_json_clients.h \
	src/report/report_monitoring.c src/report/report_monitoring.h \
	src/report/report_github.c \
	src/report/report_junit.c \
	src/report/report_markdown.c \
	src/report/report_prometheus.c \
	src/report/report_summary.c \
	src/report/report_summary_json.c \
	src/report/report_tap.c \
	src/report/summary.c src/report/summary.h \
	src/report/test_points.c src/report/test_points.h \
	src/report/report_text.c src/report/report_text.h \
	src/report/report_text_advice.c \
	src/report/report_text_cell.c \
	src/report/report_text_changes.c \
	src/report/report_text_expected.c \
	src/report/report_text_clients.c \
	src/report/report_text_findings.c \
	src/report/report_text_path.c \
	src/report/report_text_matrix.c \
	src/smtp/smtp_caps.c src/smtp/smtp_caps.h \
	src/smtp/smtp_reason.c src/smtp/smtp_reason.h \
	src/smtp/smtp_reply.c src/smtp/smtp_reply.h \
	src/smtp/smtp_session.c src/smtp/smtp_session.h

src_libnet_a_SOURCES = \
	src/net/conn.c src/net/conn.h \
	src/net/conn_gate.c src/net/conn_gate.h \
	src/net/conn_groups.c src/net/conn_groups.h \
	src/net/dns_channel.c src/net/dns_channel.h \
	src/net/arrival_ttl.c src/net/arrival_ttl.h \
	src/net/gateway.c src/net/gateway.h \
	src/net/here.c src/net/here.h \
	src/net/path_trace.c src/net/path_trace.h \
	src/net/place.c src/net/place.h \
	src/net/resolver.c src/net/resolver.h \
	src/net/resolver_pace.c src/net/resolver_pace.h \
	src/net/resolver_queue.c src/net/resolver_queue.h \
	src/net/small_file.c src/net/small_file.h \
	src/net/socks5.c src/net/socks5.h \
	src/net/spare_syn.c src/net/spare_syn.h \
	src/net/syn.c src/net/syn.h \
	src/net/syn_watch.c src/net/syn_watch.h \
	src/net/tcp_info.c src/net/tcp_info.h \
	src/net/tls_chain.c src/net/tls_chain.h \
	src/net/tls_context.c src/net/tls_context.h \
	src/net/tls_describe.c src/net/tls_describe.h \
	src/net/tls_engine.c src/net/tls_engine.h \
	src/net/tls_internal.h \
	src/net/tls_verify.c src/net/tls_verify.h \
	src/net/vantage.c src/net/vantage.h \
	src/probe/address_pool.c src/probe/address_pool.h \
	src/probe/comparison_probe.c src/probe/comparison_probe.h \
	src/probe/comparisons.c src/probe/comparisons.h \
	src/probe/control_search.c src/probe/control_search.h \
	src/probe/dialogue.c src/probe/dialogue.h \
	src/probe/endpoint_join.c src/probe/endpoint_join.h \
	src/probe/endpoint_pool.c src/probe/endpoint_pool.h \
	src/probe/endpoint_internal.h \
	src/probe/endpoint_probe.c src/probe/endpoint_probe.h \
	src/probe/endpoint_race.c \
	src/probe/endpoint_reach.c src/probe/endpoint_reach.h \
	src/probe/mail_hosts.c src/probe/mail_hosts.h \
	src/probe/path_probes.c src/probe/path_probes.h \
	src/probe/port_view.c src/probe/port_view.h \
	src/probe/settings.h \
	src/probe/target_probe.c src/probe/target_probe.h

smtpprobe_SOURCES = \
	src/app.c src/app.h \
	src/done_targets.c src/done_targets.h \
	src/engine.c src/engine.h \
	src/baselines.c src/baselines.h \
	src/exporter/exporter.c src/exporter/exporter.h \
	src/exporter/http_service.c src/exporter/http_service.h \
	src/job.c src/job.h \
	src/jobs.c src/jobs.h \
	src/list_progress.c src/list_progress.h \
	src/lookup.c src/lookup.h \
	src/main.c \
	src/outputs.c src/outputs.h \
	src/plugin.c src/plugin.h \
	src/progress.c src/progress.h \
	src/target_source.c src/target_source.h
smtpprobe_LDADD = $(NET_LIBS) $(MHD_LIBS)
