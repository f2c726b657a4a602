/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/output.h"

#include <errno.h>

int output_finish(FILE *out, struct error *e)
{
	/* ferror remembers an earlier failure, but not its reason. */
	if (ferror(out))
		return error_set(e, HZ_ENVIRONMENT, "write output: standard output: not everything could be written");
	if (fflush(out))
		return error_errno(e, "write output", "standard output");
	return 0;
}
