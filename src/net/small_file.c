/* SPDX-License-Identifier: MIT */
#include "net/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

/* Reading never waits: what is no plain file, such as a FIFO, is read as far as it has something. */
char *small_file_read(const char *path, size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t used = 0;
	ssize_t got;
	char *text;

	if (fd < 0)
		return NULL;
	text = mem_zalloc(most + 1, 1);
	while (used < most && (got = read(fd, text + used, most - used)) > 0)
		used += (size_t)got;
	close(fd);
	text[used] = '\0';
	return text;
}
