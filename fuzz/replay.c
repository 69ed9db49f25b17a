/* SPDX-License-Identifier: MIT
 *
 * The main() of a fuzz target that is built without libFuzzer: gives the target each file named
 * on the command line, and each beginning of a short file, since a parser breaks most often
 * where its input is cut. Every input is a heap block of its exact size, so that a sanitizer
 * sees the first byte read beyond it. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SEED_MAX = 1024 * 1024,
	PREFIXES_UP_TO = 2048
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void give(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);
	if (copy == NULL) {
		fputs("replay: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int replay(const char *path)
{
	static uint8_t seed[SEED_MAX];
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		return -1;
	}
	size_t size = fread(seed, 1, sizeof(seed), f);
	int failed = ferror(f);
	fclose(f);
	if (failed) {
		fprintf(stderr, "replay: %s: cannot be read\n", path);
		return -1;
	}
	if (size <= PREFIXES_UP_TO)
		for (size_t n = 0; n < size; n++)
			give(seed, n);
	give(seed, size);
	return 0;
}

int main(int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	for (int i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			status = EXIT_FAILURE;
	return status;
}
