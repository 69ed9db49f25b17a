/* SPDX-License-Identifier: MIT
 *
 * One hash set holds all entries, each as a key of bytes: a name as its text, a block as the number
 * of its family (a byte that no name has), the length of its prefix and its address. A set and no
 * sorted array, as entries come in any order and may be asked for between two of them. */
#include "plan/exclusions.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/key_set.h"
#include "base/mem.h"
#include "plan/target.h"

enum {
	NAME_MAX_OCTETS = 253,
	LENGTH_MAX = 128,
	MAPPED = 96 /* bits of the prefixes that hold an IPv4 address at their end */
};

struct exclusions {
	struct hash_key key;
	struct key_set set;
	bool has_length4[LENGTH_MAX + 1], has_length6[LENGTH_MAX + 1];
};

struct block {
	unsigned char family; /* 4 or 6 */
	unsigned char length; /* of the prefix, in bits */
	unsigned char address[16];
};

struct exclusions *exclusions_new(void)
{
	struct exclusions *x = mem_zalloc(1, sizeof *x);

	hash_key_make(&x->key);
	key_set_init(&x->set, SIZE_MAX);
	return x;
}

void exclusions_free(struct exclusions *x)
{
	if (x == NULL)
		return;
	key_set_clear(&x->set);
	free(x);
}

size_t exclusions_count(const struct exclusions *x)
{
	return x != NULL ? x->set.count : 0;
}

static void set_add(struct exclusions *x, const void *bytes, size_t n)
{
	key_set_add(&x->set, hash_bytes(&x->key, bytes, n));
}

static bool set_has(const struct exclusions *x, const void *bytes, size_t n)
{
	return key_set_has(&x->set, hash_bytes(&x->key, bytes, n));
}

/* ---- blocks ------------------------------------------------------------------------------ */

static size_t address_octets(const struct block *b)
{
	return b->family == 4 ? 4 : 16;
}

static bool block_of_address(struct block *b, const char *text)
{
	memset(b, 0, sizeof *b);
	b->family = inet_pton(AF_INET, text, b->address) == 1	 ? 4
		    : inet_pton(AF_INET6, text, b->address) == 1 ? 6
								 : 0;
	b->length = b->family == 4 ? 32 : LENGTH_MAX;
	return b->family != 0;
}

static void cut_to(struct block *b, size_t length)
{
	b->length = (unsigned char)length;
	for (size_t i = 0; i < sizeof b->address; i++)
		if (8 * i >= length)
			b->address[i] = 0;
		else if (8 * (i + 1) > length)
			b->address[i] &= (unsigned char)(0xFF << (8 * (i + 1) - length));
}

/* The IPv4 block at the end of an IPv6 one that begins with those 96 bits. */
static bool block_within(struct block *v4, const struct block *b, const unsigned char prefix[12])
{
	if (b->family != 6 || b->length < MAPPED || memcmp(b->address, prefix, 12) != 0)
		return false;
	*v4 = (struct block){.family = 4, .length = (unsigned char)(b->length - MAPPED)};
	memcpy(v4->address, b->address + 12, 4);
	return true;
}

static void unmap(struct block *b)
{
	static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
	struct block v4;

	if (block_within(&v4, b, mapped))
		*b = v4;
}

static size_t block_key(unsigned char key[18], const struct block *b)
{
	key[0] = b->family;
	key[1] = b->length;
	memcpy(key + 2, b->address, address_octets(b));
	return 2 + address_octets(b);
}

static void add_block(struct exclusions *x, struct block b)
{
	unsigned char key[18];

	unmap(&b);
	(b.family == 4 ? x->has_length4 : x->has_length6)[b.length] = true;
	set_add(x, key, block_key(key, &b));
}

static bool has_block(const struct exclusions *x, struct block b)
{
	const bool *has_length = b.family == 4 ? x->has_length4 : x->has_length6;
	unsigned char key[18];

	for (size_t length = b.length + 1u; length-- > 0;) {
		if (!has_length[length])
			continue;
		cut_to(&b, length);
		if (set_has(x, key, block_key(key, &b)))
			return true;
	}
	return false;
}

/* ---- lines ------------------------------------------------------------------------------- */

