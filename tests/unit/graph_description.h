/*
 * graph_description - what Microsoft Graph says of itself, by which requests and answers are
 * checked
 *
 * Reads the OpenAPI description of the calendar part (shared_files.h). Of JSON Schema it knows the
 * words that stand there. A request is judged more strictly than the description has it: a member
 * that no schema names is wrong, as Graph would not heed it.
 */
#ifndef TESTS_GRAPH_DESCRIPTION_H
#define TESTS_GRAPH_DESCRIPTION_H

#include "base/text.h"

struct arena;
struct call;
struct json;
struct graph;

/* NULL: the description is not at hand. */
struct graph *graph_load(struct arena *a);

/* What is wrong with a request, as a sentence; empty: nothing. base is where the API is. */
struct text graph_check_request(struct graph *g, const struct call *call, struct text base);
/* The same of a value that should be as a schema says ("event"). */
struct text graph_check_value(struct graph *g, const char *schema, const struct json *value);

#endif
