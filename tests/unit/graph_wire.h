/*
 * graph_wire - a conversation with Graph, as a script has it
 *
 * A server on loopback plays the script: each request is compared with it, and checked against
 * Graph's own description (graph_description.h). Scripts and rows say GRAPH_BASE for where Graph
 * is; graph_here() says where that is now. JSON is written with single quotes.
 */
#ifndef TESTS_GRAPH_WIRE_H
#define TESTS_GRAPH_WIRE_H

#include "federation/provider.h"
#include "json/json.h"

#define GRAPH_HOST "https://graph.test"
#define GRAPH_BASE GRAPH_HOST "/v1.0"
#define GRAPH_NOW  INT64_C(1795694400) /* 2026-11-26T12:00:00Z */

struct graph_exchange {
	const char *method, *path; /* from the base on, the whole */
	int status;
	const char *answer; /* NULL: none */
};

/* How far it has come, and what was said. */
struct graph_wire {
	struct arena *arena;
	struct outside_calendar calendar; /* "Cal=" */
	const struct graph_exchange *script;
	size_t count, at;
	const char *name;
	struct text bodies[16]; /* of its requests */
	struct text if_match;	/* of the last one */
};
extern struct graph_wire graph_wire;

/* Run a test with a server that it has to itself. */
void graph_with(void (*run)(void));
#define GRAPH_CASE(fn)                                                                             \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		graph_with(fn);                                                                    \
	}

/* A visit to an account that nothing was asked of yet, with a script to be played from now on. */
struct visit graph_begin(const char *name, const struct graph_exchange *script, size_t count);
#define BEGIN(name, ...)                                                                           \
	static const struct graph_exchange script[] = {__VA_ARGS__};                               \
	struct visit v = graph_begin((name), script, ARRAY_LEN(script))
/* All that was to be asked was asked. */
void graph_end(void);

/* The body of a request, as JSON. */
const struct json *graph_body(size_t i);

struct text graph_here(const char *s);
/* With double quotes in the place of single ones. */
struct text graph_quoted(struct arena *a, const char *s);

#endif