static bool refuse(struct err *e, const char *text, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(struct err *e, const char *text, const char *format, ...)
{
	struct target_quote q;
	char why[sizeof e->msg];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return err_set(e, "exclusion \"%s\": %s", target_quote(&q, text), why);
}

/* Up to three decimal digits; false: not that, or more than max. */
static bool parse_length(size_t *length, const char *text, size_t max)
{
	size_t n = strlen(text);

	*length = 0;
	if (n < 1 || n > 3 || strspn(text, "0123456789") != n)
		return false;
	for (; *text != '\0'; text++)
		*length = *length * 10 + (size_t)(*text - '0');
	return *length <= max;
}

static bool take_block(struct exclusions *x, const char *text, struct err *e)
{
	const char *slash = strchr(text, '/');
	char *address = mem_strndup(text, (size_t)(slash - text));
	char right[INET6_ADDRSTRLEN];
	struct block b, cut;
	struct target_quote q;
	size_t length;
	bool ok = false;

	if (!block_of_address(&b, address)) {
		refuse(e, text,
		       "what stands before the / is not an address; write a block such as "
		       "192.0.2.0/24 "
		       "or 2001:db8::/32, or a name alone");
	} else if (!parse_length(&length, slash + 1, b.length)) {
		refuse(e, text,
		       "\"%s\" is not the length of a prefix; write a number from 0 to %d, as in "
		       "%s",
		       target_quote(&q, slash + 1), b.length,
		       b.family == 4 ? "192.0.2.0/24" : "2001:db8::/32");
	} else {
		cut = b;
		cut_to(&cut, length);
		ok = memcmp(cut.address, b.address, sizeof b.address) == 0;
		if (ok)
			add_block(x, cut);
		else
			refuse(e, text,
			       "bits are set behind the prefix; write %s/%zu, or %s for one "
			       "address",
			       inet_ntop(b.family == 4 ? AF_INET : AF_INET6, cut.address, right,
					 sizeof right),
			       length, address);
	}
	free(address);
	return ok;
}

/* 192.0.2.0-192.0.2.255, which other programs take. */
static bool is_range(const char *text)
{
	const char *mark = strchr(text, '-');
	char *first;
	struct block b;
	bool is;

	if (mark == NULL)
		return false;
	first = mem_strndup(text, (size_t)(mark - text));
	is = block_of_address(&b, first);
	free(first);
	return is;
}

/* A name or an address, as a target is written that has nothing else. */
static bool take_host(struct exclusions *x, const char *text, struct err *e)
{
	static const char prefix[] = "target ";
	struct block b;
	struct target t;
	struct err why;

	if (!target_parse(&t, text, TARGET_AUTO, &why))
		/* That sentence begins with: target "TEXT" */
		return err_set(e, "exclusion %s",
			       strncmp(why.msg, prefix, sizeof prefix - 1) == 0
				       ? why.msg + sizeof prefix - 1
				       : why.msg);
	if (t.port != 0) {
		refuse(e, text, "an exclusion holds for every port; write %s alone", t.name);
		target_clear(&t);
		return false;
	}
	if (block_of_address(&b, t.name))
		add_block(x, b);
	else
		set_add(x, t.name, strlen(t.name));
	target_clear(&t);
	return true;
}

static bool take_text(struct exclusions *x, const char *text, struct err *e)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7F)
			return refuse(e, text,
				      "spaces and control characters are in no name or address; "
				      "write one "
				      "name, address or block a line, and a comment behind a #");
	if (strchr(text, '@') != NULL || strstr(text, "://") != NULL)
		return refuse(
			e, text,
			"mailboxes and URLs cannot be excluded; write the name of the host or "
			"domain alone, such as example.com");
	if (strchr(text, '*') != NULL || text[0] == '.')
		return refuse(e, text,
			      "patterns are not supported; a name excludes everything below it, so "
			      "write example.com alone");
	if (is_range(text))
		return refuse(e, text,
			      "ranges are not supported; write blocks, such as 192.0.2.0/24");
	return strchr(text, '/') != NULL ? take_block(x, text, e) : take_host(x, text, e);
}

bool exclusions_add(struct exclusions *x, const char *line, struct err *e)
{
	static const char blanks[] = " \t\r\n";
	const char *begin = line + strspn(line, blanks);
	size_t n = strcspn(begin, "#"); /* is in no name or address */
	char *text;
	bool ok;

	while (n > 0 && strchr(blanks, begin[n - 1]) != NULL)
		n--;
	if (n == 0)
		return true;
	text = mem_strndup(begin, n);
	ok = take_text(x, text, e);
	free(text);
	return ok;
}

/* ---- looking up -------------------------------------------------------------------------- */

bool exclusions_name(const struct exclusions *x, const char *name)
{
	char lower[NAME_MAX_OCTETS + 1];
	size_t n = strlen(name);

	if (x == NULL)
		return false;
	if (exclusions_address(x, name))
		return true;
	if (n > 0 && name[n - 1] == '.')
		n--;
	while (n > NAME_MAX_OCTETS) { /* none of these is on the list, but one that it is below may
					 be */
		size_t label = strcspn(name, ".");

		if (label >= n)
			return false;
		name += label + 1;
		n -= label + 1;
	}
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
	lower[n] = '\0';
	for (const char *from = lower; from != NULL; from = strchr(from, '.')) {
		from += from[0] == '.';
		if (set_has(x, from, n - (size_t)(from - lower)))
			return true;
	}
	return false;
}

bool exclusions_address(const struct exclusions *x, const char *address)
{
	static const unsigned char nat64[12] = {0x00, 0x64, 0xFF, 0x9B};
	struct block b, v4;

	if (x == NULL || !block_of_address(&b, address))
		return false;
	unmap(&b);
	return has_block(x, b) || (block_within(&v4, &b, nat64) && has_block(x, v4));
}
