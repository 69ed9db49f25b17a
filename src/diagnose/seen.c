/* SPDX-License-Identifier: MIT
 *
 * Evidence in words: see seen.h. Server text comes in printable form and stays in it. */
#include "diagnose/seen.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "diagnose/facts.h"

enum { REPLY_LINES_SHOWN = 3, REPLY_LINE_SHOWN = 160, NAMES_SHOWN = 4, NAME_SHOWN = 80 };

void seen_time(struct buf *to, int64_t us)
{
	if (us >= 1000000)
		buf_addf(to, "%.1f s", (double)us / 1e6);
	else if (us >= 10000)
		buf_addf(to, "%" PRId64 " ms", us / 1000);
	else
		buf_addf(to, "%.1f ms", (double)us / 1e3);
}

void seen_date(struct buf *to, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	/* A year of more than an int cannot be broken down; a certificate may claim one. */
	if (gmtime_r(&t, &tm) == NULL)
		buf_addf(to, "second %" PRId64 " since 1970", seconds);
	else
		buf_addf(to, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void seen_moment(struct buf *to, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	seen_date(to, seconds);
	if (gmtime_r(&t, &tm) != NULL)
		buf_addf(to, " %02d:%02d UTC", tm.tm_hour, tm.tm_min);
}

void seen_text(struct buf *to, const char *text, size_t most)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (n <= most) {
		buf_add(to, n > 0 ? text : "", n);
		return;
	}
	for (n = most; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;)
		n--;
	buf_add(to, text, n);
	buf_adds(to, "...");
}

void seen_reply(struct buf *to, const struct obs_reply *r)
{
	size_t shown = r->lines.count < REPLY_LINES_SHOWN ? r->lines.count : REPLY_LINES_SHOWN;

	if (shown == 0)
		buf_adds(to, "no reply");
	for (size_t i = 0; i < shown; i++) {
		buf_adds(to, i > 0 ? " / " : "");
		seen_text(to, r->lines.item[i], REPLY_LINE_SHOWN);
	}
	if (r->lines.count > shown)
		buf_addf(to, " / ... (%zu lines)", r->lines.count);
}

void seen_command(struct buf *to, const struct obs_endpoint *e, const char *words)
{
	size_t verb = strcspn(words, " ");
	bool inside = strstr(words, "inside TLS") != NULL;
	const char *sent = NULL;

	for (size_t i = 0; i < e->transcript_count; i++) {
		const struct obs_line *l = &e->transcript[i];

		if (!l->from_server && l->encrypted == inside && l->text != NULL &&
		    strncmp(l->text, words, verb) == 0)
			sent = l->text;
	}
	if (sent != NULL)
		seen_text(to, sent, 120);
	else
		buf_adds(to, words);
	buf_adds(to, sent != NULL && inside ? " inside TLS -> " : " -> ");
}

void seen_flaws(struct buf *to, unsigned flaws)
{
	static const char *const words[REPLY_FLAW_COUNT] = {
		"lines end in LF alone instead of CR LF",
		"a CR stands inside of a line",
		"a NUL byte stands in a line",
		"bytes that are not ASCII",
		"a line is longer than the 512 bytes allowed",
		"the lines of one reply have different codes",
		"a control character stands in a line",
		"neither a blank nor \"-\" stands behind the code",
		"more was sent than the reply that was asked for",
	};
	bool first = true;

	for (unsigned bit = 0; bit < REPLY_FLAW_COUNT; bit++)
		if (flaws & (1u << bit)) {
			buf_addf(to, "%s%s", first ? "" : "; ", words[bit]);
			first = false;
		}
}

void seen_names(struct buf *to, const struct obs_certificate *c)
{
	size_t shown = c->sans.count < NAMES_SHOWN ? c->sans.count : NAMES_SHOWN;

	if (shown == 0) {
		buf_adds(to, "subject ");
		seen_text(to, c->subject != NULL && *c->subject != '\0' ? c->subject : "(none)",
			  NAME_SHOWN);
	}
	for (size_t i = 0; i < shown; i++) {
		buf_adds(to, i > 0 ? ", " : "");
		seen_text(to, c->sans.item[i], NAME_SHOWN);
	}
	if (c->sans.count > shown)
		buf_addf(to, " and %zu more", c->sans.count - shown);
}

void seen_host_port(struct buf *to, const struct obs_endpoint *e)
{
	const char *host = e->host != NULL ? e->host : e->address != NULL ? e->address : "?";

	buf_addf(to, strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, e->port);
}

void seen_tls_version(struct buf *to, const char *version)
{
	if (version == NULL)
		buf_adds(to, "TLS");
	else if (strncmp(version, "TLS", 3) == 0 && version[3] >= '0' && version[3] <= '9')
		buf_addf(to, "TLS %s", version + 3);
	else
		seen_text(to, version, 20);
}

const char *seen_against_certificate(const struct obs_endpoint *e)
{
	static const struct {
		unsigned faults;
		const char *text;
	} words[] = {
		{ CERT_NONE_SENT | CERT_UNREADABLE, "there is no usable certificate" },
		{ CERT_REVOKED, "the certificate has been revoked" },
		{ CERT_EXPIRED, "the certificate has expired" },
		{ CERT_NOT_YET_VALID, "the certificate is not valid yet" },
		{ CERT_NAME_MISMATCH, "the certificate is for another name" },
		{ CERT_SELF_SIGNED, "the certificate is self-signed" },
		{ CERT_MISSING_INTERMEDIATE, "the certificate's chain has a gap" },
		{ CERT_UNKNOWN_ISSUER, "the certificate's issuer is not trusted here" },
		{ CERT_WRONG_PURPOSE, "the certificate is not for servers" },
		{ CERT_WEAK_KEY | CERT_WEAK_SIGNATURE, "the certificate is weak" },
		{ CERT_NO_SAN, "the certificate names no host where clients look for it" },
	};

	if (facts_certificate_good(e))
		return NULL;
	for (size_t i = 0; i < COUNT(words); i++)
		if (e->tls.faults & words[i].faults)
			return words[i].text;
	return "the certificate cannot be verified";
}
