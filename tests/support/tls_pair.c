/* SPDX-License-Identifier: MIT */
#include "tls_pair.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/tls_context.h"

struct tls_pki tls_pki;

static void must(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "tls_pair: %s\n", what);
		exit(99);
	}
}

void tls_pki_make(void)
{
	static const char names[] = "DNS:mx.test.example";
	char name[] = "/tmp/check_tls.XXXXXX";
	gnutls_datum_t pem;
	struct err e;
	int fd;

	pki_make(&tls_pki.root, &(struct pki_wish){.cn = "Root", .ca = true}, NULL);
	pki_make(&tls_pki.inter, &(struct pki_wish){.cn = "Intermediate", .ca = true},
		 &tls_pki.root);
	pki_make(&tls_pki.ec, &(struct pki_wish){.cn = "mx", .sans = names}, &tls_pki.inter);
	pki_make(&tls_pki.rsa,
		 &(struct pki_wish){.cn = "mx", .sans = names, .pk = GNUTLS_PK_RSA, .bits = 2048},
		 &tls_pki.inter);
	pki_make(&tls_pki.rsa_1024,
		 &(struct pki_wish){.cn = "mx", .sans = names, .pk = GNUTLS_PK_RSA, .bits = 1024},
		 &tls_pki.inter);
	pki_make(&tls_pki.sha1,
		 &(struct pki_wish){.cn = "mx", .sans = names, .digest = GNUTLS_DIG_SHA1},
		 &tls_pki.inter);
	gnutls_x509_crt_export2(tls_pki.root.crt, GNUTLS_X509_FMT_PEM, &pem);
	fd = mkstemp(name);
	must(fd >= 0 && write(fd, pem.data, pem.size) == (ssize_t)pem.size, name);
	close(fd);
	gnutls_free(pem.data);
	tls_pki.context = tls_context_new(name, &e);
	unlink(name);
	must(tls_pki.context != NULL, e.msg);
}

void tls_pki_clear(void)
{
	struct pki *const all[] = {&tls_pki.root, &tls_pki.inter,    &tls_pki.ec,
				   &tls_pki.rsa,  &tls_pki.rsa_1024, &tls_pki.sha1};

	for (int i = 0; i < (int)(sizeof all / sizeof all[0]); i++)
		pki_clear(all[i]);
	tls_context_free(tls_pki.context);
}

/* ---- a server in the same process --------------------------------------------------------- */

static ssize_t server_pull(gnutls_transport_ptr_t arg, void *to, size_t n)
{
	struct server *s = arg;

	if (s->in.len == 0) {
		gnutls_transport_set_errno(s->session, EAGAIN);
		return -1;
	}
	if (n > s->in.len)
		n = s->in.len;
	memcpy(to, s->in.data, n);
	buf_drop(&s->in, n);
	return (ssize_t)n;
}

static int server_pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	(void)ms;
	return ((struct server *)arg)->in.len > 0;
}

static ssize_t server_push(gnutls_transport_ptr_t arg, const void *bytes, size_t n)
{
	buf_add(&((struct server *)arg)->out, bytes, n);
	return (ssize_t)n;
}

static int server_chain(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			gnutls_pcert_st **certs, unsigned *count, gnutls_ocsp_data_st **ocsp,
			unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags)
{
	const struct server *s = gnutls_session_get_ptr(session);
	gnutls_pcert_st *list = gnutls_calloc(s->raw_count, sizeof *list);

	(void)info;
	for (unsigned i = 0; i < s->raw_count; i++) {
		gnutls_pcert_import_x509_raw(&list[i], &tls_pki.ec.der, GNUTLS_X509_FMT_DER, 0);
		list[i].cert.data = gnutls_realloc(list[i].cert.data, s->raw[i].size);
		memcpy(list[i].cert.data, s->raw[i].data, s->raw[i].size);
		list[i].cert.size = s->raw[i].size;
	}
	gnutls_privkey_init(key);
	gnutls_privkey_import_x509(*key, tls_pki.ec.key, GNUTLS_PRIVKEY_IMPORT_COPY);
	*certs = list;
	*count = s->raw_count;
	*ocsp = NULL;
	*ocsp_count = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}

