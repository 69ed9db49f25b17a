/* SPDX-License-Identifier: MIT */
#include "exporter/probe_request.h"

#include <fnmatch.h>
#include <string.h>

#include "base/amount.h"
#include "base/mem.h"

enum { BAD_REQUEST = 400, FORBIDDEN = 403 };

/* What is kept of a scrape's time for the answer's way back, as blackbox_exporter does. */
#define WAY_BACK_US INT64_C(500000)

static unsigned take_target(struct probe_request *r, const struct options *o, const char *value,
			    struct err *e)
{
	if (value[0] == '\0') {
		err_set(e, "the parameter target is empty; write one, as in /probe?target=mx.example.com");
		return BAD_REQUEST;
	}
	return target_parse(&r->target, value, o->force, e) ? 0 : BAD_REQUEST;
}

static unsigned take_module(struct probe_request *r, const struct options *o, const char *value,
			    struct err *e)
{
	struct target_quote q;

	for (size_t i = 0; i < o->module_count; i++)
		if (strcmp(o->modules[i].name, value) == 0) {
			r->expected = &o->modules[i].expected;
			r->findings_count = o->fail_on_given;
			return 0;
		}
	err_set(e, "there is no module \"%s\"; start smtpprobe with --module NAME=FILE for each",
		target_quote(&q, value));
	return BAD_REQUEST;
}

static unsigned take_debug(struct probe_request *r, const struct options *o, const char *value,
			   struct err *e)
{
	struct target_quote q;

	(void)o;
	r->debug = strcmp(value, "true") == 0;
	if (r->debug || strcmp(value, "false") == 0)
		return 0;
	err_set(e, "the parameter debug is true or false, not \"%s\"", target_quote(&q, value));
	return BAD_REQUEST;
}

static const struct {
	const char *name;
	unsigned (*take)(struct probe_request *, const struct options *, const char *, struct err *);
} takers[] = {
	{ "target", take_target },
	{ "module", take_module },
	{ "debug", take_debug },
};

static unsigned take_parameter(struct probe_request *r, bool *taken, const struct options *o,
			       const struct http_parameter *p, struct err *e)
{
	struct target_quote q;

	for (size_t i = 0; i < COUNT(takers); i++) {
		if (strcmp(takers[i].name, p->name) != 0)
			continue;
		if (taken[i]) {
			err_set(e, "the parameter %s is given twice", p->name);
			return BAD_REQUEST;
		}
		taken[i] = true;
		return takers[i].take(r, o, p->value, e);
	}
	err_set(e, "there is no parameter \"%s\"; there are target, module and debug",
		target_quote(&q, p->name));
	return BAD_REQUEST;
}

/* ---- what may be probed ----------------------------------------------------------------------- */

static bool has_port(const struct probe_request *r, unsigned port)
{
	for (size_t i = 0; i < r->port_count; i++)
		if (r->ports[i] == port)
			return true;
	return false;
}

/* Named on the command line, with that port or with none. */
static bool is_named(const struct options *o, const struct target *t, bool port_fits)
{
	for (size_t i = 0; i < o->target_count; i++) {
		const struct target *named = &o->targets[i];

		if (strcmp(named->name, t->name) == 0 &&
		    (named->port == t->port || (named->port == 0 && port_fits)))
			return true;
	}
	return false;
}

static bool fits_pattern(const struct options *o, const struct target *t)
{
	for (size_t i = 0; i < o->allowed.count; i++)
		if (fnmatch(o->allowed.item[i], t->name, 0) == 0)
			return true;
	return false;
}

static unsigned may_probe(const struct probe_request *r, const struct options *o, struct err *e)
{
	const struct target *t = &r->target;
	bool port_fits = t->port == 0 || has_port(r, t->port);
	struct target_quote q;

	if (is_named(o, t, port_fits) || (port_fits && fits_pattern(o, t)))
		return 0;
	if (fits_pattern(o, t))
		err_set(e, "port %u may not be probed here; start smtpprobe with it in --port", t->port);
	else
		err_set(e, "the target \"%s\" may not be probed here; start smtpprobe with it among its "
			"targets, or with a fitting --allow PATTERN", target_quote(&q, t->input));
	return FORBIDDEN;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static unsigned set_limit(struct probe_request *r, const struct options *o, const char *timeout,
			  struct err *e)
{
	int64_t us = timeout != NULL ? amount_seconds(timeout) : 0;
	struct target_quote q;

	r->limit_us = o->timeout_us;
	if (timeout == NULL)
		return 0;
	if (us <= 0) {
		err_set(e, "the header X-Prometheus-Scrape-Timeout-Seconds is no number of seconds: \"%s\"",
			target_quote(&q, timeout));
		return BAD_REQUEST;
	}
	us = us > 2 * WAY_BACK_US ? us - WAY_BACK_US : us / 2;
	if (us < r->limit_us)
		r->limit_us = us;
	return 0;
}

static unsigned read_all(struct probe_request *r, const struct options *o, const struct http_request *q,
			 struct err *e)
{
	bool taken[COUNT(takers)] = { false };
	unsigned status = 0;

	if (q->parameter_count > HTTP_PARAMETERS) {
		err_set(e, "there are more than %d parameters; there are target, module and debug",
			HTTP_PARAMETERS);
		return BAD_REQUEST;
	}
	for (size_t i = 0; status == 0 && i < q->parameter_count; i++)
		status = take_parameter(r, taken, o, &q->parameters[i], e);
	if (status == 0 && r->target.name == NULL) {
		err_set(e, "the parameter target is missing; write one, as in /probe?target=mx.example.com");
		return BAD_REQUEST;
	}
	if (status == 0)
		status = set_limit(r, o, q->scrape_timeout, e);
	r->port_count = options_ports(o, r->expected, r->ports);
	return status != 0 ? status : may_probe(r, o, e);
}

unsigned probe_request_read(struct probe_request *r, const struct options *o,
			    const struct http_request *q, struct err *e)
{
	unsigned status;

	memset(r, 0, sizeof *r);
	r->expected = &o->expected;
	r->findings_count = o->findings_count;
	status = read_all(r, o, q, e);
	if (status != 0)
		probe_request_clear(r);
	return status;
}

void probe_request_clear(struct probe_request *r)
{
	target_clear(&r->target);
	r->expected = NULL;
}
