/*
 * pinned_zones - zone data that no update of the system moves
 */
#include "pinned_zones.h"

#include <stdio.h>
#include <stdlib.h>

#include "ical/zone.h"

static char folder[64] = "/tmp/fasti-zones-XXXXXX";

static void pinned_zones_remove(void)
{
	char line[128];

	snprintf(line, sizeof(line), "rm -rf %s", folder);
	if (system(line) != 0)
		fprintf(stderr, "%s stays behind\n", folder);
}

void pinned_zones_use(void)
{
	char line[256];

	if (!mkdtemp(folder))
		exit(EXIT_FAILURE);
	atexit(pinned_zones_remove);
	snprintf(line, sizeof(line),
		 "PATH=$PATH:/usr/sbin:/sbin zic -d %s tests/zones/pinned.zi"
		 " && cp tests/zones/pinned.zi %s/tzdata.zi",
		 folder, folder);
	if (system(line) != 0) {
		fprintf(stderr, "zic cannot make the pinned zones\n");
		exit(EXIT_FAILURE);
	}
	zone_use_folder(folder);
}
