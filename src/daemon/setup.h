/*
 * setup - the store and keys that a command works with
 *
 * Every command takes --data DIR or --store URL; without, the configuration says where the store
 * is, then FASTI_STORE, then it is ./fasti-data. With both, the store is the URL's and the folder
 * holds the key. They work beside a running server. A data folder is made when it is missing.
 */
#ifndef DAEMON_SETUP_H
#define DAEMON_SETUP_H

#include "calendar/calendar.h"
#include "daemon/config.h"

struct setup {
	struct arena *arena;
	struct config config;
	const char *store_url, *key_file;
	struct calendar calendar; /* store and key; no workers */
};

/* What the command line said: any may be NULL. */
struct setup_choice {
	const char *config, *data, *store;
};

/* Load configuration, key and store. The store is closed by setup_close(). */
MUST_CHECK const struct fault *setup_open(struct arena *a, const struct setup_choice *choice,
					  struct setup *out);
void setup_close(struct setup *s);

#endif
