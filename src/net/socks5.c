/* SPDX-License-Identifier: MIT */
#include "net/socks5.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"

/* RFC 1928 3 to 6. */
enum {
	VERSION = 5, NO_AUTHENTICATION = 0, CONNECT = 1,
	ADDRESS_IPV4 = 1, ADDRESS_NAME = 3, ADDRESS_IPV6 = 4,
	METHOD_SIZE = 2, REPLY_HEAD = 5        /* up to the first octet of the address */
};

void socks5_begin(struct socks5 *s, struct buf *out)
{
	static const char hello[] = {VERSION, 1, NO_AUTHENTICATION};

	s->state = SOCKS5_METHOD;
	s->reply = -1;
	buf_add(out, hello, sizeof hello);
}

static void ask_for(struct buf *out, const char *address, unsigned port)
{
	char head[] = {VERSION, CONNECT, 0, ADDRESS_IPV4}, number[2];
	unsigned char bytes[16];
	size_t size = 4;

	if (inet_pton(AF_INET, address, bytes) != 1) {
		if (inet_pton(AF_INET6, address, bytes) != 1)
			memset(bytes, 0, sizeof bytes);
		head[3] = ADDRESS_IPV6;
		size = sizeof bytes;
	}
	number[0] = (char)(port >> 8 & 0xFF);
	number[1] = (char)(port & 0xFF);
	buf_add(out, head, sizeof head);
	buf_add(out, (const char *)bytes, size);
	buf_add(out, number, sizeof number);
}

/* The whole size of a reply whose head is there; 0: of no form that the RFC knows. */
static size_t reply_size(const unsigned char *head)
{
	switch (head[3]) {
	case ADDRESS_IPV4:
		return 4 + 4 + 2;
	case ADDRESS_IPV6:
		return 4 + 16 + 2;
	case ADDRESS_NAME:
		return 4 + 1 + head[4] + 2u;
	default:
		return 0;
	}
}

static bool take_method(struct socks5 *s, struct buf *in, struct buf *out, const char *address,
			unsigned port)
{
	if (in->len < METHOD_SIZE)
		return false;
	if (in->data[0] != VERSION || in->data[1] != NO_AUTHENTICATION) {
		s->state = SOCKS5_FAILED;
		return false;
	}
	buf_drop(in, METHOD_SIZE);
	ask_for(out, address, port);
	s->state = SOCKS5_REPLY;
	return true;
}

/* A proxy that refuses may leave out what follows the reply; the code is in the second octet. */
static bool take_reply(struct socks5 *s, struct buf *in)
{
	unsigned char head[REPLY_HEAD] = {0};
	size_t size;

	if (in->len < 2)
		return false;
	memcpy(head, in->data, in->len < sizeof head ? in->len : sizeof head);
	if (head[0] != VERSION) {
		s->state = SOCKS5_FAILED;
		return false;
	}
	if (head[1] != 0) {
		s->reply = head[1];
		s->state = SOCKS5_FAILED;
		return false;
	}
	if (in->len < REPLY_HEAD)
		return false;
	size = reply_size(head);
	if (size == 0) {
		s->state = SOCKS5_FAILED;
		return false;
	}
	if (in->len < size)
		return false;
	buf_drop(in, size);
	s->reply = 0;
	s->state = SOCKS5_OPEN;
	return false;
}

void socks5_take(struct socks5 *s, struct buf *in, struct buf *out, const char *address,
		 unsigned port)
{
	if (s->state == SOCKS5_METHOD && !take_method(s, in, out, address, port))
		return;
	if (s->state == SOCKS5_REPLY)
		take_reply(s, in);
}

const char *socks5_reply_words(int reply)
{
	static const char *const words[] = {
		"succeeded", "general failure", "not allowed by the proxy's rules",
		"network unreachable", "host unreachable", "connection refused", "TTL expired",
		"command not supported", "address type not supported",
	};

	return reply >= 0 && (size_t)reply < COUNT(words) ? words[reply] : "a reply of no known meaning";
}
