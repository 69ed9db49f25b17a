/* SPDX-License-Identifier: MIT
 *
 * The language of expectations:
 *
 *   line     = selector ":" claim *( "," claim )
 *   selector = word *( ( " " / "," ) word )
 *   word     = "any" / "all" / port / role / "ipv4" / "ipv6" / host pattern / "host=" host pattern
 *   claim    = [ stage "." ] name [ compare value ]
 *   compare  = "=" / ">=" / "<=" / ">" / "<" / "~"
 *   value    = text without a comma / DQUOTE text DQUOTE
 *
 * Words of one kind in a selector are alternatives, words of different kinds must all fit. Several
 * values of "=" are joined by "|", and any of them will do. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/amount.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/printable.h"
#include "diagnose/rule.h"
#include "expect/claims.h"

enum { LINE_MAX_BYTES = 4096, CLAIMS_MAX = 64, QUOTE_MAX = 48, SHA256_DIGITS = 64 };

struct parse {
	const char *line;
	struct expectation *x;
	struct err *e;
};

/* A piece of the line; quoted text stands without its quotes. */
struct piece {
	const char *at;
	size_t n;
};

static const char blanks[] = " \t";

static const char *const selector_words[] = {
	"any", "all", "ipv4", "ipv6", "relay", "submission", "other",
};

/* ---- what is said where it is wrong -------------------------------------------------------- */

/* The piece as it stands in a sentence: printable, cut where it is long. Caller frees. */
static char *quoted(struct piece p)
{
	char *text = printable_dup(p.at, p.n < QUOTE_MAX ? p.n : QUOTE_MAX);
	char *said = mem_printf("\"%s%s\"", text, p.n > QUOTE_MAX ? "..." : "");

	free(text);
	return said;
}

/* "column 6: "opn" WHAT". Always false. */
static bool refuse(const struct parse *s, struct piece p, const char *what)
{
	char *said = quoted(p);

	err_set(s->e, "column %zu: %s %s", (size_t)(p.at - s->line) + 1, said, what);
	free(said);
	return false;
}

struct nearest {
	struct piece word;
	const char *name;
	size_t distance;
};

static void consider(struct nearest *n, const char *name)
{
	char lower[NEAR_MAX + 1];
	size_t d;

	if (n->word.n > NEAR_MAX || strlen(name) > NEAR_MAX)
		return;
	for (size_t i = 0; i < n->word.n; i++)
		lower[i] = (char)tolower((unsigned char)n->word.at[i]);
	d = near_distance(lower, n->word.n, name);
	if (d < n->distance) {
		n->distance = d;
		n->name = name;
	}
}

/* `what` and, where one is near, the name that was probably meant. Always false. */
static bool refuse_near(const struct parse *s, const struct nearest *n, const char *what)
{
	char *said = n->name != NULL ? mem_printf("%s (did you mean %s?)", what, n->name) :
		     mem_strdup(what);

	refuse(s, n->word, said);
	free(said);
	return false;
}

/* ---- the selector -------------------------------------------------------------------------- */

static bool is(struct piece p, const char *word)
{
	return strlen(word) == p.n && strncasecmp(p.at, word, p.n) == 0;
}

static bool take_port(const struct parse *s, struct piece p)
{
	struct expectation *x = s->x;
	unsigned long port = p.n <= 5 ? strtoul(p.at, NULL, 10) : 0;

	if (port == 0 || port > UINT16_MAX)
		return refuse(s, p, "is no port; write a number from 1 to 65535");
	if (x->port_count == LIMIT_PORTS)
		return refuse(s, p, "is one port too many; write another line for it");
	x->ports[x->port_count++] = (unsigned)port;
	return true;
}

