/* SPDX-License-Identifier: MIT
 *
 * Rules about size: whether a message fits (--message-size) by what SIZE announces (RFC 1870) and
 * by what the server answers to MAIL FROM:<> SIZE=n, and a path on which only small packets pass.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/facts.h"
#include "diagnose/rule.h"
#include "diagnose/seen.h"
#include "record/message_size.h"

/* ---- SIZE ------------------------------------------------------------------------------------ */

/* RFC 1870 4: "0", or no number, is no fixed limit; what is no number says nothing. */
enum { NO_LIMIT = 0 };

static int64_t limit_of(const struct obs_ehlo *e)
{
	const struct obs_capability *size = obs_ehlo_find(e, "SIZE");
	const char *text = size != NULL && size->params.count > 0 ? size->params.item[0] : "";
	size_t digits = strspn(text, "0123456789");
	unsigned long long n;

	if (digits == 0 || text[digits] != '\0')
		return NO_LIMIT;
	/* Out of range is ULLONG_MAX, and as good as no limit. */
	n = strtoull(text, NULL, 10);
	return n > INT64_MAX ? NO_LIMIT : (int64_t)n;
}

/* The list that counts: that inside of TLS, where there is one. NULL: none was seen. */
static const struct obs_ehlo *last_list(const struct obs_endpoint *e)
{
	if (facts_works_with_tls(e))
		return &e->ehlo_tls;
	return e->ehlo.reply.outcome == OUT_OK && !e->ehlo.helo ? &e->ehlo : NULL;
}

static void say_bytes(struct buf *to, int64_t n)
{
	if (n < 1024 * 1024)
		buf_addf(to, "%.1f kB", (double)n / 1024);
	else
		buf_addf(to, "%.1f MB", (double)n / (1024 * 1024));
}

/* "3.0 MB become 4.1 MB on the wire: 3145728 bytes x 4/3 (base64) + ... = 4308778" */
static void say_arithmetic(struct buf *to, int64_t plain)
{
	struct message_size s = message_size(plain);

	say_bytes(to, s.plain);
	buf_adds(to, " become ");
	say_bytes(to, s.wire);
	buf_addf(to,
		 ": %" PRId64 " bytes x 4/3 (base64) + %" PRId64 " (a line end each 76) + %" PRId64
		 " (headers) = %" PRId64,
		 s.plain, s.line_ends, s.headers, s.wire);
}

static void say_limit(struct buf *to, const struct obs_endpoint *e)
{
	int64_t limit = limit_of(last_list(e));

	buf_addf(to, "; SIZE %" PRId64 " (", limit);
	say_bytes(to, limit);
	buf_adds(to, facts_works_with_tls(e) ? ") inside TLS" : ") in the clear");
}

static void say_test(struct buf *to, const struct obs_endpoint *e)
{
	if (e->size_test.command == NULL || e->size_test.reply.lines.count == 0)
		return;
	buf_adds(to, "; ");
	seen_text(to, e->size_test.command, 80);
	buf_adds(to, " -> ");
	seen_reply(to, &e->size_test.reply);
}

/* RFC 1870 6: 552 says too large for ever, 452 no room now. What else says no (530: log in first)
 * says nothing of the size. */
static bool called_too_large(const struct obs_reply *r)
{
	static const char *const words[] = {
		"5.3.4",       "5.2.3",	  "too large",	"too big",
		"size exceed", "exceeds", "size limit", NULL,
	};

	return r->outcome == OUT_REJECTED && (r->code == 552 || (r->code / 100 == 5 &&
	       r->code != 530 && facts_reply_says(r, words)));
}

static bool no_room(const struct obs_reply *r)
{
	static const char *const words[] = { "4.3.1", "4.2.2", "insufficient", "storage", NULL };

	return r->outcome == OUT_REJECTED && r->code / 100 == 4 &&
	       (r->code == 452 || facts_reply_says(r, words));
}

static bool too_large_for(const struct observation *o, const struct obs_endpoint *e)
{
	int64_t limit;

	if (called_too_large(&e->size_test.reply))
		return true;
	if (last_list(e) == NULL)
		return false;
	limit = limit_of(last_list(e));
	return limit != NO_LIMIT && limit < message_size(o->message_size).wire;
}

static bool too_large(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (o->message_size <= 0 || !too_large_for(o, e))
		return false;
	say_arithmetic(what, o->message_size);
	if (last_list(e) != NULL && limit_of(last_list(e)) != NO_LIMIT)
		say_limit(what, e);
	say_test(what, e);
	return true;
}

