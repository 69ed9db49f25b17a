/* SPDX-License-Identifier: MIT
 *
 * Options that are right each on its own: what contradicts each other, and what follows from several. */
#include "options/option_table.h"

#include <string.h>

static bool same_file(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool options_outputs_are_apart(const struct options *o, struct err *e)
{
	struct target_quote q;

	for (size_t i = 0; i < o->output_count; i++) {
		const char *file = o->outputs[i].file;

		if (same_file(file, o->input) || same_file(file, o->replay) ||
		    same_file(file, o->ca_file) || same_file(file, o->baseline))
			return err_set(
				e,
				"option --output: \"%s\" is also read; write the report to another "
				"file",
				target_quote(&q, file));
		for (size_t k = 0; k < i; k++) {
			if (file == NULL && o->outputs[k].file == NULL)
				return err_set(
					e,
					"option --output: %s and %s cannot both go to standard "
					"output; give one a file, as in --output %s=FILE",
					o->outputs[k].format->name, o->outputs[i].format->name,
					o->outputs[i].format->name);
			if (same_file(file, o->outputs[k].file))
				return err_set(
					e,
					"option --output: \"%s\" is named twice; give each report "
					"a file of its own",
					target_quote(&q, file));
		}
	}
	return true;
}

/* Only lines of JSON can be gone on with. */
bool options_resume_well(const struct options *o, struct err *e)
{
	if (!o->resume)
		return true;
	if (o->input == NULL)
		return err_set(e, "option --resume goes on with a list of targets: give it as well, as in "
			       "--input domains.txt");
	if (o->output_count == 1 && o->outputs[0].format->lines && o->outputs[0].file != NULL)
		return true;
	return err_set(e, "option --resume: name the file that the run is to go on with, and no other output, "
		       "as in --output json=out.jsonl");
}

/* What is looked up is no report of a target. */
bool options_look_up_well(const struct options *o, struct err *e)
{
	for (size_t i = 0; i < o->output_count; i++)
		if (o->outputs[i].format != &report_text && o->outputs[i].format != &report_json)
			return err_set(e, "option --output: %s is for reports of targets; --explain and "
				       "--list-diagnoses print text or json", o->outputs[i].format->name);
	return true;
}

bool options_family_fits(const struct options *o, const struct target *t, struct err *e)
{
	bool v6 = t->kind == TARGET_ADDRESS && strchr(t->name, ':') != NULL;
	struct target_quote q;

	if (t->kind != TARGET_ADDRESS || o->families == FAMILIES_BOTH ||
	    v6 == (o->families == FAMILIES_IPV6))
		return true;
	return err_set(e,
		       "target \"%s\" is an %s address, which %s leaves out: leave out one of the two",
		       target_quote(&q, t->input), v6 ? "IPv6" : "IPv4", v6 ? "--ipv4" : "--ipv6");
}

bool options_families_fit(const struct options *o, struct err *e)
{
	for (size_t i = 0; i < o->target_count; i++)
		if (!options_family_fits(o, &o->targets[i], e))
			return false;
	return true;
}

static size_t add_port(unsigned *ports, size_t n, unsigned port)
{
	size_t i = 0;

	while (i < n && ports[i] != port)
		i++;
	if (i < n || n == LIMIT_PORTS)
		return n;
	ports[n] = port;
	return n + 1;
}

size_t options_ports(const struct options *o, const struct expectations *x, unsigned *ports)
{
	size_t n = o->port_count;

	memmove(ports, o->ports, n * sizeof *ports);
	for (size_t i = 0; !o->ports_given && i < x->count; i++)
		for (size_t k = 0; k < x->list[i].port_count; k++)
			n = add_port(ports, n, x->list[i].ports[k]);
	return n;
}
