/* SPDX-License-Identifier: MIT */
#include "fake_dns_zone.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	enum act act;
	int value;             /* -1: follows behind "=" */
} behaviours[] = {
	{ "servfail", ACT_RCODE, 2 }, { "refused", ACT_RCODE, 5 }, { "nxdomain", ACT_RCODE, 3 },
	{ "notimp", ACT_RCODE, 4 }, { "formerr", ACT_RCODE, 1 }, { "nodata", ACT_RCODE, 0 },
	{ "rcode", ACT_RCODE, -1 }, { "no-question", ACT_NO_QUESTION, 0 },
	{ "formerr-edns", ACT_FORMERR_EDNS, 0 }, { "ad", ACT_AD, 0 }, { "ede", ACT_EDE, -1 },
	{ "silent", ACT_SILENT, 0 }, { "drop", ACT_DROP, -1 }, { "delay", ACT_DELAY, -1 },
	{ "tc", ACT_TC, 0 }, { "tc-close", ACT_TC_CLOSE, 0 }, { "garbage", ACT_GARBAGE, 0 },
	{ "short", ACT_SHORT, 0 }, { "wrong-id", ACT_WRONG_ID, 0 },
	{ "wrong-question", ACT_WRONG_QUESTION, 0 }, { "broken", ACT_BROKEN, 0 },
	{ "loop", ACT_LOOP, 0 }, { "alias-only", ACT_ALIAS_ONLY, 0 },
	{ "lose", ACT_LOSE, -1 }, { "room", ACT_ROOM, -1 },
};

static const struct { const char *word; unsigned type; } types[] = {
	{ "A", T_A }, { "AAAA", T_AAAA }, { "CNAME", T_CNAME }, { "MX", T_MX }, { "SRV", T_SRV },
	{ "TXT", T_TXT }, { "TLSA", T_TLSA },
};

static char *next_word(char **line)
{
	char *word = *line + strspn(*line, " \t\r");
	size_t len = strcspn(word, " \t\r");

	*line = word + len + (word[len] != '\0');
	word[len] = '\0';
	return word;
}

void fake_put(unsigned char *to, size_t *len, size_t size, unsigned long value, int octets)
{
	while (octets-- > 0)
		if (*len < size)
			to[(*len)++] = (unsigned char)(value >> 8 * octets);
}

void fake_put_name(unsigned char *to, size_t *len, size_t size, const char *name)
{
	if (strcmp(name, ".") == 0)
		name = "";
	while (*name != '\0') {
		size_t label = strcspn(name, ".");

		fake_put(to, len, size, label, 1);
		for (size_t i = 0; i < label; i++)
			fake_put(to, len, size, (unsigned char)name[i], 1);
		name += label + (name[label] == '.');
	}
	fake_put(to, len, size, 0, 1);
}

static void put_numbers(struct fake_entry *e, char **line, int count, int octets)
{
	while (count-- > 0)
		fake_put(e->data, &e->len, sizeof e->data, strtoul(next_word(line), NULL, 10), octets);
}

static void put_strings(struct fake_entry *e, char *line)
{
	while (*(line += strspn(line, " \t\r")) != '\0') {
		bool quoted = *line == '"';
		size_t len = strcspn(line += quoted, quoted ? "\"" : " \t\r");

		fake_put(e->data, &e->len, sizeof e->data, len, 1);
		for (size_t i = 0; i < len; i++)
			fake_put(e->data, &e->len, sizeof e->data, (unsigned char)line[i], 1);
		line += len + (quoted && line[len] != '\0');
	}
}

static void put_hex(struct fake_entry *e, const char *hex)
{
	char octet[3] = "";

	for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		memcpy(octet, hex, 2);
		fake_put(e->data, &e->len, sizeof e->data, strtoul(octet, NULL, 16), 1);
	}
}

static bool parse_data(struct fake_entry *e, char *line)
{
	int family = e->type == T_A ? AF_INET : AF_INET6;

	switch (e->type) {
	case T_A:
	case T_AAAA:
		e->len = e->type == T_A ? 4 : 16;
		return inet_pton(family, next_word(&line), e->data) == 1;
	case T_MX:
		put_numbers(e, &line, 1, 2);
		break;
	case T_SRV:
		put_numbers(e, &line, 3, 2);
		break;
	case T_TXT:
		put_strings(e, line);
		return e->len > 0;
	case T_TLSA:
		put_numbers(e, &line, 3, 1);
		put_hex(e, next_word(&line));
		return true;
	default:
		break;
	}
	fake_put_name(e->data, &e->len, sizeof e->data, next_word(&line));
	return true;
}

static unsigned type_of(const char *word)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcasecmp(types[i].word, word) == 0)
			return types[i].type;
	return 0;
}

static bool parse_behaviour(struct fake_entry *e, char *line)
{
	char *word = next_word(&line), *type = next_word(&line);
	size_t len = strcspn(word, "=");

	e->type = type_of(type);
	if (*type != '\0' && e->type == 0)
		return false;
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		if (strlen(behaviours[i].word) != len || strncmp(behaviours[i].word, word, len) != 0)
			continue;
		if ((behaviours[i].value < 0) != (word[len] == '='))
			return false;
		e->act = behaviours[i].act;
		e->value = behaviours[i].value >= 0 ? (unsigned)behaviours[i].value
						    : (unsigned)strtoul(word + len + 1, NULL, 10);
		return true;
	}
	return false;
}

static bool parse_line(struct fake_entry **zone, char *line)
{
	struct fake_entry *e;
	char *name = next_word(&line), *word;

	if (*name == '\0' || *name == '#')
		return true;
	while (*zone != NULL)
		zone = &(*zone)->next;
	e = *zone = calloc(1, sizeof *e);
	if (e == NULL)
		return false;
	snprintf(e->name, sizeof e->name, "%s", name);
	if (strlen(name) > 1 && name[strlen(name) - 1] == '.' && strlen(name) < sizeof e->name)
		e->name[strlen(name) - 1] = '\0';
	word = next_word(&line);
	if (strcmp(word, "!") == 0)
		return parse_behaviour(e, line);
	e->type = type_of(word);
	return e->type != 0 && parse_data(e, line);
}

bool fake_zone_parse(struct fake_entry **zone, const char *text, char *why, size_t size)
{
	char line[FAKE_LINE_SIZE];

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof line, "%.*s", (int)len, text);
		if (len >= sizeof line || !parse_line(zone, line)) {
			snprintf(why, size, "not a line of a zone: %.*s", (int)len, text);
			return false;
		}
		while (*zone != NULL)  /* the end stays near: a zone may be long */
			zone = &(*zone)->next;
		text += len + (text[len] == '\n');
	}
	return true;
}

void fake_zone_free(struct fake_entry *zone)
{
	for (struct fake_entry *e; (e = zone) != NULL; free(e))
		zone = e->next;
}
