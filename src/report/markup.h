/* SPDX-License-Identifier: MIT
 *
 * Text inside of HTML and XML. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/buf.h"

/* Appends text of a record so that it stays text, in an element or in an attribute between quotes:
 * controls, invalid UTF-8 and direction-changing characters as \xHH (layout_escape()), the five
 * characters of XML 1.0 2.4 as references. NULL is "". */
void markup_text(struct buf *to, const char *text);

#endif
