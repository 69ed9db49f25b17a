/* SPDX-License-Identifier: MIT
 *
 * Whatever a proxy says, in whatever pieces (the first octet is their size): it comes to the same, and
 * no more is sent than the two requests. */
#include <stdint.h>
#include <stdlib.h>

#include "net/socks5.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fine)
{
	if (!fine)
		abort();
}

static struct socks5 talk(const uint8_t *data, size_t size, size_t piece)
{
	struct socks5 s;
	struct buf in, out;

	buf_init(&in, 65536);
	buf_init(&out, 4096);
	socks5_begin(&s, &out);
	for (size_t at = 0; at < size && s.state < SOCKS5_OPEN; at += piece) {
		buf_add(&in, (const char *)data + at, size - at < piece ? size - at : piece);
		socks5_take(&s, &in, &out, "2001:db8::1", 25);
	}
	require(out.len == (s.state == SOCKS5_METHOD ? 3 : out.len));
	require(out.len == 3 || out.len == 3 + 22);
	require((s.state == SOCKS5_OPEN) == (s.reply == 0));
	buf_clear(&in);
	buf_clear(&out);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct socks5 whole, pieces;

	if (size == 0)
		return 0;
	whole = talk(data + 1, size - 1, size);
	pieces = talk(data + 1, size - 1, data[0] % 7 + 1u);
	require(whole.state == pieces.state && whole.reply == pieces.reply);
	return 0;
}
