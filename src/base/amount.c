/* SPDX-License-Identifier: MIT */
#include "base/amount.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SECOND INT64_C(1000000)

int64_t amount_seconds(const char *s)
{
	size_t whole = strspn(s, "0123456789");
	size_t fraction = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
	size_t end = s[whole] == '.' ? whole + 1 + fraction : whole;
	int64_t us = 0, unit = SECOND;

	if (s[end] != '\0' || whole > 9 || (s[whole] == '.' ? fraction == 0 : whole == 0))
		return -1;
	for (size_t i = 0; i < whole; i++)
		us = us * 10 + (s[i] - '0');
	us *= SECOND;
	for (size_t i = 0; i < fraction && unit > 1; i++) {
		unit /= 10;
		us += (s[whole + 1 + i] - '0') * unit;
	}
	return us;
}

int64_t amount_duration(const char *s)
{
	size_t n = strspn(s, "0123456789.");
	bool ms = strcmp(s + n, "ms") == 0;
	char *number;
	int64_t us;

	if (!ms && strcmp(s + n, "s") != 0)
		return -1;
	number = mem_strndup(s, n);
	us = amount_seconds(number);
	free(number);
	return us < 0 || !ms ? us : us / 1000;
}

int64_t amount_bytes(const char *s)
{
	static const char units[] = "KMG";
	double unit = 1, value = 0, place = 1;
	bool digits = false;
	const char *at;

	for (; *s >= '0' && *s <= '9'; s++, digits = true)
		value = value * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++)
			value += (*s - '0') * (place /= 10);
	at = *s != '\0' ? strchr(units, toupper((unsigned char)*s)) : NULL;
	if (at != NULL) {
		for (ptrdiff_t i = at - units; i >= 0; i--)
			unit *= 1024;
		s++;
	}
	if (at != NULL && (*s == 'i' && (s[1] == 'B' || s[1] == 'b')))
		s++;
	if (*s == 'B' || *s == 'b')
		s++;
	return digits && *s == '\0' && value * unit < 1e15 ? (int64_t)(value * unit) : -1;
}