static bool no_room_now(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	if (o->message_size <= 0 || too_large_for(o, e) || !no_room(&e->size_test.reply))
		return false;
	say_arithmetic(what, o->message_size);
	say_test(what, e);
	return true;
}

static bool fits(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	bool limit;

	if (o->message_size <= 0 || last_list(e) == NULL || too_large_for(o, e) ||
	    no_room(&e->size_test.reply))
		return false;
	limit = limit_of(last_list(e)) != NO_LIMIT;
	if (!limit && e->size_test.reply.outcome != OUT_OK)
		return false;
	say_arithmetic(what, o->message_size);
	if (limit)
		say_limit(what, e);
	say_test(what, e);
	return true;
}

static bool no_limit_said(const struct observation *o, const struct obs_endpoint *e,
			  struct buf *what)
{
	const struct obs_ehlo *list = last_list(e);

	if (o->message_size <= 0 || list == NULL || limit_of(list) != NO_LIMIT ||
	    e->size_test.reply.outcome == OUT_OK || too_large_for(o, e) ||
	    no_room(&e->size_test.reply))
		return false;
	say_arithmetic(what, o->message_size);
	buf_adds(what, obs_ehlo_find(list, "SIZE") != NULL ? "; SIZE without a limit"
							   : "; no SIZE in the EHLO reply");
	say_test(what, e);
	return true;
}

static bool size_differs(const struct observation *o, const struct obs_endpoint *e,
			 struct buf *what)
{
	int64_t clear, inside;

	(void)o;
	if (!facts_works_with_tls(e) || obs_ehlo_find(&e->ehlo, "SIZE") == NULL ||
	    obs_ehlo_find(&e->ehlo_tls, "SIZE") == NULL)
		return false;
	clear = limit_of(&e->ehlo);
	inside = limit_of(&e->ehlo_tls);
	if (clear == inside || clear == NO_LIMIT || inside == NO_LIMIT)
		return false;
	buf_addf(what, "SIZE %" PRId64 " in the clear, %" PRId64 " inside TLS", clear, inside);
	return true;
}

/* ---- large packets --------------------------------------------------------------------------- */

static bool black_hole(const struct observation *o, const struct obs_endpoint *e, struct buf *what)
{
	const struct obs_tcp *t = &e->tcp;

	(void)o;
	if (!facts_large_packets_lost(e))
		return false;
	buf_adds(what, "ClientHello sent, handshake not complete in ");
	seen_time(what, e->tls.us);
	if (e->small_segments.mss != 0 && e->small_segments.outcome == OUT_OK) {
		buf_addf(what,
			 "; with segments of at most %u bytes the same handshake succeeds in ",
			 e->small_segments.mss);
		seen_time(what, e->small_segments.us);
	}
	if (t->path_mtu > 0) {
		buf_addf(what,
			 "; TCP: %u came out of order (one before is missing), %u sent again, "
			 "%u not acknowledged",
			 t->out_of_order, t->retransmits, t->unacknowledged);
		buf_addf(what, "; path MTU %u, MSS %u advertised, %u allowed", t->path_mtu,
			 t->advertised_mss, t->send_mss);
	}
	return true;
}

static void path_mtu(const struct observation *o, struct judge *j)
{
	struct buf what;

	buf_init(&what, BUF_NO_LIMIT);
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];
		bool small = e->small_segments.mss != 0 && e->small_segments.outcome == OUT_OK;
		bool hole = e->tcp.out_of_order > 0;

		buf_reset(&what);
		if (!black_hole(o, e, &what))
			continue;
		judge_see(j, e, "%s", buf_str(&what));
		judge_confidence(j, small && hole ? CONFIDENCE_CERTAIN
				    : small || hole ? CONFIDENCE_HIGH : CONFIDENCE_POSSIBLE);
	}
	buf_clear(&what);
}

