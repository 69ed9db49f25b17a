/* SPDX-License-Identifier: MIT
 *
 * The shared part of all TLS sessions. The trust store is a list of our own and not the one
 * inside of the credentials: verification happens after the handshake, by tls_verify.c, and one
 * copy of the store is enough. */
#include "net/tls_context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/tls_chain.h"
#include "net/tls_internal.h"
#include "net/tls_verify.h"

/* Whatever the library speaks, so that an old server is described and not just failed: RC4,
 * 3DES, Camellia, plain RSA, SHA-1 signatures. Not %COMPAT (it would switch off the extended
 * master secret and encrypt-then-MAC that we look for), and nothing anonymous (a server might
 * prefer it and show no certificate). X25519 goes first because it is the cheapest on both
 * sides; a share for P-256 is sent along with it, so that no server has to ask again (RFC 8446
 * 4.1.4). */
static const char widest[] = "NORMAL:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-ALL"
			     ":+3DES-CBC:+ARCFOUR-128:+CAMELLIA-256-GCM:+CAMELLIA-128-GCM"
			     ":+CAMELLIA-256-CBC:+CAMELLIA-128-CBC:+DHE-RSA:+DHE-DSS:+RSA:+MD5"
			     ":+SIGN-ALL:+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1:+SIGN-DSA-SHA1"
			     ":+SIGN-DSA-SHA256";

enum { CA_FILE_LIMIT = 16 * 1024 * 1024 }; /* the system's own bundle is a quarter of a MB */

static const char wanted[] = "it must be a readable file that holds certificates in PEM form "
			     "(\"-----BEGIN CERTIFICATE-----\")";

static bool read_file(struct buf *to, const char *name, struct err *e)
{
	FILE *f = fopen(name, "rb");
	char piece[16384];
	bool ok = false;
	size_t n;

	if (f == NULL)
		return err_set(e, "cannot open the CA file \"%s\" (%s); %s", name, strerror(errno),
			       wanted);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0 && !to->failed)
		buf_add(to, piece, n);
	if (ferror(f))
		err_set(e, "cannot read the CA file \"%s\" (%s); %s", name, strerror(errno),
			wanted);
	else if (to->failed)
		err_set(e, "the CA file \"%s\" is larger than %d MB; %s", name,
			CA_FILE_LIMIT / 1024 / 1024, wanted);
	else
		ok = true;
	fclose(f);
	return ok;
}

static bool load_ca_file(struct tls_context *c, const char *name, struct err *e)
{
	gnutls_x509_crt_fmt_t form = GNUTLS_X509_FMT_PEM;
	gnutls_datum_t text;
	struct buf b;
	bool ok = false;
	int rc;

	buf_init(&b, CA_FILE_LIMIT);
	if (!read_file(&b, name, e))
		goto out;
	text.data = (unsigned char *)b.data;
	text.size = (unsigned)b.len;
	/* A certificate in DER is a SEQUENCE with a long length (ITU-T X.690 8.1.3.5). */
	if (b.len > 2 && text.data[0] == 0x30 && (text.data[1] & 0x80) != 0)
		form = GNUTLS_X509_FMT_DER;
	rc = b.len == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND
			: gnutls_x509_trust_list_add_trust_mem(c->trust, &text, NULL, form, 0, 0);
	if (rc > 0)
		ok = true;
	else if (rc == 0 || rc == GNUTLS_E_NO_CERTIFICATE_FOUND ||
		 strstr(b.data, "-----BEGIN ") == NULL)
		err_set(e, "there is no certificate in the CA file \"%s\"; %s", name, wanted);
	else
		err_set(e, "a certificate in the CA file \"%s\" cannot be read (%s); %s", name,
			gnutls_strerror(rc), wanted);
	c->trust_count = ok ? (size_t)rc : 0;
	c->trust_state = ok ? TRUST_LOADED : TRUST_NONE;
out:
	buf_clear(&b);
	return ok;
}

struct tls_context *tls_context_new(const char *ca_file, struct err *e)
{
	struct tls_context *c = mem_zalloc(1, sizeof *c);
	const char *at = NULL;
	int rc;

	rc = gnutls_priority_init(&c->priority, widest, &at);
	if (rc < 0) {
		err_set(e, "GnuTLS %s does not understand our list of ciphers at \"%s\": %s",
			tls_context_library_version(), at != NULL ? at : "", gnutls_strerror(rc));
		goto fail;
	}
	if ((rc = gnutls_certificate_allocate_credentials(&c->credentials)) < 0 ||
	    (rc = gnutls_x509_trust_list_init(&c->trust, 0)) < 0) {
		err_set(e, "GnuTLS cannot be set up: %s", gnutls_strerror(rc));
		goto fail;
	}
	if (ca_file != NULL && !load_ca_file(c, ca_file, e))
		goto fail;
	return c;
fail:
	tls_context_free(c);
	return NULL;
}

void tls_context_free(struct tls_context *c)
{
	if (c == NULL)
		return;
	if (c->trust_state == TRUST_LOADING)
		tls_context_need_trust(c);
	if (c->trust != NULL)
		gnutls_x509_trust_list_deinit(c->trust, 1);
	if (c->credentials != NULL)
		gnutls_certificate_free_credentials(c->credentials);
	if (c->priority != NULL)
		gnutls_priority_deinit(c->priority);
	tls_verdicts_free(c->verdicts);
	tls_chains_free(c->chains);
	free(c);
}

/* Runs on the loader's thread: the list is its own until it is joined. */
static void load_system_store(void *arg)
{
	struct tls_context *c = arg;
	int rc = gnutls_x509_trust_list_add_system_trust(c->trust, 0, 0);

	c->trust_count = rc > 0 ? (size_t)rc : 0;
}

/* On a thread: 7 ms of the loop would else pass before the first answers are looked at, and
 * make them seem later than they came. */
void tls_context_load_trust(struct tls_context *c)
{
	if (c->trust_state != TRUST_NONE)
		return;
	c->trust_state = TRUST_LOADING;
	if (uv_thread_create(&c->loader, load_system_store, c) != 0) {
		load_system_store(c);
		c->trust_state = TRUST_LOADED;
	}
}

void tls_context_need_trust(struct tls_context *c)
{
	tls_context_load_trust(c);
	if (c->trust_state == TRUST_LOADING) {
		uv_thread_join(&c->loader);
		c->trust_state = TRUST_LOADED;
	}
}

void tls_context_one_key_share(struct tls_context *c)
{
	c->init_flags = GNUTLS_KEY_SHARE_TOP;
}

const char *tls_context_library_version(void)
{
	return gnutls_check_version(NULL);
}
