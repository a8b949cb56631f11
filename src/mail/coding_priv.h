/*
 * coding - octets out of transfer encodings, characters out of charsets
 *
 * Lenient, as mail is: what is outside of an alphabet is passed over, what a charset does not know
 * is replaced (U+FFFD). A charset that nobody knows is taken for windows-1252, which gives each
 * octet a character.
 *
 * Pure. Memory: results live in the arena, or borrow what was given. Threads: no state.
 */
#ifndef MAIL_CODING_PRIV_H
#define MAIL_CODING_PRIV_H

#include "base/text.h"

struct arena;

/* By the name in Content-Transfer-Encoding; as it is for 7bit, 8bit, binary and unknown ones. */
struct text coding_undo(struct arena *a, struct text encoding, struct text t);

/*
 * To UTF-8, without a byte order mark. An empty charset: UTF-8 where it is that, UTF-16 where its
 * beginning says so, windows-1252 else. Valid UTF-8 results, whatever is given.
 */
struct text coding_to_utf8(struct arena *a, struct text charset, struct text t);

/* UTF-16 of the little end first, which has no mark to know it by. */
struct text coding_from_utf16(struct arena *a, struct text t);

/*
 * A field's free text: encoded words (RFC 2047 §6), octets of no charset repaired, controls and
 * marks that turn the text around as blanks.
 */
struct text coding_words(struct arena *a, struct text value);

/* Value of a hex digit; -1: none. */
int coding_hex(char c);

#endif
