/* SPDX-License-Identifier: MIT
 *
 * How the records of an endpoint's dialogues become one. */
#ifndef PROBE_ENDPOINT_JOIN_H
#define PROBE_ENDPOINT_JOIN_H

#include "record/observation.h"

/* A port that answered neither: what the ClientHello met is evidence beside the silence. Text
 * that cannot be a reply shows another protocol, whose clients speak first. */
void endpoint_join_hello(struct obs_endpoint *to, struct obs_endpoint *from);

/* What the enforcement test saw, moved. */
void endpoint_join_enforcement(struct obs_endpoint *to, struct obs_endpoint *from);

/* It was cut before the connect. */
void endpoint_join_nothing(struct obs_endpoint *to);

/* Does the reply speak of a limit of the server's? */
bool endpoint_join_limit(const struct obs_reply *r);

#endif
