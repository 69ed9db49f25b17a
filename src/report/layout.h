/* SPDX-License-Identifier: MIT
 *
 * Text in columns for a terminal or a file: escaped, measured, padded, wrapped. Everything that
 * comes from a record passes through layout_escape() before it is measured or printed, whatever
 * was done to it before: a record may have been read from a file that anybody wrote. */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends the text with every byte that could drive a terminal or spoil a column as \xHH:
 * controls, invalid UTF-8, invisible and direction-changing characters; with utf8 false,
 * everything outside of printable ASCII. NULL is "". */
void layout_escape(struct buf *to, const char *text, bool utf8);

/* Columns that escaped text takes: combining marks none, East Asian wide characters two. */
size_t layout_width(const char *escaped);

/* Appends n spaces. */
void layout_spaces(struct buf *to, size_t n);

/* Ends the line; spaces at its end are taken back. */
void layout_end_line(struct buf *to);

/* Appends escaped text, padded with spaces to at least that many columns. */
void layout_padded(struct buf *to, const char *escaped, size_t columns);

/* Appends escaped text from column `at` on, broken at spaces before column `width`; later lines
 * are indented. A word that is too long for a line is broken anywhere. No newline at the end;
 * returns the column reached. */
size_t layout_wrap(struct buf *to, const char *escaped, size_t at, size_t indent, size_t width);

/* Appends "  Label    text", wrapped below where the text begins, and ends the line. The text is
 * escaped already; LAYOUT_LABEL columns are taken by the label. */
enum { LAYOUT_LABEL = 11 };
void layout_labelled(struct buf *to, const char *label, const char *escaped, size_t width);

/* As layout_wrap(), without regard to words: broken at the width only, spaces kept as they are. */
size_t layout_verbatim(struct buf *to, const char *escaped, size_t at, size_t indent, size_t width);

#endif