static void take_host(const struct parse *s, struct piece p)
{
	char *host;

	if (p.n > 1 && p.at[0] == '[' && p.at[p.n - 1] == ']' && memchr(p.at, ':', p.n) != NULL) {
		p.at++;    /* "[2001:db8::1]" */
		p.n -= 2;
	}
	host = mem_strndup(p.at, p.n);
	for (char *c = host; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	strlist_take(&s->x->hosts, host);
}

static bool refuse_selector(const struct parse *s, struct piece p)
{
	struct nearest n = { p, NULL, NEAR_DISTANCE + 1 };

	for (size_t i = 0; i < COUNT(selector_words); i++)
		consider(&n, selector_words[i]);
	return refuse_near(s, &n, "selects nothing: write a port, relay, submission, ipv4, ipv6, any, all, "
			   "a host such as mx*.example.com, or host=NAME");
}

static bool take_selector_word(const struct parse *s, struct piece p)
{
	static const char host[] = "host=";
	struct expectation *x = s->x;
	const size_t n = sizeof host - 1;

	if (is(p, "any") || is(p, "all"))
		x->any = is(p, "any");
	else if (is(p, "ipv4") || is(p, "ipv6")) {
		x->families |= 1u << (is(p, "ipv4") ? FAMILY_IPV4 : FAMILY_IPV6);
		x->named_family = true;
	} else if (is(p, "relay") || is(p, "submission") || is(p, "other"))
		x->roles |= 1u << (is(p, "relay") ? ROLE_RELAY : is(p, "submission") ?
				   ROLE_SUBMISSION : ROLE_OTHER);
	else if (strspn(p.at, "0123456789") >= p.n)
		return take_port(s, p);
	else if (p.n > n && strncasecmp(p.at, host, n) == 0)
		take_host(s, (struct piece){ p.at + n, p.n - n });
	else if (memchr(p.at, '.', p.n) != NULL || memchr(p.at, '*', p.n) != NULL ||
		 memchr(p.at, ':', p.n) != NULL)
		take_host(s, p);
	else
		return refuse_selector(s, p);
	return true;
}

/* The colon behind the selector; those of an address in brackets are its own. NULL: there is none. */
static const char *find_colon(const char *line)
{
	bool inside = false;

	for (; *line != '\0'; line++) {
		if (*line == '[' || *line == ']')
			inside = *line == '[';
		if (*line == ':' && !inside)
			return line;
	}
	return NULL;
}

static bool take_selector(const struct parse *s, const char *end)
{
	const char *at = s->line;
	bool some = false;

	while (at < end) {
		struct piece p = { at + strspn(at, " \t,"), 0 };

		if (p.at >= end)
			break;
		p.n = strcspn(p.at, " \t,");
		if (p.at + p.n > end)
			p.n = (size_t)(end - p.at);
		if (!take_selector_word(s, p))
			return false;
		some = true;
		at = p.at + p.n;
	}
	return some || err_set(s->e, "column 1: there is no selector before the \":\"; write which ports are "
			       "meant, such as 587: or all:");
}

/* ---- claims -------------------------------------------------------------------------------- */

static const struct claim_row *find_row(struct piece name)
{
	for (const struct claim_row *r = claim_rows; r->word != NULL; r++)
		if (is(name, r->word))
			return r;
	return NULL;
}

static bool refuse_name(const struct parse *s, struct piece name)
{
	struct nearest n = { name, NULL, NEAR_DISTANCE + 1 };

	for (const struct claim_row *r = claim_rows; r->word != NULL; r++)
		consider(&n, r->word);
	return refuse_near(s, &n, n.name != NULL ? "is no claim" :
			   "is no claim; open, starttls, tls>=1.2 and cert-valid are some, and "
			   "docs/ci.md and the manual have all");
}

/* Takes "STAGE." off the front of the name; -1: there is none. */
static int take_stage(struct piece *name)
{
	for (size_t i = 0; i < stage_words.count; i++) {
		const char *word = stage_words.word[i];
		size_t n = word != NULL ? strlen(word) : 0;

		if (n > 0 && name->n > n && name->at[n] == '.' && strncasecmp(name->at, word, n) == 0) {
			name->at += n + 1;
			name->n -= n + 1;
			return (int)i;
		}
	}
	return -1;
}

static const struct {
	const char *text;
	int compare;
} compares[] = {
	{ ">=", COMPARE_AT_LEAST }, { "<=", COMPARE_AT_MOST }, { "=", COMPARE_IS },
	{ ">", COMPARE_OVER }, { "<", COMPARE_UNDER }, { "~", COMPARE_SAYS },
};

/* Is that comparison one for values of the kind? */
static bool may_compare(enum claim_value value, int compare)
{
	if (value == VALUE_NONE || value == VALUE_TEXT)
		return compare == (value == VALUE_NONE ? COMPARE_NONE : COMPARE_SAYS);
	if (value == VALUE_NUMBER || value == VALUE_BYTES || value == VALUE_TIME || value == VALUE_TLS)
		return compare != COMPARE_NONE && compare != COMPARE_SAYS;
	return compare == COMPARE_IS;
}

static int64_t tls_number(const char *text)
{
	if (strncasecmp(text, "TLS", 3) == 0)
		text += 3;
	return text[0] == '1' && text[1] == '.' && text[2] >= '0' && text[2] <= '3' && text[3] == '\0' ?
	       10 + (text[2] - '0') : -1;
}

static int64_t plain_number(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n < 10 && text[n] == '\0' ? (int64_t)strtoul(text, NULL, 10) : -1;
}

static int64_t number_of(enum claim_value value, const char *text)
{
	switch (value) {
	case VALUE_BYTES:
		return amount_bytes(text);
	case VALUE_TIME:
		return amount_duration(text);
	case VALUE_TLS:
		return tls_number(text);
	default:
		return plain_number(text);
	}
}

static bool is_sha256(char *text)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		if (*c == ':')
			continue;
		if (!isxdigit((unsigned char)*c) || n == SHA256_DIGITS)
			return false;
		text[n++] = (char)tolower((unsigned char)*c);
	}
	text[n] = '\0';
	return n == SHA256_DIGITS;
}

