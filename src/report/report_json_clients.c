/* SPDX-License-Identifier: MIT */
#include "report/report_json_clients.h"

#include <string.h>

#include "base/mem.h"
#include "diagnose/clients.h"

static void write_lines(struct json_writer *w, const char *key, const struct strlist *lines)
{
	json_writer_key(w, key);
	json_writer_begin_list(w);
	for (size_t i = 0; i < lines->count; i++)
		json_writer_string(w, lines->item[i]);
	json_writer_end_list(w);
}

static void write_wrong(struct json_writer *w, const struct client_advice *c)
{
	json_writer_key(w, "wrong");
	json_writer_begin_list(w);
	for (size_t i = 0; i < c->error_count; i++) {
		json_writer_begin_object(w);
		json_writer_key(w, "setting");
		json_writer_string(w, words_name(&client_wrong_words, c->errors[i].wrong));
		json_writer_key(w, "error");
		json_writer_string(w, c->errors[i].error);
		json_writer_end_object(w);
	}
	json_writer_end_list(w);
}

static void write_client(struct json_writer *w, const struct client *c, const struct advice *a,
			 const struct observation *o)
{
	struct client_advice said;

	client_advise(&said, c, a, o);
	json_writer_begin_object(w);
	json_writer_key(w, "client");
	json_writer_string(w, c->id);
	json_writer_key(w, "name");
	json_writer_string(w, c->name);
	json_writer_key(w, "mode");
	json_writer_string(w, words_name(&advice_mode_words, a->mode));
	json_writer_key(w, "possible");
	json_writer_bool(w, said.impossible == NULL);
	json_writer_key(w, "impossible");
	json_writer_string(w, said.impossible);
	write_lines(w, "settings", &said.settings);
	write_lines(w, "notes", &said.notes);
	write_wrong(w, &said);
	json_writer_key(w, "document");
	json_writer_begin_list(w);
	for (size_t i = 0; i < COUNT(c->documents) && c->documents[i] != NULL; i++)
		json_writer_string(w, c->documents[i]);
	json_writer_end_list(w);
	json_writer_end_object(w);
	client_advice_clear(&said);
}

void report_json_clients(struct json_writer *w, const struct report_style *s,
			 const struct observation *o, const struct advice *a)
{
	const struct client *c;

	if (s->client == NULL)
		return;
	json_writer_key(w, "clients");
	json_writer_begin_list(w);
	for (size_t i = 0; (c = client_at(i)) != NULL; i++)
		if (client_wants(a) &&
		    (strcmp(s->client, "all") == 0 || strcmp(s->client, c->id) == 0))
			write_client(w, c, a, o);
	json_writer_end_list(w);
}
