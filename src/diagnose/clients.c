/* SPDX-License-Identifier: MIT */
#include "diagnose/clients.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/words.h"
#include "diagnose/facts.h"

enum { LINE_MAX_BYTES = 4096 };

static const char *const wrong_word[CLIENT_WRONG_COUNT] = {
	[CLIENT_WRONG_IMPLICIT_TLS] = "implicit-tls",
	[CLIENT_WRONG_IN_THE_CLEAR] = "starttls-or-plaintext",
	[CLIENT_WRONG_NO_TLS] = "plaintext",
	[CLIENT_WRONG_STARTTLS] = "starttls",
	[CLIENT_WRONG_CERTIFICATE] = "certificate",
};
const struct words client_wrong_words = { wrong_word, COUNT(wrong_word) };
_Static_assert(COUNT(wrong_word) == CLIENT_WRONG_COUNT, "a word for each");

/* ---- by name ------------------------------------------------------------------------------ */

const struct client *client_at(size_t i)
{
	static const struct client *const tables[] = {
		clients_compiled, clients_script, clients_programs };

	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct client *c = tables[t]; c->id != NULL; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

static const char *next_letter(const char *s, const char *end)
{
	while (s < end && !isalnum((unsigned char)*s))
		s++;
	return s;
}

/* Letters and digits count, in any case: "Java Mail", "java-mail" and "JavaMail" are one. */
static bool same_name(const char *name, size_t n, const char *known)
{
	const char *end = name + n, *known_end = known + strlen(known);

	for (;; name++, known++) {
		name = next_letter(name, end);
		known = next_letter(known, known_end);
		if (name == end || known == known_end)
			return name == end && known == known_end;
		if (tolower((unsigned char)*name) != tolower((unsigned char)*known))
			return false;
	}
}

const struct client *client_find(const char *name, size_t n)
{
	const struct client *c;

	for (size_t i = 0; (c = client_at(i)) != NULL; i++) {
		if (same_name(name, n, c->id) || same_name(name, n, c->name))
			return c;
		for (size_t k = 0; k < COUNT(c->also) && c->also[k] != NULL; k++)
			if (same_name(name, n, c->also[k]))
				return c;
	}
	return NULL;
}

const struct client *client_near(const char *name, size_t n)
{
	const struct client *nearest = NULL, *c;
	size_t least = n < 5 ? 2 : NEAR_DISTANCE + 1;
	char word[NEAR_MAX + 1];

	if (n < 3 || n > NEAR_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++)
		word[i] = (char)tolower((unsigned char)name[i]);
	for (size_t i = 0; (c = client_at(i)) != NULL; i++) {
		size_t d = strncmp(c->id, word, n) == 0 ? 1 : near_distance(word, n, c->id);

		for (size_t k = 0; k < COUNT(c->also) && c->also[k] != NULL; k++) {
			size_t other = near_distance(word, n, c->also[k]);

			d = other < d ? other : d;
		}
		if (d < least && d < n) {
			least = d;
			nearest = c;
		}
	}
	return nearest;
}

/* ---- what is filled in -------------------------------------------------------------------- */

/* The host of a record goes into lines that are made to be pasted into a shell or a program: what
 * is not of a host name or an address does not. */
static const char *host_of(const struct advice *a)
{
	for (const char *c = a->host; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr(".-_:", *c) == NULL)
			return "SERVER";
	return a->host[0] != '\0' && a->host[0] != '-' ? a->host : "SERVER";
}

static bool offers(const struct advice *a, const char *mechanism)
{
	for (size_t i = 0; i < a->auth.count; i++)
		if (strcasecmp(a->auth.item[i], mechanism) == 0)
			return true;
	return false;
}

static bool by_password(const struct advice *a)
{
	return a->mode != ADVICE_PLAINTEXT && (offers(a, "PLAIN") || offers(a, "LOGIN"));
}

static void fill(struct buf *to, const char *from, size_t n, const struct advice *a)
{
	const char *host = host_of(a), *v6 = strchr(host, ':');

	for (size_t i = 0; i < n; i++) {
		char what = from[i] == '%' && i + 1 < n ? from[i + 1] : '\0';

		i += what != '\0' && strchr("HAPM", what) != NULL;
		if (what == 'H')
			buf_adds(to, host);
		else if (what == 'A')
			buf_addf(to, v6 != NULL ? "[%s]" : "%s", host);
		else if (what == 'P')
			buf_addf(to, "%u", a->port);
		else if (what == 'M')
			buf_adds(to, offers(a, "PLAIN") ? "plain" : "login");
		else
			buf_addc(to, from[i]);
	}
}

static char *filled(const char *from, size_t n, const struct advice *a)
{
	struct buf b;

	buf_init(&b, LINE_MAX_BYTES);
	fill(&b, from, n, a);
	return buf_take(&b);
}

static void add_settings(struct strlist *to, const char *settings, const struct advice *a)
{
	bool password = by_password(a);

	for (const char *line = settings; *line != '\0';) {
		size_t n = strcspn(line, "\n");
		bool marked = *line == '?' || *line == '!';

		if (!marked || (*line == '?') == password)
			strlist_take(to, filled(line + marked, n - marked, a));
		line += n + (line[n] == '\n');
	}
}

/* ---- what is said of the log-in ----------------------------------------------------------- */

static bool only_tokens(const struct advice *a)
{
	for (size_t i = 0; i < a->auth.count; i++)
		if (strcasecmp(a->auth.item[i], "XOAUTH2") != 0 &&
		    strcasecmp(a->auth.item[i], "OAUTHBEARER") != 0)
			return false;
	return a->auth.count > 0;
}

static void add_log_in(struct strlist *notes, const struct advice *a)
{
	if (a->auth.count == 0 || by_password(a))
		return;
	if (a->mode == ADVICE_PLAINTEXT)
		strlist_add(notes, "Nothing is encrypted here: a password could be read on the way, "
			    "so these lines have none. Send none.");
	else if (only_tokens(a))
		strlist_add(notes, "This server takes a log-in by OAuth token only (XOAUTH2): a "
			    "password will not work, whatever the settings. The library must "
			    "get a token from the provider; see the provider's page.");
	else
		strlist_add(notes, "This server offers neither PLAIN nor LOGIN, so the lines for a "
			    "password are left out: choose a method that both sides have.");
}

/* ---- what the wrong setting would say ----------------------------------------------------- */

static bool demands_tls(const struct advice *a, const struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++) {
		const struct obs_endpoint *e = &o->endpoints[i];

		if (e->port == a->port && e->host != NULL && strcmp(e->host, a->host) == 0 &&
		    facts_demand(e) == DEMAND_TLS)
			return true;
	}
	return false;
}

