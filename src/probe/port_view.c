/* SPDX-License-Identifier: MIT */
#include "probe/port_view.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "plan/target.h"

void port_view_take(struct port_view *v, const char *host, const char *address,
		    struct endpoint_probe *const *endpoints, size_t count)
{
	v->count = 0;
	for (size_t i = 0; i < count && v->count < LIMIT_PORTS; i++) {
		struct port_state *port = &v->ports[v->count];

		if (strcmp(endpoint_probe_address(endpoints[i]), address) != 0 ||
		    strcmp(endpoint_probe_host(endpoints[i]), host) != 0)
			continue;
		port->number = endpoint_probe_port(endpoints[i]);
		port->role = role_of_port(port->number);
		port->done = endpoint_probe_done(endpoints[i]);
		endpoint_probe_reach(endpoints[i], &port->at);
		v->count++;
	}
}

bool port_view_has(const struct port_view *v, enum reach reach)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->ports[i].at.reach == reach)
			return true;
	return false;
}

bool port_view_is_settled(const struct port_view *v)
{
	return !port_view_has(v, REACH_NOT_BEGUN) && !port_view_has(v, REACH_WAITING);
}

unsigned port_view_control(const struct port_view *v, unsigned but)
{
	static const enum reach answers[] = {REACH_OPEN, REACH_REFUSED};
	static const unsigned preferred[] = {587, 465, 0};

	for (size_t a = 0; a < COUNT(answers); a++)
		for (size_t f = 0; f < COUNT(preferred); f++)
			for (size_t i = 0; i < v->count; i++) {
				const struct port_state *p = &v->ports[i];

				if (p->at.reach == answers[a] && p->number != but &&
				    (preferred[f] == 0 || p->number == preferred[f]))
					return p->number;
			}
	return 0;
}

const struct port_state *port_view_find(const struct port_view *v, unsigned number)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->ports[i].number == number)
			return &v->ports[i];
	return NULL;
}

/* ---- two voices ----------------------------------------------------------------------------- */

/* The name that a greeting begins with (RFC 5321 4.2: "220 Domain ..."). */
static size_t greeting_name(const struct obs_endpoint *e, const char **name)
{
	const char *line = e->greeting.code == 220 && e->greeting.lines.count > 0
				   ? e->greeting.lines.item[0] : NULL;

	if (line == NULL || strlen(line) < 5)
		return 0;
	*name = line + 4;
	return strcspn(*name, " ");
}

static bool names_differ(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	const char *one, *other;
	size_t n = greeting_name(a, &one), m = greeting_name(b, &other);

	return n > 0 && m > 0 && (n != m || strncasecmp(one, other, n) != 0);
}

static bool lacks_starttls(const struct obs_endpoint *e)
{
	return e->ehlo.reply.outcome == OUT_OK && obs_ehlo_find(&e->ehlo, "STARTTLS") == NULL;
}

bool port_view_two_voices(const struct port_view *v, const struct port_state *p)
{
	const struct port_state *c = port_view_find(v, port_view_control(v, p->number));

	if (p->role != ROLE_RELAY || !p->done || p->at.reach != REACH_OPEN || c == NULL ||
	    !c->done || c->at.reach != REACH_OPEN)
		return false;
	return names_differ(p->at.record, c->at.record) ||
	       (lacks_starttls(p->at.record) && !lacks_starttls(c->at.record));
}
