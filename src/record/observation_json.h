/* SPDX-License-Identifier: MIT
 *
 * An observation as JSON, `smtpprobe.report/1`: what is written reads back equal. The report
 * adds the verdict (report/report_json.c); a reader of records passes over it. */
#ifndef RECORD_OBSERVATION_JSON_H
#define RECORD_OBSERVATION_JSON_H

#include "base/err.h"
#include "base/json_writer.h"
#include "record/observation.h"

struct json_t;      /* of jansson */

/* The members of an object that the caller has begun: schema to duration_ms, and the rest of
 * the record. `status` belongs between them. */
void observation_json_write_head(struct json_writer *w, const struct observation *o);
void observation_json_write_body(struct json_writer *w, const struct observation *o);

/* Appends one object on one line, without a verdict and without a line end. */
void observation_json_write(struct buf *to, const struct observation *o);

/* A time as records have it, from microseconds since 1970. */
void observation_json_write_time(struct json_writer *w, int64_t us);

/* Reads one object from n bytes of text. *o is overwritten. Members that are not known are
 * passed over; those of a known name must be of their type; text that is not in printable form
 * is put into it. False: e->msg names the member and what was expected; *o is empty then. */
bool observation_json_read(struct observation *o, const char *text, size_t n, struct err *e);

/* The same from a parsed value, which is only read. */
bool observation_json_take(struct observation *o, struct json_t *value, struct err *e);

#endif