static bool is_reply_code(const char *text)
{
	size_t n = strspn(text, "0123456789xyzXYZ");

	return n == 3 && text[n] == '\0' && text[0] >= '1' && text[0] <= '5';
}

/* Some rules are known by error texts alone (--explain): a probe cannot find them, nor their absence. */
static bool made_by_a_probe(const struct diag_rule *r)
{
	return r->endpoint != NULL || r->target != NULL || r->replies != 0;
}

/* Does any rule have the code, or a code of that pattern? */
static bool is_diagnosis(const char *pattern, bool by_a_probe)
{
	const struct diag_rule *r;

	for (size_t i = 0; (r = diag_rule_at(i)) != NULL; i++)
		if (fnmatch(pattern, r->code, 0) == 0 && (made_by_a_probe(r) || !by_a_probe))
			return true;
	return false;
}

static bool refuse_diagnosis(const struct parse *s, struct piece p)
{
	struct nearest n = { p, NULL, NEAR_DISTANCE + 1 };
	const struct diag_rule *r;

	for (size_t i = 0; p.n <= NEAR_MAX && (r = diag_rule_at(i)) != NULL; i++) {
		size_t d = p.n > 2 && memmem(r->code, strlen(r->code), p.at, p.n) != NULL ? 1 :
			   near_distance(p.at, p.n, r->code);

		if (d < n.distance) {
			n.distance = d;
			n.name = r->code;
		}
	}
	return refuse_near(s, &n, "is no code of a diagnosis; smtpprobe --list-diagnoses has all");
}

static const char *const value_wanted[VALUE_COUNT] = {
	[VALUE_NUMBER] = "is no whole number",
	[VALUE_BYTES] = "is no size; write bytes, or a number with K, M or G, such as 30M",
	[VALUE_TIME] = "is no time; write one with its unit, such as 500ms or 2.5s",
	[VALUE_TLS] = "is no version of TLS; write 1.0, 1.1, 1.2 or 1.3",
	[VALUE_SHA256] = "is no SHA-256 fingerprint; write 64 hexadecimal digits",
	[VALUE_REPLY_CODE] = "is no reply code; write one such as 220, or 5yz for all of a kind",
};

