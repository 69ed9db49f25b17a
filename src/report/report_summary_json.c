/* SPDX-License-Identifier: MIT
 *
 * The summary for programs, `smtpprobe.summary/1`: one object on one line, behind the last target.
 * Counts only: who wants a share knows of what. */
#include "base/json_writer.h"
#include "base/limits.h"
#include "base/mem.h"
#include "diagnose/rule.h"
#include "record/observation_json.h"
#include "report/report.h"
#include "report/summary.h"

static void put(struct json_writer *w, const char *key, size_t n)
{
	json_writer_key(w, key);
	json_writer_int(w, (int64_t)n);
}

static void begin(struct json_writer *w, const char *key)
{
	json_writer_key(w, key);
	json_writer_begin_object(w);
}

static void put_time(struct json_writer *w, const char *key, const struct summary *s, int64_t us)
{
	json_writer_key(w, key);
	if (s->done > 0)
		observation_json_write_time(w, us);
	else
		json_writer_null(w);
}

static void put_targets(struct json_writer *w, const struct summary *s, const struct report_tally *t)
{
	begin(w, "targets");
	put(w, "asked", t->asked);
	put(w, "done", t->done);
	put(w, "ok", t->by_status[STATUS_OK]);
	put(w, "with_warnings", t->with_warnings);
	put(w, "problem", t->by_status[STATUS_PROBLEM]);
	put(w, "unchecked", t->by_status[STATUS_UNCHECKED]);
	put(w, "cut_short", s->cut_short);
	put(w, "family_left_out", s->no_route);
	json_writer_end_object(w);
	begin(w, "exit_status");
	put(w, "0", s->by_weight[REPORT_FINE]);
	put(w, "1", s->by_weight[REPORT_FOUND]);
	put(w, "2", s->by_weight[REPORT_UNCHECKED]);
	json_writer_end_object(w);
}

static void put_names(struct json_writer *w, const struct summary *s)
{
	begin(w, "names");
	put(w, "asked", summary_names_asked(s));
	for (unsigned i = 0; i < SUMMARY_NAMES; i++)
		put(w, words_name(&summary_name_words, i), s->names[i]);
	json_writer_end_object(w);
}

static void put_facts(struct json_writer *w, const char *key, const size_t counts[SUMMARY_FACTS])
{
	begin(w, key);
	for (unsigned i = 0; i < SUMMARY_FACTS; i++)
		put(w, words_name(&summary_fact_words, i), counts[i]);
	json_writer_end_object(w);
}

static void put_ports(struct json_writer *w, const struct summary *s)
{
	begin(w, "endpoints");
	put(w, "distinct", s->endpoints.count);
	put(w, "seen", s->endpoints_seen);
	put(w, "limit", s->endpoints.most);
	put(w, "beyond_limit", s->endpoints_beyond);
	put(w, "of_other_ports", s->ports_beyond);
	json_writer_end_object(w);
	json_writer_key(w, "ports");
	json_writer_begin_list(w);
	for (size_t i = 0; i < s->port_count; i++) {
		json_writer_begin_object(w);
		put(w, "port", s->ports[i].port);
		put_facts(w, "targets", s->ports[i].targets);
		put_facts(w, "endpoints", s->ports[i].endpoints);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void put_codes(struct json_writer *w, const char *key, const struct summary_code *list,
		      size_t count)
{
	json_writer_key(w, key);
	json_writer_begin_list(w);
	for (size_t i = 0; i < count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "code");
		json_writer_string(w, list[i].code);
		json_writer_key(w, "severity");
		json_writer_string(w, words_name(&severity_words, summary_gravest(&list[i])));
		put(w, "targets", list[i].targets);
		begin(w, "by_severity");
		for (unsigned k = SEVERITY_NOTE; k < SEVERITY_COUNT; k++)
			put(w, words_name(&severity_words, k), list[i].by_severity[k]);
		json_writer_end_object(w);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void put_hosts(struct json_writer *w, const struct summary *s)
{
	begin(w, "mail_hosts");
	put(w, "targets", s->with_mx);
	put(w, "distinct", s->host_count);
	put(w, "limit", s->host_names.most);
	put(w, "beyond_limit", s->hosts_beyond);
	json_writer_key(w, "top");
	json_writer_begin_list(w);
	for (size_t i = 0; i < s->host_count && i < SUMMARY_TOP_HOSTS; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "host");
		json_writer_string(w, s->hosts[i].name);
		put(w, "targets", s->hosts[i].targets);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
	json_writer_end_object(w);
}

static void put_states(struct json_writer *w, const size_t by_state[EXPECT_STATE_COUNT])
{
	for (unsigned i = 0; i < EXPECT_STATE_COUNT; i++)
		put(w, words_name(&expect_state_words, i), by_state[i]);
}

static void put_expected(struct json_writer *w, const struct summary *s)
{
	json_writer_key(w, "expectations");
	if (s->claim_count == 0) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_object(w);
	begin(w, "targets");
	put_states(w, s->expected);
	json_writer_end_object(w);
	json_writer_key(w, "list");
	json_writer_begin_list(w);
	for (size_t i = 0; i < s->claim_count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "text");
		json_writer_string(w, s->claims[i].text);
		put_states(w, s->claims[i].by_state);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
	json_writer_end_object(w);
}

static void put_changes(struct json_writer *w, const struct summary *s)
{
	json_writer_key(w, "changes");
	if (s->compared == 0) {
		json_writer_null(w);
		return;
	}
	json_writer_begin_object(w);
	put(w, "targets", s->compared);
	put(w, "not_in_baseline", s->not_in_baseline);
	put_codes(w, "list", s->changes, s->change_count);
	json_writer_end_object(w);
}

static void *summary_json_begin(struct buf *to, const struct report_style *s)
{
	(void)to;
	(void)s;
	return summary_begin();
}

static void summary_json_target(struct buf *to, const struct report_style *s,
				const struct report_target *t, void *kept)
{
	(void)to;
	(void)s;
	summary_add(kept, t);
}

static void summary_json_end(struct buf *to, const struct report_style *style,
			     const struct report_tally *t, void *kept)
{
	struct summary *s = kept;
	struct json_writer w;

	(void)style;
	summary_sort(s);
	json_writer_init(&w, to);
	json_writer_begin_object(&w);
	json_writer_key(&w, "schema");
	json_writer_string(&w, "smtpprobe.summary/1");
	put_time(&w, "first_started_at", s, s->first_us);
	put_time(&w, "last_started_at", s, s->last_us);
	put_targets(&w, s, t);
	put_names(&w, s);
	put_ports(&w, s);
	put_codes(&w, "findings", s->findings, s->finding_count);
	put_hosts(&w, s);
	put_expected(&w, s);
	put_changes(&w, s);
	json_writer_end_object(&w);
	buf_addc(to, '\n');
	summary_free(s);
}

const struct report_format report_summary_json = {
	.name = "summary-json",
	.help = "one object over all targets, smtpprobe.summary/1",
	.begin = summary_json_begin,
	.target = summary_json_target,
	.end = summary_json_end,
};
