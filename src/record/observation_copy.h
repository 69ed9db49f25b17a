/* SPDX-License-Identifier: MIT
 *
 * Copies of parts of an observation: what was seen once may belong to the records of many targets. */
#ifndef RECORD_OBSERVATION_COPY_H
#define RECORD_OBSERVATION_COPY_H

#include "record/observation.h"

/* *to is overwritten, and the caller's to clear. All that the copy of an endpoint points to lies in one
 * block: before any of it is freed, replaced or appended to, it has to be unpacked. */
void obs_query_copy(struct obs_query *to, const struct obs_query *from);
void obs_endpoint_copy(struct obs_endpoint *to, const struct obs_endpoint *from);
void obs_endpoint_unpack(struct obs_endpoint *e);
void obs_certificate_copy(struct obs_certificate *to, const struct obs_certificate *from);
void obs_ocsp_copy(struct obs_ocsp *to, const struct obs_ocsp *from);

#endif
