/* SPDX-License-Identifier: MIT
 *
 * The zone of fake_dns: its text, as described in fake_dns.h, made into a list of entries. */
#ifndef FAKE_DNS_ZONE_H
#define FAKE_DNS_ZONE_H

#include <stdbool.h>
#include <stddef.h>

enum { FAKE_NAME_SIZE = 256, FAKE_LINE_SIZE = 2048 };

enum { T_A = 1, T_CNAME = 5, T_SOA = 6, T_MX = 15, T_TXT = 16, T_AAAA = 28, T_SRV = 33, T_OPT = 41,
       T_TLSA = 52 };

enum act {
	ACT_NONE, ACT_RCODE, ACT_NO_QUESTION, ACT_FORMERR_EDNS, ACT_AD, ACT_EDE, ACT_SILENT,
	ACT_DROP, ACT_DELAY, ACT_TC, ACT_TC_CLOSE, ACT_GARBAGE, ACT_SHORT, ACT_WRONG_ID,
	ACT_WRONG_QUESTION, ACT_BROKEN, ACT_LOOP, ACT_ALIAS_ONLY, ACT_LOSE,
	ACT_ROOM
};

struct fake_entry {            /* a record, or a behaviour */
	struct fake_entry *next;
	char name[FAKE_NAME_SIZE];
	unsigned type;         /* behaviour: 0 for all */
	enum act act;          /* ACT_NONE: a record */
	unsigned value;
	unsigned char data[FAKE_LINE_SIZE];
	size_t len;
};

/* Appends the entries of a text. False: `why` holds the line that is none. */
bool fake_zone_parse(struct fake_entry **zone, const char *text, char *why, size_t size);
void fake_zone_free(struct fake_entry *zone);

/* Writes at to[*len], as far as there is room: an integer, a name. */
void fake_put(unsigned char *to, size_t *len, size_t size, unsigned long value, int octets);
void fake_put_name(unsigned char *to, size_t *len, size_t size, const char *name);

#endif
