/* SPDX-License-Identifier: MIT */
#include "explain/bare_code.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

/* RFC 5321 4.2.3 unless another is named. `usual`: the rule that nearly all of
 * these replies mean; NULL: there are too many reasons. */
static const struct {
	const char *reply, *means, *reference, *usual;
} codes[] = {
	{ "421", "The server ends the connection for now. Many reasons have this code.",
	  "RFC 5321 4.2.3", NULL },
	{ "432", "A password has to be changed, or too many connections are open.", "RFC 4954 6", NULL },
	{ "450", "The mailbox or the command is turned down for now: try again later.",
	  "RFC 5321 4.2.3", NULL },
	{ "451", "Something went wrong in the server, or it wants a second try later.",
	  "RFC 5321 4.2.3", NULL },
	{ "452", "The server has no room for it now, or there are too many recipients.",
	  "RFC 5321 4.2.3", "POLICY_STORAGE_FULL" },
	{ "454", "TLS or log-in cannot be had for the moment.", "RFC 3207 4; RFC 4954 6",
	  "SMTP_STARTTLS_REFUSED" },
	{ "455", "The server cannot take the parameters for now.", "RFC 5321 4.2.3", NULL },
	{ "500", "The command is not understood.", "RFC 5321 4.2.3", NULL },
	{ "501", "What follows the command is not understood, such as the name in EHLO.",
	  "RFC 5321 4.2.3", NULL },
	{ "502", "The command is known, but not offered here.", "RFC 5321 4.2.3", NULL },
	{ "503", "The command comes at the wrong time.", "RFC 5321 4.2.3", NULL },
	{ "504", "The parameter is not offered, such as a way to log in or a name in EHLO.",
	  "RFC 5321 4.2.3", NULL },
	{ "521", "This host takes no mail, or none from this address.", "RFC 7504 3", NULL },
	{ "530", "Something has to come first: STARTTLS or a log-in.", "RFC 3207 4; RFC 4954 6",
	  "SMTP_TLS_REQUIRED" },
	{ "534", "This way to log in is not allowed for that user.", "RFC 4954 6",
	  "AUTH_GOOGLE_APP_PASSWORD" },
	{ "535", "The log-in was refused.", "RFC 4954 6", "AUTH_REJECTED" },
	{ "538", "The log-in is allowed inside of TLS only.", "RFC 4954 6", "SMTP_TLS_REQUIRED" },
	{ "550", "Refused for good: the mailbox, the sender or the client.", "RFC 5321 4.2.3",
	  NULL },
	{ "551", "The recipient is elsewhere.", "RFC 5321 4.2.3", "POLICY_NO_SUCH_RECIPIENT" },
	{ "552", "There is no room for it: the message is too large, or the mailbox is full.",
	  "RFC 5321 4.2.3", "POLICY_MESSAGE_TOO_LARGE" },
	{ "553", "The address is not allowed, most often the sender's.", "RFC 5321 4.2.3",
	  NULL },
	{ "554", "Refused for good, often for policy.", "RFC 5321 4.2.3", NULL },
	{ "555", "A parameter of MAIL or RCPT is not understood.", "RFC 5321 4.2.3", NULL },
	{ "556", "The recipient's domain takes no mail.", "RFC 7504 4", NULL },
};

/* RFC 3463 3: the second number. */
static const char *const subjects[] = {
	"something else", "an address", "a mailbox", "the mail system", "network and routing",
	"the commands of the protocol", "the form of the message", "security or policy",
};

static const char *skip(const char *s)
{
	return s + strspn(s, " \t\r\n\"'()[]<>#:;,-");
}

static size_t take_reply(struct bare_code *b, const char *s)
{
	if (s[0] < '4' || s[0] > '5' || !isdigit((unsigned char)s[1]) ||
	    !isdigit((unsigned char)s[2]) || isalnum((unsigned char)s[3]) || s[3] == '.')
		return 0;
	memcpy(b->reply, s, 3);
	return 3;
}

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* RFC 3463 2: class, subject and detail, the last two of up to three digits. */
static size_t take_status(struct bare_code *b, const char *s)
{
	size_t subject, n;

	if ((s[0] != '4' && s[0] != '5') || s[1] != '.')
		return 0;
	subject = digits(s + 2);
	if (subject < 1 || subject > 3 || s[2 + subject] != '.')
		return 0;
	n = 3 + subject + digits(s + 3 + subject);
	if (s[n - 1] == '.' || n >= sizeof(b->status) || isalnum((unsigned char)s[n]) || s[n] == '.')
		return 0;
	memcpy(b->status, s, n);
	if (subject == 1 && (size_t)(s[2] - '0') < COUNT(subjects))
		b->subject = subjects[s[2] - '0'];
	return n;
}

bool bare_code_parse(struct bare_code *b, const char *text)
{
	*b = (struct bare_code){ "", "", NULL, NULL, NULL };
	for (const char *s = skip(text); *s != '\0'; s = skip(s)) {
		size_t n = b->reply[0] == '\0' && b->status[0] == '\0' ? take_reply(b, s) : 0;

		if (n == 0 && b->status[0] == '\0')
			n = take_status(b, s);
		if (n == 0)
			return false;
		s += n;
	}
	for (size_t i = 0; i < COUNT(codes); i++)
		if (strcmp(codes[i].reply, b->reply) == 0) {
			b->means = codes[i].means;
			b->reference = codes[i].reference;
		}
	return b->means != NULL || b->status[0] != '\0';
}

/* ---- rules --------------------------------------------------------------------------------- */

enum tier { TIER_STATUS, TIER_USUAL, TIER_REPLY, TIER_COUNT };

static bool is_usual(const struct diag_rule *r, const struct bare_code *b)
{
	for (size_t i = 0; i < COUNT(codes); i++)
		if (strcmp(codes[i].reply, b->reply) == 0 && codes[i].usual != NULL)
			return strcmp(codes[i].usual, r->code) == 0;
	return false;
}

static bool same(const char *pattern, const char *given)
{
	return pattern != NULL && given[0] != '\0' && strcmp(pattern, given) == 0;
}

static enum tier tier_of(const struct diag_rule *r, const struct bare_code *b)
{
	const struct text_pattern *p = r->texts;
	enum tier tier = is_usual(r, b) ? TIER_USUAL : TIER_COUNT;

	for (; p != NULL && (p->reply != NULL || p->status != NULL || p->words[0] != NULL); p++) {
		if (same(p->status, b->status) && (p->reply == NULL || b->reply[0] == '\0' ||
						   same(p->reply, b->reply)))
			return TIER_STATUS;
		if (tier == TIER_COUNT && same(p->reply, b->reply) &&
		    (p->status == NULL || b->status[0] == '\0'))
			tier = TIER_REPLY;
	}
	return tier;
}

const struct diag_rule *bare_code_rule(const struct bare_code *b, size_t i, bool *leads)
{
	const struct diag_rule *r;

	for (enum tier tier = 0; tier < TIER_COUNT; tier++)
		for (size_t k = 0; (r = diag_rule_at(k)) != NULL; k++)
			if (tier_of(r, b) == tier && i-- == 0) {
				*leads = tier != TIER_REPLY;
				return r;
			}
	return NULL;
}