static bool take_word(const struct parse *s, struct expect_claim *c, struct piece p)
{
	char *text = mem_strndup(p.at, p.n);
	bool fine = true;

	if (p.n == 0)
		fine = refuse(s, p, "is no value; there is nothing between two \"|\"");
	else if (c->row->value == VALUE_SHA256 && !is_sha256(text))
		fine = refuse(s, p, value_wanted[VALUE_SHA256]);
	else if (c->row->value == VALUE_REPLY_CODE && !is_reply_code(text))
		fine = refuse(s, p, value_wanted[VALUE_REPLY_CODE]);
	else if (c->row->value == VALUE_DIAGNOSIS && !is_diagnosis(text, false))
		fine = refuse_diagnosis(s, p);
	else if (c->row->value == VALUE_DIAGNOSIS && !is_diagnosis(text, true))
		fine = refuse(s, p, "is a diagnosis of error texts (--explain); no probe makes it");
	if (fine)
		strlist_add(&c->words, text);
	free(text);
	return fine;
}

static bool take_words(const struct parse *s, struct expect_claim *c, struct piece value)
{
	const char *end = value.at + value.n;

	for (const char *at = value.at; at <= end; ) {
		const char *bar = memchr(at, '|', (size_t)(end - at));

		if (bar == NULL)
			bar = end;
		if (!take_word(s, c, (struct piece){ at, (size_t)(bar - at) }))
			return false;
		at = bar + 1;
	}
	return true;
}

static bool take_value(const struct parse *s, struct expect_claim *c, struct piece value)
{
	enum claim_value kind = c->row->value;
	char *text;

	if (kind == VALUE_NONE)
		return true;
	if (value.n == 0)
		return refuse(s, value, "is no value: it is missing");
	if (kind == VALUE_TEXT) {
		strlist_take(&c->words, mem_strndup(value.at, value.n));
		return true;
	}
	if (kind >= VALUE_WORDS)
		return take_words(s, c, value);
	text = mem_strndup(value.at, value.n);
	c->number = number_of(kind, text);
	free(text);
	return c->number >= 0 || refuse(s, value, value_wanted[kind]);
}

/* The piece behind its first blanks: those behind a claim belong to no piece. */
static struct piece without_blanks(struct piece p)
{
	for (; p.n > 0 && strchr(blanks, *p.at) != NULL; p.n--)
		p.at++;
	return p;
}

/* The value without the quotes around it. */
static bool unquote(const struct parse *s, struct piece *value)
{
	if (value->n == 0 || value->at[0] != '"')
		return true;
	if (value->n < 2 || value->at[value->n - 1] != '"')
		return refuse(s, *value, "has no closing quote at its end");
	value->at++;
	value->n -= 2;
	return true;
}

/* A forgotten comma must not make a claim a part of the one before, which would then be met or not
 * without it. `value` begins behind the comparison. */
static bool is_one_word(const struct parse *s, const struct expect_claim *c, struct piece value)
{
	const char *end = value.at + value.n;
	struct piece next = value;

	if (value.n > 0 && value.at[0] == '"')
		return true;
	if (c->row->value != VALUE_NONE) {
		while (next.at < end && strchr(blanks, *next.at) == NULL)
			next.at++;
		next.at += strspn(next.at, blanks);
	}
	next.n = strcspn(next.at, blanks);
	return next.at >= end ||
	       refuse(s, (struct piece){ next.at, next.at + next.n > end ? (size_t)(end - next.at) : next.n },
		      "has no comma before it; write one between claims, and put a value with blanks in "
		      "double quotes");
}

static bool take_compare(const struct parse *s, struct expect_claim *c, struct piece all,
			 struct piece *value)
{
	char *wanted;

	for (size_t i = 0; i < COUNT(compares) && c->compare == COMPARE_NONE && value->n > 0; i++) {
		size_t n = strlen(compares[i].text);

		if (value->n >= n && strncmp(value->at, compares[i].text, n) == 0) {
			c->compare = compares[i].compare;
			*value = without_blanks((struct piece){ value->at + n, value->n - n });
		}
	}
	if (may_compare(c->row->value, c->compare))
		return is_one_word(s, c, *value) && unquote(s, value);
	wanted = mem_printf("is not how %s is written; write it as in %s", c->row->word, c->row->example);
	refuse(s, all, wanted);
	free(wanted);
	return false;
}

