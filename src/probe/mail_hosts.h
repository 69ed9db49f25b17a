/* SPDX-License-Identifier: MIT
 *
 * From a name to the hosts that take its mail and their addresses (RFC 5321 5.1). */
#ifndef PROBE_MAIL_HOSTS_H
#define PROBE_MAIL_HOSTS_H

#include "plan/target.h"
#include "probe/settings.h"

struct mail_hosts;

/* changed: an address was added to dns->hosts, or all is resolved. Never called from within
 * mail_hosts_new(). */
typedef void mail_hosts_fn(void *owner);

/* Fills *dns and *to (kind, name) as answers come in; both are borrowed. */
struct mail_hosts *mail_hosts_new(const struct probe_settings *settings, const struct target *target,
				  struct obs_dns *dns, struct obs_target *to, mail_hosts_fn *changed,
				  void *owner);

/* Are all questions answered? */
bool mail_hosts_done(const struct mail_hosts *m);

/* Ends the questions under way, and frees. */
void mail_hosts_free(struct mail_hosts *m);

#endif
