/*
 * google_description - is a request one of Google Calendar's, and a value what it should be?
 *
 * By the discovery document of the API, which lies in ../shared and is read at test time: verb and
 * path, each parameter and its type, the names of partial answers (fields), the members of bodies.
 */
#ifndef TESTS_GOOGLE_DESCRIPTION_H
#define TESTS_GOOGLE_DESCRIPTION_H

#include "base/text.h"

struct arena;
struct call;
struct json;

/* The document; NULL where it is not at hand. */
const struct json *google_description_load(struct arena *a);

/*
 * What is wrong with a call to an API at this base, in a sentence; empty: nothing. *method_out is
 * the method's id, "calendar.events.list", or empty.
 */
const char *google_description_call(struct arena *a, const struct json *description,
				    struct text base, const struct call *call,
				    struct text *method_out);

/* What is wrong with a value, by the name of its schema ("Event"). */
const char *google_description_value(struct arena *a, const struct json *description,
				     const char *schema, const struct json *value);

/* The name of the schema of what a method answers; empty: nothing. */
struct text google_description_answer(const struct json *description, const char *resource,
				      const char *method);

/* A value as JSON again. */
struct text google_description_text(struct arena *a, const struct json *value);

#endif