/* A code or a reply is of a stage that has replies; a time, of any that a port has. */
static bool has_stage(const struct claim_row *row, enum stage stage)
{
	static const struct obs_endpoint none;

	if (claim_reply(&none, stage) != NULL)
		return true;
	return row->value == VALUE_TIME && (stage == STAGE_CONNECT || stage == STAGE_TLS);
}

static bool take_claim(const struct parse *s, struct piece all)
{
	struct piece name = { all.at, 0 }, value;
	const struct claim_row *row;
	struct expect_claim *c;
	int stage;

	while (name.n < all.n && strchr("=<>~ \t", name.at[name.n]) == NULL)
		name.n++;
	value = without_blanks((struct piece){ name.at + name.n, all.n - name.n });
	stage = take_stage(&name);
	row = find_row(name);
	if (row == NULL)
		return refuse_name(s, name);
	if (stage >= 0 && !row->of_stage)
		return refuse(s, all, "names a stage, which only code, reply and time have");
	if (stage >= 0 && !has_stage(row, (enum stage)stage))
		return refuse(s, all, row->value == VALUE_TIME ? "names a stage that is not timed at a port" :
			      "names a stage that has no reply");
	c = mem_append(&s->x->claims, &s->x->claim_count, sizeof *c);
	c->row = row;
	c->stage = stage;
	c->text = printable_dup(all.at, all.n);
	return take_compare(s, c, all, &value) && take_value(s, c, value);
}

/* How long the claim at `at` is; a comma between quotes is a part of it. */
static size_t claim_length(const char *at)
{
	bool inside = false;
	size_t n = 0;

	for (; at[n] != '\0' && (at[n] != ',' || inside); n++)
		if (at[n] == '"')
			inside = !inside;
	return n;
}

static bool take_claims(const struct parse *s, const char *at)
{
	for (;;) {
		struct piece p = { at + strspn(at, blanks), 0 };
		size_t n = claim_length(p.at);

		for (p.n = n; p.n > 0 && strchr(blanks, p.at[p.n - 1]) != NULL; p.n--)
			;
		if (p.n == 0)
			return err_set(s->e, "column %zu: there is no claim here; write one such as open or "
				       "tls>=1.2", (size_t)(p.at - s->line) + 1);
		if (s->x->claim_count == CLAIMS_MAX)
			return refuse(s, p, "is one claim too many; write another line for it");
		if (!take_claim(s, p))
			return false;
		if (p.at[n] == '\0')
			return true;
		at = p.at + n + 1;
	}
}

/* ---- the interface ------------------------------------------------------------------------- */

static void expectation_clear(struct expectation *x)
{
	free(x->selector);
	strlist_clear(&x->hosts);
	for (size_t i = 0; i < x->claim_count; i++) {
		free(x->claims[i].text);
		strlist_clear(&x->claims[i].words);
	}
	free(x->claims);
}

bool expect_parse(struct expectations *to, const char *line, struct err *e)
{
	const char *colon = find_colon(line);
	struct expectation x = { 0 };
	struct parse s = { line, &x, e };
	size_t n, skip = strspn(line, blanks);

	if (strlen(line) > LINE_MAX_BYTES)
		return err_set(e, "it is longer than %d characters; write more than one", LINE_MAX_BYTES);
	if (colon == NULL)
		return err_set(e, "column %zu: there is no \":\" behind the selector; write SELECTOR: CLAIMS, "
			       "as in 587: starttls, tls>=1.2", strlen(line) + 1);
	for (n = (size_t)(colon - line); n > skip && strchr(blanks, line[n - 1]) != NULL; n--)
		;
	x.selector = printable_dup(line + skip, n > skip ? n - skip : 0);
	if (!take_selector(&s, colon) || !take_claims(&s, colon + 1)) {
		expectation_clear(&x);
		return false;
	}
	*(struct expectation *)mem_append(&to->list, &to->count, sizeof x) = x;
	return true;
}

void expectations_clear(struct expectations *x)
{
	for (size_t i = 0; i < x->count; i++)
		expectation_clear(&x->list[i]);
	free(x->list);
	memset(x, 0, sizeof *x);
}
