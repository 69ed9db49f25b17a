/* SPDX-License-Identifier: MIT
 *
 * The rule that says that all is well. The evaluator lets it stand only where no finding is a
 * warning or a problem. */
#include <stddef.h>

#include "base/mem.h"
#include "diagnose/advice.h"
#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"

static void say_tls(struct buf *b, const struct obs_endpoint *e)
{
	buf_adds(b, e->mode == MODE_IMPLICIT_TLS ? "implicit TLS, " : "STARTTLS, ");
	seen_tls_version(b, e->tls.version);
	if (!facts_certificate_good(e))
		buf_adds(b, ", certificate not verified");
	else if (facts_address_only(e) && !e->tls.verified)
		buf_adds(b, ", certificate verified, but for no name");
	else
		buf_adds(b, ", certificate verified for its name");
}

/* "best for sending: mx1.example.com port 465, implicit TLS" */
static void see_best(const struct observation *o, struct judge *j)
{
	static const char *const mode[ADVICE_MODE_COUNT] = {
		[ADVICE_STARTTLS] = "STARTTLS",
		[ADVICE_IMPLICIT_TLS] = "implicit TLS",
		[ADVICE_PLAINTEXT] = "no TLS",
	};
	struct advice *list;
	size_t count;

	advice_make(&list, &count, o);
	if (count > 0)
		judge_see(j, NULL, "best %s: %s port %u, %s",
			  list[0].role == ROLE_RELAY ? "for delivery" : "for sending",
			  list[0].host, list[0].port, mode[list[0].mode]);
	advice_free(list, count);
}

static void all_well(const struct observation *o, struct judge *j)
{
	bool any = false;

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
		any = true;
	}
	if (any)
		see_best(o, j);
}

const struct diag_rule rules_verdict[] = {
	{
		.code = "ALL_WELL", .stage = STAGE_QUIT,
		.severity = SEVERITY_OK, .confidence = CONFIDENCE_CERTAIN,
		.summary = "All is well: connection, dialogue and TLS are in order",
		.means = "Name, connection, greeting, TLS and EHLO were tested; no log-in was tried "
			 "and no mail was sent.",
		.remedy = "Nothing needs to be done. How to use it is shown below.",
		.references = { "RFC 8314 3", "RFC 5321 3.1" },
		.target = all_well,
	},
	{ .code = NULL },
};