static void server_start(struct server *s, const struct pki *leaf, const char *priority)
{
	gnutls_x509_crt_t chain[] = {leaf->crt, tls_pki.inter.crt};
	const char *at;

	memset(s, 0, sizeof *s);
	buf_init(&s->in, BUF_NO_LIMIT);
	buf_init(&s->out, BUF_NO_LIMIT);
	gnutls_certificate_allocate_credentials(&s->credentials);
	must(gnutls_certificate_set_x509_key(s->credentials, chain, 2, leaf->key) == 0,
	     "server key");
	must(gnutls_init(&s->session, GNUTLS_SERVER | GNUTLS_NONBLOCK) == 0, "server");
	must(gnutls_priority_set_direct(s->session, priority, &at) == 0, priority);
	gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE, s->credentials);
	gnutls_session_set_ptr(s->session, s);
	gnutls_transport_set_ptr(s->session, s);
	gnutls_transport_set_pull_function(s->session, server_pull);
	gnutls_transport_set_pull_timeout_function(s->session, server_pull_timeout);
	gnutls_transport_set_push_function(s->session, server_push);
}

static void server_stop(struct server *s)
{
	gnutls_deinit(s->session);
	gnutls_certificate_free_credentials(s->credentials);
	buf_clear(&s->in);
	buf_clear(&s->out);
}

void server_step(struct server *s)
{
	size_t n = sizeof s->sni - 1;
	unsigned type;
	int rc;

	if (s->up || s->failed != 0)
		return;
	rc = gnutls_handshake(s->session);
	if (rc == 0) {
		s->up = true;
		if (gnutls_server_name_get(s->session, s->sni, &n, &type, 0) < 0)
			s->sni[0] = '\0';
	} else if (gnutls_error_is_fatal(rc)) {
		s->failed = rc;
		gnutls_alert_send_appropriate(s->session, rc);
	}
}

/* ---- both ends ---------------------------------------------------------------------------- */

void pair_start(struct pair *p, const struct pki *leaf, const char *priority)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->in, BUF_NO_LIMIT);
	buf_init(&p->plain, BUF_NO_LIMIT);
	server_start(&p->server, leaf, priority);
	p->client = tls_engine_new(tls_pki.context, "mx.test.example");
}

void pair_stop(struct pair *p)
{
	server_stop(&p->server);
	tls_engine_free(p->client);
	buf_clear(&p->in);
	buf_clear(&p->plain);
	obs_tls_clear(&p->t);
}

void pair_carry(struct pair *p)
{
	size_t n = p->server.out.len;

	if (p->piece != 0 && n > p->piece)
		n = p->piece;
	buf_add(&p->in, buf_str(&p->server.out), n);
	buf_drop(&p->server.out, n);
}

enum tls_progress pair_shake(struct pair *p)
{
	enum tls_progress progress = TLS_AGAIN;

	for (int i = 0; i < 100000 && progress == TLS_AGAIN; i++) {
		size_t before = p->server.in.len;

		progress = tls_engine_handshake(p->client, &p->in, &p->server.in, false);
		p->last_flight = p->server.in.len - before;
		if (p->server.out.len == 0)
			server_step(&p->server);
		if (progress == TLS_AGAIN)
			pair_carry(p);
	}
	return progress;
}

enum tls_progress pair_read(struct pair *p)
{
	enum tls_progress progress;

	server_step(&p->server);
	do {
		pair_carry(p);
		progress = tls_engine_read(p->client, &p->in, &p->plain, &p->server.in, false);
	} while (progress == TLS_AGAIN && p->server.out.len > 0);
	return progress;
}

void pair_send_raw(struct pair *p, const gnutls_datum_t *chain, unsigned count)
{
	p->server.raw = chain;
	p->server.raw_count = count;
	gnutls_certificate_set_retrieve_function3(p->server.credentials, server_chain);
}

void pair_say(struct pair *p, const char *text)
{
	must(gnutls_record_send(p->server.session, text, strlen(text)) == (ssize_t)strlen(text),
	     "the server cannot send");
}

void pair_describe(struct pair *p)
{
	tls_engine_describe(p->client, &p->t, "mx.test.example", PKI_NOW);
}
