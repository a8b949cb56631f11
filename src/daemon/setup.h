/*
 * setup - the store and keys that a command works with
 *
 * Every command takes --data DIR or --store URL; without, the configuration says where the store
 * is, then FASTI_STORE, then it is ./fasti-data. With both, the store is the URL's and the folder
 * holds the key. They work beside a running server. Only what begins a store makes its folder,
 * the store and the key; a command that finds none has a wrong address.
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

enum setup_need {
	SETUP_STORE,	     /* the store must be there; the key is not read */
	SETUP_STORE_AND_KEY, /* both must: under another key the server would not know the ids */
	SETUP_MAKE,	     /* both are made where there are none */
};

/*
 * Load configuration, store and key. The store is closed by setup_close(). NOT_FOUND: there is no
 * store, and nothing was left behind.
 */
MUST_CHECK const struct fault *setup_open(struct arena *a, const struct setup_choice *choice,
					  enum setup_need need, struct setup *out);
void setup_close(struct setup *s);

/*
 * --test-clock FILE (base/clock.h); NULL: the time is the world's. BAD_REQUEST: there is no such
 * file, or the server listens elsewhere than on loopback: a driven clock never meets the world.
 */
MUST_CHECK const struct fault *setup_drive_clock(struct arena *a, const char *file,
						 const char *listen);

#endif
