/* SPDX-License-Identifier: MIT
 *
 * Whose machine is this, and is it a container? By what the machine says of itself: the vendor's
 * strings in DMI, the runtime's traces in /proc, environment variables that a platform documents.
 * Nothing is sent to find out, and nothing said where it is not sure: QEMU alone is no cloud. */
#ifndef NET_PLACE_H
#define NET_PLACE_H

struct place_source {
	const char *root;                          /* "" ; tests have a tree of their own */
	char *(*variable)(const char *name);       /* getenv() */
};

/* "Hetzner Cloud", a name that diagnose/clouds.h knows; "docker", "kubernetes". NULL: not known.
 * Caller frees. */
char *place_cloud(const struct place_source *s);
char *place_container(const struct place_source *s);

#endif
