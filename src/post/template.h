/*
 * template - text with places to fill in
 *
 * {{name}} is filled in; {{#name}}…{{/name}} stays where there is such a thing, once for each of a
 * list, and {{^name}}…{{/name}} where there is none; {{! …}} is a remark. A line that holds
 * nothing but one mark of these three leaves no line behind. That is Mustache without its
 * partials, lambdas, unescaped values and other delimiters.
 *
 * Whatever is filled in stays on one line: control characters and marks that turn the text around
 * become blanks. Within HTML it is escaped as well.
 *
 * Memory: in the arena; a template borrows its source. Threads: one never changes once parsed.
 */
#ifndef POST_TEMPLATE_H
#define POST_TEMPLATE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct template;

enum {
	TEMPLATE_DEPTH = 8,		/* sections within sections */
	TEMPLATE_SAYS_MAX = 256 * 1024, /* octets of what is made of one */
};

enum template_kind { TEMPLATE_TEXT, TEMPLATE_HTML };

/*
 * What is filled in: a name has a text, or a list of further values. An empty text, or an empty
 * list, counts as nothing. What an inner list does not know is looked for outside of it.
 */
struct template_values;
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
 * The source begins at this line of the file. names: those that may stand in it, ended by NULL.
 * BAD_REQUEST about "FILE:LINE".
 */
MUST_CHECK const struct fault *template_parse(struct arena *a, const char *file, int line,
					      struct text source, const char *const *names,
					      const struct template **out);

/* BODY_TOO_LARGE: more than TEMPLATE_SAYS_MAX. */
MUST_CHECK const struct fault *template_render(struct arena *a, const struct template *t,
					       enum template_kind kind,
					       const struct template_values *values,
					       struct text *out);

#endif
