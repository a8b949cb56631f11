/*
 * pinned_zones - zone data that no update of the system moves
 */
#include "pinned_zones.h"

#include <stdio.h>
#include <stdlib.h>

#include "ical/zone.h"

static char root[64] = "/tmp/fasti-zones-XXXXXX";
static char folder[128]; /* zone_use_folder() keeps it */
static unsigned made;

static void pinned_zones_remove(void)
{
	char line[128];

	snprintf(line, sizeof(line), "rm -rf %s", root);
	if (system(line) != 0)
		fprintf(stderr, "%s stays behind\n", root);
}

void pinned_zones_use(void)
{
	pinned_zones_use_with("");
}

void pinned_zones_use_with(const char *zone)
{
	char line[1024];

	if (made == 0) {
		if (!mkdtemp(root))
			exit(EXIT_FAILURE);
		atexit(pinned_zones_remove);
	}
	snprintf(folder, sizeof(folder), "%s/%u", root, made++);
	snprintf(line, sizeof(line),
		 "PATH=$PATH:/usr/sbin:/sbin; mkdir %s"
		 " && { cat tests/zones/pinned.zi; printf '%%b\\n' '%s'; } >%s/tzdata.zi"
		 " && zic -d %s %s/tzdata.zi",
		 folder, zone, folder, folder, folder);
	if (system(line) != 0) {
		fprintf(stderr, "zic cannot make the pinned zones\n");
		exit(EXIT_FAILURE);
	}
	zone_use_folder(folder);
}

const char *pinned_zones_folder(void)
{
	return folder;
}
