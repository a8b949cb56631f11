/*
 * letter_priv - what letters there are say of themselves (letter_kind.c)
 */
#ifndef POST_LETTER_PRIV_H
#define POST_LETTER_PRIV_H

#include "post/letter.h"

/* What may be filled in, ended by NULL. */
extern const char *const letter_fields[];	/* in the parts of a letter */
extern const char *const letter_word_fields[];	/* in words */
extern const char *const letter_frame_fields[]; /* in frame.html and frame.txt */

/* Where the button of a letter leads; NULL-text: nowhere. */
struct text letter_target(enum letter_kind kind, const struct letter_facts *facts);

#endif
