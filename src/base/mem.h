/* SPDX-License-Identifier: MIT
 *
 * Memory for a command-line tool: allocation either succeeds or the process ends with exit
 * status 70, so no caller has an out-of-memory path. Everything is freed with free(). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* count * size zeroed bytes; never NULL, also for 0. */
void *mem_zalloc(size_t count, size_t size);

/* An array grown (or made, old == NULL) to count elements; new elements are not cleared. */
void *mem_regrow(void *old, size_t count, size_t size);

/* One more zeroed element at the end of *array of *count elements; returns the new element.
 * Grows geometrically: capacity is the next power of two, so nothing else is kept. */
void *mem_append(void *array, size_t *count, size_t size);

/* Copies; NULL gives NULL. */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);

/* A formatted string of its own. */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
