/* SPDX-License-Identifier: MIT
 *
 * Runs a Check suite with TAP on standard output. CK_SILENT: Check's own summary is not TAP. */
#include "runner.h"

#include <stdlib.h>

int run_suite(Suite *s)
{
	SRunner *sr = srunner_create(s);
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
