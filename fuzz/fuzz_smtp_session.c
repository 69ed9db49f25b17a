/* SPDX-License-Identifier: MIT
 *
 * A hostile server against the dialogue. The first byte chooses plan and ending; then each
 * chunk is a length byte and as many bytes from the server. The dialogue ends, and what we send
 * is whole lines. */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "smtp/smtp_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum outcome ends[] = { OUT_CLOSED, OUT_RESET, OUT_TIMEOUT, OUT_CUT_SHORT };
	unsigned how = size > 0 ? data[0] : 0;
	struct obs_endpoint obs = { 0 };
	enum smtp_want want = SMTP_WANT_READ;
	struct smtp_session *s;
	struct buf in, out;

	buf_init(&in, LIMIT_RECEIVE);
	buf_init(&out, LIMIT_RECEIVE);
	s = smtp_session_new(how & 1 ? SMTP_PLAN_ENFORCE : SMTP_PLAN_PROBE, (how & 3) == 2,
			     "[127.0.0.1]", &obs, 0);
	for (size_t i = 1; i < size && want != SMTP_WANT_DONE;) {
		size_t n = data[i++];

		n = n < size - i ? n : size - i;
		buf_add(&in, data + i, n);
		i += n;
		want = smtp_session_step(s, &in, &out, (int64_t)i);
		if (want == SMTP_WANT_TLS) {
			buf_reset(&in);
			smtp_session_tls_done(s, how & 4 ? OUT_OK : OUT_NOT_TLS, (int64_t)i);
		}
	}
	smtp_session_fail(s, ends[how >> 3 & 3], (int64_t)size);
	if (smtp_session_step(s, &in, &out, (int64_t)size) != SMTP_WANT_DONE || out.failed ||
	    (out.len > 0 && out.data[out.len - 1] != '\n') ||
	    obs.transcript_count > LIMIT_TRANSCRIPT)
		abort();
	smtp_session_free(s);
	obs_endpoint_clear(&obs);
	buf_clear(&in);
	buf_clear(&out);
	return 0;
}
