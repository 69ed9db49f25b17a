/* SPDX-License-Identifier: MIT
 *
 * Cases of the rules about size. A message of 3 MB (3145728 bytes) is 4194304 characters of
 * base64, 55189 lines of up to 76, so 4304682 bytes with their ends, and headers. */
#include <stddef.h>

#include "base/mem.h"
#include "rule_cases.h"

enum { MS = 1000, SECOND = 1000 * 1000, MESSAGE = 3145728 };

static struct obs_endpoint *asked(struct observation *o, const char *clear, const char *inside)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	o->message_size = MESSAGE;
	e = build_at(o, 587);
	build_capabilities(&e->ehlo, clear);
	build_capabilities(&e->ehlo_tls, inside);
	return e;
}

static void answers(struct obs_endpoint *e, enum outcome outcome, const char *reply)
{
	build_set(&e->size_test.command, "MAIL FROM:<> SIZE=4308778");
	build_reply(&e->size_test.reply, outcome, reply, MS);
}

/* Before encoding it would fit: 4000000 is more than 3145728. The limit inside TLS counts. */
static void too_large(struct observation *o, bool near_miss)
{
	asked(o, "SIZE 1000\nSTARTTLS", near_miss ? "SIZE 5000000\nAUTH PLAIN"
						  : "SIZE 4000000\nAUTH PLAIN");
}

static void called_too_large(struct observation *o, bool near_miss)
{
	answers(asked(o, "SIZE\nSTARTTLS", "SIZE\nAUTH PLAIN"), OUT_REJECTED,
		near_miss ? "530 5.7.0 Authentication required"
			  : "552 5.3.4 Message size exceeds fixed limit");
}

static void not_asked(struct observation *o, bool near_miss)
{
	too_large(o, false);
	if (near_miss)
		o->message_size = 0;
}

static void no_room(struct observation *o, bool near_miss)
{
	answers(asked(o, "SIZE 5000000\nSTARTTLS", "SIZE 5000000"), OUT_REJECTED,
		near_miss ? "450 4.7.1 Greylisted" : "452 4.3.1 Insufficient system storage");
}

static void fits(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = asked(o, "SIZE 5000000\nSTARTTLS", "SIZE 5000000");

	for (size_t i = 0; near_miss && i < o->endpoint_count; i++)
		build_capabilities(&o->endpoints[i].ehlo_tls, "SIZE 1000");
	if (!near_miss)
		answers(e, OUT_OK, "250 2.1.0 Ok");
}

/* RFC 1870 4: 0 is no fixed limit. That the server said 250 to the size settles it. */
static void not_limited(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = asked(o, "SIZE 0\nSTARTTLS", "SIZE 0");

	if (near_miss)
		answers(e, OUT_OK, "250 2.1.0 Ok");
}

static void changes(struct observation *o, bool near_miss)
{
	asked(o, "SIZE 10240000\nSTARTTLS", near_miss ? "SIZE 10240000" : "SIZE 52428800");
}

/* ---- large packets --------------------------------------------------------------------------- */

static struct obs_endpoint *stalled(struct observation *o)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 587);
	obs_tls_clear(&e->tls);
	obs_ehlo_clear(&e->ehlo_tls);
	e->tls.outcome = OUT_TIMEOUT;
	e->tls.us = 10 * SECOND;
	e->tcp = (struct obs_tcp){ .segments_in = 4, .path_mtu = 1500,
				   .advertised_mss = 1460, .send_mss = 1448 };
	return e;
}

static void small_segments_pass(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = stalled(o);

	e->small_segments.mss = 536;
	e->small_segments.outcome = near_miss ? OUT_TIMEOUT : OUT_OK;
	e->small_segments.us = 40 * MS;
}

/* A ClientHello that fits one small segment and is not acknowledged: a firewall swallows it. */
static void a_hole_in_between(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = stalled(o);

	e->tcp.out_of_order = near_miss ? 0 : 1;
	e->tcp.retransmits = near_miss ? 6 : 0;
	e->tcp.unacknowledged = near_miss ? 1 : 0;
}

static void our_large_hello(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e = stalled(o);

	e->tcp.retransmits = 6;
	e->tcp.unacknowledged = near_miss ? 1 : 2;
}

/* Implicit TLS: nothing at all came back, so the port seems silent. */
static void silent_465(struct observation *o, bool near_miss)
{
	struct obs_endpoint *e;

	build_healthy_host(o);
	e = build_at(o, 465);
	build_forget(e);
	e->mode = MODE_SILENT;
	build_reply(&e->greeting, OUT_TIMEOUT, NULL, 20 * SECOND);
	e->tls.outcome = OUT_TIMEOUT;
	e->small_segments.mss = 536;
	e->small_segments.outcome = near_miss ? OUT_TIMEOUT : OUT_OK;
}

const struct rule_case cases_size[] = {
	{"SMTP_MESSAGE_TOO_LARGE", SEVERITY_PROBLEM, too_large,
	 "4000000 inside TLS for 3 MB; not: 5000000"},
	{"SMTP_MESSAGE_TOO_LARGE", SEVERITY_PROBLEM, called_too_large,
	 "552; not: 530, log in first"},
	{"SMTP_MESSAGE_TOO_LARGE", SEVERITY_PROBLEM, not_asked, "asked for; not: not asked for"},
	{"SMTP_NO_ROOM_NOW", SEVERITY_WARNING, no_room, "452; not: a greylist"},
	{"SMTP_MESSAGE_FITS", SEVERITY_NOTE, fits, "5000000 and 250; not: too large everywhere"},
	{"SMTP_SIZE_NOT_LIMITED", SEVERITY_NOTE, not_limited, "SIZE 0; not: 250 to that size"},
	{"SMTP_SIZE_CHANGES_WITH_TLS", SEVERITY_NOTE, changes, "10 and 50 MB; not: the same"},
	{"PATH_MTU_BLACK_HOLE", SEVERITY_PROBLEM, small_segments_pass,
	 "small segments pass; not: they stall as well"},
	{"PATH_MTU_BLACK_HOLE", SEVERITY_PROBLEM, a_hole_in_between,
	 "a later packet came, one before did not; not: one small segment of ours is lost"},
	{"PATH_MTU_BLACK_HOLE", SEVERITY_PROBLEM, our_large_hello,
	 "two segments of ours are lost; not: one"},
	{"PATH_MTU_BLACK_HOLE", SEVERITY_PROBLEM, silent_465,
	 "465 silent, but small segments pass; not: they do not"},
	{.code = NULL},
};
