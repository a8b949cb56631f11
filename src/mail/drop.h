/*
 * drop - mail into a folder, one .eml each
 *
 * For trying Fasti out, and for whoever takes the mail from there. A file appears
 * whole or not at all: it is written under another name, flushed, renamed, and the folder
 * is flushed too. Names sort by the time of writing.
 *
 * Threads: any number at once.
 */
#ifndef MAIL_DROP_H
#define MAIL_DROP_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/* Make the folder if it is missing. BAD_REQUEST: it is none, or cannot be made. */
MUST_CHECK const struct fault *drop_open(struct arena *a, const char *folder);

/* UNAVAILABLE: it could not be written; nothing is left of it. */
MUST_CHECK const struct fault *drop_write(struct arena *a, const char *folder, struct text message);

#endif
