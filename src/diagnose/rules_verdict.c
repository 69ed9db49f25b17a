/* SPDX-License-Identifier: MIT
 *
 * The rule that says that all is well. The evaluator lets it stand only where no finding is a
 * warning or a problem. */
#include <stddef.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

static void say_certificate(struct buf *b, const struct obs_endpoint *e)
{
	const char *against = seen_against_certificate(e);

	if (against != NULL) {
		buf_addf(b, ", not verified: %s", against);
		return;
	}
	if (facts_address_only(e) && !e->tls.verified) {
		buf_adds(b, ", certificate verified, but for no name");
	} else {
		buf_adds(b, ", certificate verified for ");
		seen_text(b, e->tls.verified_name, 120);
	}
	if (e->tls.chain_count > 0) {
		buf_adds(b, ", valid until ");
		seen_date(b, e->tls.chain[0].not_after);
	}
}

/* What was verified of one port, without a word more. */
static void say_tls(struct buf *b, const struct obs_endpoint *e)
{
	buf_adds(b, e->mode == MODE_IMPLICIT_TLS ? "implicit TLS, " : "STARTTLS, ");
	seen_tls_version(b, e->tls.version);
	say_certificate(b, e);
}

/* No port offers a log-in in the clear, and one does inside of TLS. */
static bool log_in_after_tls(const struct observation *o)
{
	bool inside = false;

	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (facts_log_in_before_tls(e))
			return false;
		inside = inside || obs_ehlo_find(&e->ehlo_tls, "AUTH") != NULL;
	}
	return inside;
}

static void all_well(const struct observation *o, struct judge *j)
{
	bool works = false;

	if (o->cut_short)
		return;
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		struct buf b;

		if (!facts_works_with_tls(e))
			continue;
		buf_init(&b, 256);
		say_tls(&b, e);
		judge_see(j, e, "%s", buf_str(&b));
		buf_clear(&b);
		works = true;
	}
	if (works && log_in_after_tls(o))
		judge_see(j, NULL, "log-in only after TLS");
}

const struct diag_rule rules_verdict[] = {
	{
		.code = "ALL_WELL", .stage = STAGE_QUIT,
		.severity = SEVERITY_OK, .confidence = CONFIDENCE_CERTAIN,
		.summary = "All is well: connection, dialogue and TLS work",
		.means = "Name, connection, greeting, TLS and EHLO were tested; no log-in was tried "
			 "and no mail was sent.",
		.remedy = "Nothing needs to be done.",
		.references = { "RFC 8314 3", "RFC 5321 3.1" },
		.target = all_well,
	},
	{ .code = NULL },
};