const struct diag_rule rules_size[] = {
	{
		.code = "PATH_MTU_BLACK_HOLE", .stage = STAGE_CONNECT,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "Large packets get lost on the way to %E",
		.means = "Small packets pass, large ones vanish without a word. So the dialogue "
			 "begins well and stalls in the TLS handshake, where the certificate is "
			 "the first large piece; large messages would stall in the same way. A "
			 "tunnel (VPN, WireGuard, PPPoE, cloud network) carries less than a full "
			 "packet, and a firewall drops the ICMP message that would say so. The "
			 "mail server is not at fault.",
		.remedy = "Whoever runs the network or tunnel between: let ICMP type 3 code 4 "
			  "\"fragmentation needed\" (IPv6: ICMPv6 type 2 \"packet too big\") pass "
			  "every firewall, and clamp the MSS on the router or tunnel (nft: tcp "
			  "flags syn tcp option maxseg size set rt mtu; iptables: -t mangle -A "
			  "FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu). "
			  "On this machine at once: a lower MTU on the interface (WireGuard 1420 "
			  "or less, PPPoE 1492, as a test 1280).",
		.others = "A device that inspects TLS and drops only part of the handshake, or "
			  "heavy packet loss.",
		.references = { "RFC 2923 2.1", "RFC 1191 4", "RFC 4821 1", "RFC 8201 1" },
		.target = path_mtu,
	},
	{
		.code = "SMTP_MESSAGE_TOO_LARGE", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "A message of that size does not fit at %E",
		.means = "The server takes no message that large. Attachments grow by more than a "
			 "third on the way, since mail carries them as text (base64), and the "
			 "limit is for the grown message. The program sees 552 \"message size "
			 "exceeds fixed limit\" or a broken connection.",
		.remedy = "Send less than three quarters of the limit, compress or split the "
			  "attachment, or send a link to it. The owner of the server can raise the "
			  "limit (Postfix: message_size_limit, Exim: message_size_limit, Exchange: "
			  "the connector's MaxMessageSize).",
		.others = "The limit may be another once a user has logged in.",
		.references = { "RFC 1870 4", "RFC 1870 6", "RFC 2045 6.8" },
		.endpoint = too_large,
	},
	{
		.code = "SMTP_NO_ROOM_NOW", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "There is no room for a message of that size now at %E",
		.means = "The size is allowed, but the server is short of storage at present.",
		.remedy = "Try later. The owner of the server frees space or raises the quota.",
		.references = { "RFC 1870 6.1" },
		.endpoint = no_room_now,
	},
	{
		.code = "SMTP_MESSAGE_FITS", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_HIGH,
		.summary = "A message of that size fits at %E",
		.means = "The message stays below the server's limit, growth by base64 included. "
			 "The limit of this server only: others behind it, and the recipient's, "
			 "may be lower.",
		.remedy = "Nothing for the server to change. If large messages fail all the same, "
			  "look at the program's own limit and timeout.",
		.others = "The limit may be another once a user has logged in.",
		.references = { "RFC 1870 4", "RFC 2045 6.8" },
		.endpoint = fits,
	},
	{
		.code = "SMTP_SIZE_NOT_LIMITED", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_POSSIBLE,
		.summary = "No size limit is announced at %E",
		.means = "The server does not say how large a message may be. It may have a limit "
			 "all the same and turn a larger message away at its end.",
		.remedy = "Ask the provider for the limit; usual ones are between 10 and 50 MB "
			  "after encoding.",
		.references = { "RFC 1870 4" },
		.endpoint = no_limit_said,
	},
	{
		.code = "SMTP_SIZE_CHANGES_WITH_TLS", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Another size limit inside TLS than in the clear at %E",
		.means = "What is learnt before TLS is to be forgotten; the limit inside TLS "
			 "counts. A program that keeps the first one may turn messages away, or "
			 "send too much.",
		.remedy = "Nothing; mind the limit inside TLS.",
		.others = "Something in between may have changed the number in the clear.",
		.references = { "RFC 3207 4.2", "RFC 1870 4" },
		.endpoint = size_differs,
	},
	{
		.code = "CLIENT_DOTNET4_LARGE_ATTACHMENT", .stage = STAGE_EHLO_TLS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_HIGH,
		.summary = "The mail client of .NET Framework 4 fails with attachments over 3 MB",
		.means = "SmtpClient of the first .NET Framework 4 has an error of its own: with "
			 "attachments of more than about 3 MB sending fails, whatever the server. "
			 "The server's limit has nothing to do with it.",
		.remedy = "Install the update for .NET Framework 4 (KB2468871, which holds the fix "
			  "of KB2183292), or move to .NET Framework 4.5 or later, or to MailKit.",
		.others = "Where the server answers 552, its own limit is the cause.",
		.references = { "Microsoft KB2183292", "Microsoft KB2468871" },
		.texts = TEXTS(
			{ .words = { "base64stream", "index was outside" } },
			{ .words = { "base64stream", "encodebytes" } },
			{ .words = { "smtpclient", "3 mb" } },
			{ .words = { "smtpclient", "3mb" } },
			{ .words = { "kb2183292" } },
			{ .words = { "kb2468871" } }),
	},
	{ .code = NULL },
};
