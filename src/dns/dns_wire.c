/* SPDX-License-Identifier: MIT */
#include "dns/dns_wire.h"

#include <string.h>

enum {
	LABEL_MAX_OCTETS = 63,
	POINTERS_MAX = DNS_NAME_OCTETS / 2 + 1,     /* a name has no more labels than that */
	TEXT_LIMIT = 5 * DNS_NAME_OCTETS
};

const char dns_cut_off[] = "the message breaks off";

/* ---- octets ----------------------------------------------------------------------------- */

void dns_flaw(struct dns_cursor *c, const char *flaw)
{
	if (c->flaw == NULL)
		c->flaw = flaw;
	c->at = c->end;
}

unsigned dns_read_u8(struct dns_cursor *c)
{
	if (c->at >= c->end) {
		dns_flaw(c, dns_cut_off);
		return 0;
	}
	return c->message[c->at++];
}

uint16_t dns_read_u16(struct dns_cursor *c)
{
	unsigned high = dns_read_u8(c);

	return (uint16_t)(high << 8 | dns_read_u8(c));
}

uint32_t dns_read_u32(struct dns_cursor *c)
{
	uint32_t high = dns_read_u16(c);

	return high << 16 | dns_read_u16(c);
}

static uint8_t lower(uint8_t octet)
{
	return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* ---- names ------------------------------------------------------------------------------ */

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

/* A pointer at `at`: where it leads; 0 with the flaw set where it must not. */
static size_t read_pointer(struct dns_cursor *c, size_t at, size_t end, size_t before)
{
	size_t to;

	if (at + 1 >= end) {
		dns_flaw(c, dns_cut_off);
		return 0;
	}
	to = (size_t)(c->message[at] & 0x3f) << 8 | c->message[at + 1];
	if (to < DNS_HEADER_SIZE || to >= before) {
		dns_flaw(c, "a compression pointer does not point backwards");
		return 0;
	}
	return to;
}

void dns_read_name(struct dns_cursor *c, struct dns_name *n)
{
	size_t at = c->at, end = c->end, segment = c->at, after = 0;
	unsigned pointers = 0;

	n->len = 0;
	for (;;) {
		unsigned octet = at < end ? c->message[at] : 0;

		if (at >= end)
			dns_flaw(c, dns_cut_off);
		else if ((octet & 0xc0) == 0xc0 && ++pointers > POINTERS_MAX)
			dns_flaw(c, "a name has more compression pointers than labels");
		else if ((octet & 0xc0) == 0xc0) {
			if (after == 0)
				after = at + 2;
			segment = at = read_pointer(c, at, end, segment);
			end = c->size;
		} else if (octet > LABEL_MAX_OCTETS)
			dns_flaw(c, "a label of an unknown kind");
		else if (octet >= end - at)
			dns_flaw(c, dns_cut_off);
		else if (n->len + 1 + octet > DNS_NAME_OCTETS)
			dns_flaw(c, "a name of more than 255 octets");
		else {
			n->octets[n->len++] = (uint8_t)octet;
			for (unsigned i = 1; i <= octet; i++)
				n->octets[n->len++] = lower(c->message[at + i]);
			at += 1 + octet;
			if (octet == 0)
				break;
		}
		if (c->flaw != NULL) {
			n->len = 0;
			return;
		}
	}
	c->at = after != 0 ? after : at;
}

void dns_add_octet(struct buf *b, uint8_t octet, const char *plain, char quoted)
{
	if (octet == (uint8_t)quoted) {
		buf_addc(b, '\\');
		buf_addc(b, quoted);
	} else if (octet != '\\' && ((octet > ' ' && octet < 0x7f) ||
				     (octet != '\0' && strchr(plain, octet) != NULL))) {
		buf_addc(b, (char)octet);
	} else {
		buf_addf(b, "\\%03u", octet);
	}
}

static void add_name(struct buf *b, const struct dns_name *n)
{
	size_t at = 0;

	if (n->len <= 1) {
		buf_addc(b, '.');
		return;
	}
	while (n->octets[at] != 0) {
		size_t end = at + 1 + n->octets[at];

		if (at != 0)
			buf_addc(b, '.');
		while (++at < end)
			dns_add_octet(b, n->octets[at], "", '.');
	}
}

char *dns_name_text(const struct dns_name *n)
{
	struct buf b;

	buf_init(&b, TEXT_LIMIT);
	add_name(&b, n);
	return buf_take(&b);
}

/* The octet at *text, escapes understood; -1: not an octet. */
static int take_octet(const char **text)
{
	const char *s = *text;
	int value = 0;

	if (*s != '\\') {
		*text = s + 1;
		return lower((uint8_t)*s);
	}
	s++;
	if (*s < '0' || *s > '9') {
		*text = s + 1;
		return *s != '\0' ? lower((uint8_t)*s) : -1;
	}
	for (int i = 0; i < 3; i++, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		value = value * 10 + (*s - '0');
	}
	*text = s;
	return value <= 255 ? lower((uint8_t)value) : -1;
}

static bool encode_label(struct dns_name *n, const char **text)
{
	size_t start = n->len++, len;

	while (**text != '\0' && **text != '.') {
		int octet = take_octet(text);

		if (octet < 0 || n->len >= DNS_NAME_OCTETS - 1)
			return false;
		n->octets[n->len++] = (uint8_t)octet;
	}
	len = n->len - start - 1;
	n->octets[start] = (uint8_t)len;
	return len > 0 && len <= LABEL_MAX_OCTETS;
}

bool dns_name_encode(struct dns_name *n, const char *text)
{
	n->len = 0;
	if (strcmp(text, ".") != 0) {
		while (*text != '\0') {
			if (n->len >= DNS_NAME_OCTETS - 1 || !encode_label(n, &text))
				return false;
			if (*text == '.')
				text++;
		}
	}
	n->octets[n->len++] = 0;
	return true;
}