/* Can it happen with this port? */
static bool applies(enum client_wrong w, const struct advice *a, const struct observation *o)
{
	switch (w) {
	case CLIENT_WRONG_IMPLICIT_TLS:
		return a->mode != ADVICE_IMPLICIT_TLS;
	case CLIENT_WRONG_IN_THE_CLEAR:
		return a->mode == ADVICE_IMPLICIT_TLS;
	case CLIENT_WRONG_NO_TLS:
		return a->mode == ADVICE_STARTTLS && demands_tls(a, o);
	case CLIENT_WRONG_STARTTLS:
		return a->mode == ADVICE_PLAINTEXT;
	default:
		return a->mode != ADVICE_PLAINTEXT && a->caution != NULL;
	}
}

static void add_error(struct client_advice *to, enum client_wrong w, char *error)
{
	struct client_error *e = mem_append(&to->errors, &to->error_count, sizeof(*e));

	*e = (struct client_error){ w, error };
}

static void add_errors(struct client_advice *to, enum client_wrong w)
{
	const char *text = to->client->wrong[w];

	if (text == NULL)
		add_error(to, w, NULL);
	for (const char *line = text; line != NULL && *line != '\0';) {
		size_t n = strcspn(line, "\n");

		add_error(to, w, filled(line, n, to->advice));
		line += n + (line[n] == '\n');
	}
}

/* ---- together ----------------------------------------------------------------------------- */

bool client_wants(const struct advice *a)
{
	return a->role != ROLE_RELAY;
}

static void add_note(struct strlist *notes, const char *note)
{
	if (note != NULL)
		strlist_add(notes, note);
}

void client_advise(struct client_advice *to, const struct client *c, const struct advice *a,
		   const struct observation *o)
{
	const char *settings = c->modes[a->mode].settings;

	*to = (struct client_advice){ .client = c, .advice = a,
				      .impossible = c->modes[a->mode].impossible };
	if (settings != NULL) {
		add_settings(&to->settings, settings, a);
		add_log_in(&to->notes, a);
		add_note(&to->notes, c->modes[a->mode].note);
		add_note(&to->notes, c->note);
		if (applies(CLIENT_WRONG_CERTIFICATE, a, o))
			add_note(&to->notes, c->unchecked != NULL ? c->unchecked :
				 "The certificate of this port does not verify, and this client "
				 "refuses it until the server's operator puts that right.");
	}
	for (unsigned w = 0; w < CLIENT_WRONG_COUNT; w++)
		if (applies((enum client_wrong)w, a, o) &&
		    (settings != NULL || w != CLIENT_WRONG_CERTIFICATE))
			add_errors(to, (enum client_wrong)w);
}

void client_advice_clear(struct client_advice *c)
{
	strlist_clear(&c->settings);
	strlist_clear(&c->notes);
	for (size_t i = 0; i < c->error_count; i++)
		free(c->errors[i].error);
	free(c->errors);
	*c = (struct client_advice){ .client = NULL };
}
