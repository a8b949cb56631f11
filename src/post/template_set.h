/*
 * template_set - the letters, as files that an operator may replace
 *
 * A letter is one file for each language, share/mail/LANG/NAME, of parts that begin with their
 * name in brackets on a line of its own:
 *
 *	[subject]	one line
 *	[heading]	one line
 *	[body]		paragraphs, with an empty line between them; may be missing
 *	[button]	what its link is called; may be missing
 *	[small]		a last word; may be missing
 *
 * What several letters share is LANG/words, a line each: "when = When". frame.html and frame.txt
 * make a mail of the parts. Only frame.html has markup: no word of a letter can break out of it.
 *
 * All files are in the program. With mail.templates = DIR each that is there, under the same name,
 * stands for ours. All are read at the start, and what is wrong is refused with file and line.
 *
 * Memory: in the arena. Threads: a set never changes once read.
 */
#ifndef POST_TEMPLATE_SET_H
#define POST_TEMPLATE_SET_H

#include "post/template.h"

struct template_set;

enum { TEMPLATE_FILE_MAX = 64 * 1024 }; /* octets */

enum template_language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGE_FR, LANGUAGE_ES, LANGUAGES };
extern const char *const template_language_tags[LANGUAGES];
/* "de-CH": German; English for all that is not spoken here. */
enum template_language template_language_of(struct text tag);

enum template_part { PART_SUBJECT, PART_HEADING, PART_BODY, PART_BUTTON, PART_SMALL, PARTS };

/* Words of their own name, in every language. */
enum template_word {
#define POST_WORD(word) WORD_##word,
#include "post/words.tbl.h"
#undef POST_WORD
	WORDS
};

/* folder NULL: those in the program alone. BAD_REQUEST about "FILE:LINE". */
MUST_CHECK const struct fault *template_set_read(struct arena *a, const char *folder,
						 const struct template_set **out);

/* letter: an enum letter_kind. NULL: this letter has no such part. */
const struct template *template_of_letter(const struct template_set *set,
					  enum template_language language, int letter,
					  enum template_part part);
const struct template *template_of_word(const struct template_set *set,
					enum template_language language, enum template_word word);
const struct template *template_of_frame(const struct template_set *set, enum template_kind kind);

/* The files in the program, in order; NULL in *text_out past the last: for whoever copies them. */
const char *template_file(size_t i, struct text *text_out);

#endif
