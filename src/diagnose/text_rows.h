/* SPDX-License-Identifier: MIT
 *
 * Patterns of the rows in short: SAYS("blocked using", "xbl") fits a text that has both. */
#ifndef DIAGNOSE_TEXT_ROWS_H
#define DIAGNOSE_TEXT_ROWS_H

#include "diagnose/rule.h"

#define SAYS(...) { .words = { __VA_ARGS__ } }
/* Names the cause of what others see; true of many causes: see struct text_pattern. */
#define DECIDES(...) { .words = { __VA_ARGS__ }, .decisive = true }
#define VAGUELY(...) { .words = { __VA_ARGS__ }, .vague = true }
#define REPLY(code, ...) { .reply = code, .words = { __VA_ARGS__ } }
#define STATUS(status_code, ...) { .status = status_code, .words = { __VA_ARGS__ } }
#define REPLY_STATUS(code, status_code) { .reply = code, .status = status_code }

/* A reply may come at any point at which a server turns a client away before mail. */
#define BEFORE_MAIL \
	(1u << STAGE_GREETING | 1u << STAGE_EHLO | 1u << STAGE_EHLO_TLS | 1u << STAGE_ENFORCEMENT)

#endif
