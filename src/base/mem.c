/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/exit_code.h"

static void *must(void *p)
{
	if (p == NULL) {
		fputs("smtpprobe: out of memory\n", stderr);
		exit(EXIT_INTERNAL);
	}
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	return must(calloc(count != 0 ? count : 1, size));
}

void *mem_regrow(void *old, size_t count, size_t size)
{
	if (count == 0)
		count = 1;
	return must(size != 0 && count > SIZE_MAX / size ? NULL : realloc(old, count * size));
}

void *mem_append(void *array, size_t *count, size_t size)
{
	void **base = array;

	if ((*count & (*count - 1)) == 0) /* 0 or a power of two: full */
		*base = mem_regrow(*base, *count != 0 ? *count * 2 : 1, size);
	return memset((char *)*base + (*count)++ * size, 0, size);
}

char *mem_strndup(const char *s, size_t n)
{
	return s != NULL ? must(strndup(s, n)) : NULL;
}

char *mem_strdup(const char *s)
{
	return s != NULL ? must(strdup(s)) : NULL;
}

/* vasprintf() costs twice as much, and most are short. */
char *mem_vprintf(const char *format, va_list args)
{
	char first[256], *s = NULL;
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(first, sizeof first, format, args);
	if (n >= 0 && (size_t)n < sizeof first)
		s = strndup(first, (size_t)n);
	else if (vasprintf(&s, format, again) < 0)
		s = NULL;
	va_end(again);
	return must(s);
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	s = mem_vprintf(format, args);
	va_end(args);
	return s;
}
