/*
 * shared_files.h - real calendar files and mails of other projects, where they are at hand
 *
 * They lie outside of this repository, in ../shared or in $FASTI_SHARED,
 * and are read at test time, never copied. Where the folder is absent the tests
 * that want it are skipped.
 */
#ifndef TESTS_SHARED_FILES_H
#define TESTS_SHARED_FILES_H

#include "base/text.h"

struct arena;

typedef void (*shared_file_fn)(const char *path, struct text bytes, void *ctx);

/* Call fn for each file below ics/, in order of their paths ("libical/1.ics"); how many. */
size_t shared_for_each_ics(shared_file_fn fn, void *ctx);

/* The same below mail/: whole mails (.eml) and bodies of calendars (.ics). */
size_t shared_for_each_mail(shared_file_fn fn, void *ctx);

/* One file by its path below the folder ("federation/facts.md"); at NULL where it is absent. */
struct text shared_read(struct arena *a, const char *path);

#endif
