/* SPDX-License-Identifier: MIT */
#include "scenario_judge.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The member or element that the front of *path names, which is taken off; NULL: none. */
static const json_t *descend(const json_t *at, const char **path)
{
	const char *p = *path;
	char *word;
	size_t n;
	long i;

	if (*p == '[') {
		i = strtol(p + 1, (char **)&p, 10);
		*path = *p == ']' ? p + 1 : p;
		if (i < 0)
			i += (long)json_array_size(at);
		return *p == ']' && i >= 0 ? json_array_get(at, (size_t)i) : NULL;
	}
	p += *p == '.';
	n = strcspn(p, ".[");
	word = mem_strndup(p, n);
	at = json_object_get(at, word);
	free(word);
	*path = n > 0 ? p + n : p + strlen(p);
	return at;
}

static const json_t *find(const json_t *at, const char *path)
{
	while (at != NULL && *path != '\0')
		at = descend(at, &path);
	return at;
}

/* An object that is asked for need only hold some of the members of the one that is there. */
static bool matches(const json_t *is, const json_t *wanted)
{
	const char *key;
	json_t *value;

	if (!json_is_object(is) || !json_is_object(wanted))
		return json_equal(is, wanted);
	json_object_foreach((json_t *)wanted, key, value)
		if (!json_equal(json_object_get(is, key), value))
			return false;
	return true;
}

static bool has(const json_t *where, const json_t *what)
{
	size_t i;
	const json_t *element;

	if (json_is_string(where) && json_is_string(what))
		return strstr(json_string_value(where), json_string_value(what)) != NULL;
	if (json_is_object(where) && json_is_string(what))
		return json_object_get(where, json_string_value(what)) != NULL;
	json_array_foreach(where, i, element)
		if (matches(element, what))
			return true;
	return false;
}

static bool holds(const struct scenario_fact *f, const json_t *is, const json_t *value)
{
	switch (f->relation) {
	case FACT_EQUAL:
		return json_is_null(value) ? is == NULL || json_is_null(is) : json_equal(is, value);
	case FACT_HAS:
		return has(is, value);
	case FACT_LACKS:
		return !has(is, value);
	case FACT_ABOVE:
		return json_is_number(is) && json_number_value(is) > json_number_value(value);
	case FACT_BELOW:
		return json_is_number(is) && json_number_value(is) < json_number_value(value);
	}
	return false;
}

static void judge_fact(const struct scenario_fact *f, const json_t *report, struct buf *complaints)
{
	static const char *const words[] = {
		[FACT_EQUAL] = "=", [FACT_HAS] = "has", [FACT_LACKS] = "lacks",
		[FACT_ABOVE] = ">", [FACT_BELOW] = "<",
	};
	const json_t *is = find(report, f->path);
	json_t *value = json_loads(f->value, JSON_DECODE_ANY, NULL);
	char *text;

	if (value == NULL) {
		buf_addf(complaints, "line %u: not JSON: %s\n", f->line, f->value);
		return;
	}
	if (!holds(f, is, value)) {
		text = is != NULL ? json_dumps(is, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
		buf_addf(complaints, "line %u: fact %s %s %s, but it is %s\n", f->line, f->path,
			 words[f->relation], f->value, text != NULL ? text : "missing");
		free(text);
	}
	json_decref(value);
}

static bool is_fault(const json_t *finding)
{
	const char *severity = json_string_value(json_object_get(finding, "severity"));

	return severity != NULL && (strcmp(severity, "problem") == 0 || strcmp(severity, "warning") == 0);
}

static bool found(const json_t *findings, const char *code, bool fault)
{
	size_t i;
	const json_t *finding;

	json_array_foreach(findings, i, finding) {
		const char *is = json_string_value(json_object_get(finding, "code"));

		if (is != NULL && strcmp(is, code) == 0 && is_fault(finding) == fault)
			return true;
	}
	return false;
}

static void judge_codes(const struct scenario *s, const json_t *findings, struct buf *complaints)
{
	size_t i;
	const json_t *finding;

	for (size_t k = 0; k < s->expects.count; k++)
		if (!found(findings, s->expects.item[k], true))
			buf_addf(complaints, "expected %s as a problem or warning, it is not there\n",
				 s->expects.item[k]);
	for (size_t k = 0; k < s->notes.count; k++)
		if (!found(findings, s->notes.item[k], false))
			buf_addf(complaints, "expected %s as a note, it is not there\n",
				 s->notes.item[k]);
	json_array_foreach(findings, i, finding) {
		const char *code = json_string_value(json_object_get(finding, "code"));

		if (!s->others_allowed && is_fault(finding) && (code == NULL || !strlist_has(&s->expects, code)))
			buf_addf(complaints, "unexpected %s: %s\n", code != NULL ? code : "?",
				 json_string_value(json_object_get(finding, "summary")));
	}
}

/* Without an `exit` line: what the manual page promises for --fail-on problem. */
static int promised_status(const struct scenario *s, const json_t *report)
{
	const json_t *findings = json_object_get(report, "findings"), *finding;
	size_t i;

	if (s->exit_status >= 0)
		return s->exit_status;
	json_array_foreach(findings, i, finding) {
		const char *severity = json_string_value(json_object_get(finding, "severity"));

		if (severity != NULL && strcmp(severity, "problem") == 0)
			return 1;
	}
	return 0;
}

void scenario_judge(const struct scenario *s, const json_t *report, int exit_status,
		    struct buf *complaints)
{
	const char *schema = json_string_value(json_object_get(report, "schema"));

	if (schema == NULL || strcmp(schema, "smtpprobe.report/1") != 0)
		buf_addf(complaints, "not a report: schema is %s\n", schema != NULL ? schema : "missing");
	judge_codes(s, json_object_get(report, "findings"), complaints);
	for (size_t i = 0; i < s->fact_count; i++)
		judge_fact(&s->facts[i], report, complaints);
	if (exit_status >= 0 && exit_status != promised_status(s, report))
		buf_addf(complaints, "exit status %d, expected %d\n", exit_status,
			 promised_status(s, report));
}
