/*
 * letter_priv - what may be filled in where, for those who read templates
 */
#ifndef POST_LETTER_PRIV_H
#define POST_LETTER_PRIV_H

#include "post/letter.h"

/* Ended by NULL. */
extern const char *const letter_fields[];	/* in the parts of a letter */
extern const char *const letter_word_fields[];	/* in words */
extern const char *const letter_frame_fields[]; /* in frame.html and frame.txt */

#endif
