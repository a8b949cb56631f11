/*
 * template - what a letter says, as files that an operator may replace
 *
 * A letter is one file for each language, share/mail/LANG/NAME, of parts that begin with
 * their name in brackets:
 *
 *	[subject]	one line
 *	[heading]	one line
 *	[body]		paragraphs with an empty line between them
 *	[button]	what the link is called; may be missing
 *	[small]		a last word; may be missing
 *
 * In it {{name}} is filled in; {{#name}}…{{/name}} stays where there is such a thing, once for each
 * of a list, and {{^name}}…{{/name}} where there is none. {{! …}} is a remark. A line that holds
 * nothing but these marks leaves no line behind. `words` holds what all letters share, a line
 * each, "when = When". frame.html and frame.txt turn the parts into a mail: only frame.html has
 * markup, and there all that is filled in is escaped, so no word of a letter can break out of it.
 *
 * All files are in the program. With mail.templates = DIR each that is found there, under the same
 * name, stands for ours; all of them are read and checked at the start: a mark that is not closed,
 * or a name that nothing fills in, is refused with its file and line.
 *
 * Memory: in the arena. Threads: a set never changes once read.
 */
#ifndef POST_TEMPLATE_H
#define POST_TEMPLATE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct buf;
struct template;
struct template_set;

enum {
	TEMPLATE_MAX = 64 * 1024,	/* octets of a file */
	TEMPLATE_DEPTH = 8,		/* sections within sections */
	TEMPLATE_SAYS_MAX = 256 * 1024, /* octets of what is made of one */
};

/* How what is filled in is written: on one line, on several, or as it is within HTML. */
enum template_kind { TEMPLATE_LINE, TEMPLATE_TEXT, TEMPLATE_HTML };

/*
 * What is filled in. A name has a text, or a list of further values; an empty text, or an empty
 * list, counts as nothing. What an inner list does not know is looked for outside of it.
 */
struct template_value {
	const char *name;
	struct text text;
	const struct template_values *list;
	size_t list_count;
};
struct template_values {
	const struct template_value *at;
	size_t count;
};

/*
 * BAD_REQUEST about FILE:LINE. names: those that may stand in it, ended by NULL; NULL: any.
 */
MUST_CHECK const struct fault *template_parse(struct arena *a, const char *file, int line,
					      struct text source, const char *const *names,
					      const struct template **out);
/* BODY_TOO_LARGE: more than TEMPLATE_SAYS_MAX. */
MUST_CHECK const struct fault *template_render(struct arena *a, const struct template *t,
					       enum template_kind kind,
					       const struct template_values *values,
					       struct text *out);

/* ---- the files ------------------------------------------------------------------------------- */

enum template_part {
	TEMPLATE_SUBJECT,
	TEMPLATE_HEADING,
	TEMPLATE_BODY,
	TEMPLATE_BUTTON,
	TEMPLATE_SMALL,
	TEMPLATE_PARTS
};

/* One letter in one language; a part that it has not is NULL. */
struct template_letter {
	const struct template *parts[TEMPLATE_PARTS];
};

/* folder NULL: those in the program alone. BAD_REQUEST about FILE:LINE. */
MUST_CHECK const struct fault *template_set_read(struct arena *a, const char *folder,
						 const struct template_set **out);

/* The language that letters to this tag are in ("de-CH": "de"): its number; 0, English, for others.
 */
size_t template_language(struct text tag);
const char *template_language_tag(size_t language);

const struct template_letter *template_letter(const struct template_set *set, size_t language,
					      const char *name);
/* What `words` says of this; never empty. */
struct text template_word(const struct template_set *set, size_t language, const char *key);
const struct template *template_frame(const struct template_set *set, enum template_kind kind);

#endif
