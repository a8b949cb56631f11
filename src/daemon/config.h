/*
 * config - fasti.conf, the environment, and the command line
 *
 * `key = value` under `[section]`; each key also as FASTI_SECTION_KEY, which
 * wins over the file; the command line wins over both. The keys are one table
 * (config.tbl.h), from which `fasti serve --help` is made; docs/fasti.conf.example is written by
 * hand, and a test compares both. A key that nobody knows is an error with its line, and so is
 * a word that a key does not know, so that a misspelt limit is no surprise.
 *
 * Memory: everything lives in the arena given. Threads: read-only once loaded.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "base/fault.h"

struct arena;

struct config {
	const char *data; /* --data DIR, or NULL */
#define CONFIG_TEXT(field, key, fallback, help)		    const char *field;
#define CONFIG_WORD(field, key, fallback, words, help)	    const char *field;
#define CONFIG_NUMBER(field, key, fallback, min, max, help) int64_t field;
#include "daemon/config.tbl.h"
#undef CONFIG_TEXT
#undef CONFIG_WORD
#undef CONFIG_NUMBER
};

/*
 * Defaults, then the file (path may be NULL: none), then the environment. A value that is
 * empty is none, where there is no default.
 * BAD_REQUEST names the file, the line and what is wrong with it.
 */
MUST_CHECK const struct fault *config_load(struct arena *a, const char *path, struct config *out);

/* Print every key with its default and meaning. */
void config_print_help(void);

#endif
