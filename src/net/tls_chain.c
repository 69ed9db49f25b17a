/* SPDX-License-Identifier: MIT */
#include "net/tls_chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/tls_describe.h"
#include "net/tls_verify.h"

/* Some 60 KB each, as GnuTLS keeps a decoded certificate as a tree. */
enum { CHAINS = 32 };

struct tls_chains {
	struct slot {
		unsigned char digest[TLS_DIGEST_SIZE];
		bool used;
		struct tls_chain chain;
	} slot[CHAINS]; /* each digest has one place; a later chain with the same place takes it */
};

static void clear(struct slot *s)
{
	for (size_t i = 0; i < s->chain.count; i++)
		if (s->chain.crt[i] != NULL)
			gnutls_x509_crt_deinit(s->chain.crt[i]);
	obs_tls_clear(&s->chain.words);
	memset(s, 0, sizeof *s);
}

static void decode(struct tls_chain *c, const struct tls_sent *sent)
{
	c->count = sent->count;
	for (size_t i = 0; i < sent->count; i++) {
		if (gnutls_x509_crt_init(&c->crt[i]) < 0)
			c->crt[i] = NULL;
		else if (gnutls_x509_crt_import(c->crt[i], &sent->der[i], GNUTLS_X509_FMT_DER) < 0) {
			gnutls_x509_crt_deinit(c->crt[i]);
			c->crt[i] = NULL;
		}
	}
	tls_describe_chain(sent, c->crt, &c->words);
}

const struct tls_chain *tls_chain_of(struct tls_context *c, const struct tls_sent *sent)
{
	unsigned char digest[TLS_DIGEST_SIZE] = { 0 };
	bool digested = tls_sent_digest(sent, digest);
	struct slot *s;

	if (c->chains == NULL)
		c->chains = mem_zalloc(1, sizeof *c->chains);
	s = &c->chains->slot[digest[0] % CHAINS];
	if (s->used && digested && memcmp(s->digest, digest, sizeof digest) == 0)
		return &s->chain;
	clear(s);
	decode(&s->chain, sent);
	memcpy(s->digest, digest, sizeof digest);
	s->used = digested;
	return &s->chain;
}

void tls_chains_free(struct tls_chains *all)
{
	for (size_t i = 0; all != NULL && i < CHAINS; i++)
		clear(&all->slot[i]);
	free(all);
}
