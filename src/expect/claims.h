/* SPDX-License-Identifier: MIT
 *
 * The table of claims: what each word compares and how it is judged. For the files of this folder
 * and the tests. Adding a claim = a row in claims.c, a case in tests/unit/check_expect.c, a line in
 * docs/ci.md. */
#ifndef EXPECT_CLAIMS_H
#define EXPECT_CLAIMS_H

#include "base/buf.h"
#include "expect/expect.h"

enum claim_value {
	VALUE_NONE,
	VALUE_NUMBER,
	VALUE_BYTES,
	VALUE_TIME,
	VALUE_TLS,       /* 1.0 to 1.3, as ten times that */
	VALUE_WORDS,     /* any words, upper and lower case alike */
	VALUE_HOSTS,
	VALUE_SHA256,
	VALUE_REPLY_CODE, /* three characters, digits or the x, y, z of RFC 5321 4.2.1 */
	VALUE_DIAGNOSIS, /* codes of rules, or patterns of them */
	VALUE_TEXT,
	VALUE_COUNT
};

/* What a claim of the target as a whole is judged by. */
struct scene {
	const struct observation *o;
	const struct diagnosis *d;
	const struct expectation *x;
};

struct claim_row {
	const char *word;            /* NULL ends the table */
	enum claim_value value;
	bool of_stage;               /* "ehlo.code=250" */
	bool shut;                   /* says that the port takes no connection */
	bool denies;                 /* says that something is not so: untested where it cannot be seen */
	/* One of the two. Appends what was seen, also where the claim is met. */
	enum expect_state (*at)(const struct expect_claim *c, const struct observation *o,
				const struct obs_endpoint *e, struct buf *seen);
	enum expect_state (*of)(const struct expect_claim *c, const struct scene *s,
				struct buf *seen);
	const char *example;
	const char *remedy;          /* what to do where it is not met; NULL: what was seen says it */
};

extern const struct claim_row claim_rows[];

/* What to do where a port takes no connection. */
const char *claim_remedy_open(void);

/* Is the endpoint among those that the expectation is about? */
bool expectation_selects(const struct expectation *x, const struct obs_endpoint *e);
bool expectation_selects_host(const struct expectation *x, const char *host, const char *address);

/* An address of a family that this machine has no route for says nothing about the server. Left out
 * unless the family was asked for by name: a build machine without IPv6 could check nothing else. */
bool expectation_leaves_out(const struct expectation *x, const struct observation *o,
			    const struct obs_endpoint *e);

/* Which endpoints there were, for one who selected none of them. */
void expectation_say_none(const struct scene *s, struct buf *seen);

/* How a stage of the dialogue ended; its reply, NULL where it has none. */
enum outcome claim_outcome(const struct obs_endpoint *e, enum stage stage);
const struct obs_reply *claim_reply(const struct obs_endpoint *e, enum stage stage);

/* "EHLO got no answer", with the reply where there is one. */
void claim_say_stage(const struct obs_endpoint *e, enum stage stage, struct buf *seen);

/* This machine kept the connect from being tried. */
bool claim_failed_here(const struct observation *o, const struct obs_endpoint *e);

/* What a stage that did not go well makes of a claim that rests on it. */
enum expect_state claim_obstacle(const struct observation *o, const struct obs_endpoint *e,
				 enum stage stage);

/* Did everything up to that stage go well? Else *state and `seen` say what stands in the way. */
bool claim_reached(const struct observation *o, const struct obs_endpoint *e, enum stage to,
		   enum expect_state *state, struct buf *seen);

/* Does the number compare as the claim says? */
enum expect_state claim_compare(const struct expect_claim *c, int64_t have);

/* The claims about the target as a whole (claims_target.c). */
enum expect_state claim_finding(const struct expect_claim *c, const struct scene *s, struct buf *seen);
enum expect_state claim_no_finding(const struct expect_claim *c, const struct scene *s,
				   struct buf *seen);
enum expect_state claim_mx_count(const struct expect_claim *c, const struct scene *s, struct buf *seen);
enum expect_state claim_ipv6(const struct expect_claim *c, const struct scene *s, struct buf *seen);

#endif
