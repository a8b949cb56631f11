/* graph_wire - the server, and what it is asked; see graph_wire.h */
#include "graph_wire.h"

#include "answering.h"
#include "base/buf.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/gate.h"
#include "federation/oauth.h"
#include "graph_description.h"
#include "net/net.h"
#include "unit.h"

#define MINUTE_NS INT64_C(60000000000)

struct graph_wire graph_wire;

/* What a test has no business with. */
static struct {
	struct graph *graph; /* NULL: the description is not at hand */
	struct answering server;
	struct text host; /* where it listens */
	struct calendar house;
	struct federation fed;
	struct connection connection;
} own;

struct text graph_quoted(struct arena *a, const char *s)
{
	char *copy = s ? arena_strdup(a, s) : NULL;

	for (char *at = copy; at && *at; at++)
		if (*at == '\'')
			*at = '"';
	return text_from(copy);
}

/* With the host that it is. */
struct text graph_here(const char *s)
{
	struct text rest = text_from(s);
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, graph_wire.arena, 1024, 1 << 24);
	while ((at = text_find(rest, TEXT(GRAPH_HOST "/"))) >= 0) {
		buf_put(&b, rest.at, (size_t)at);
		buf_put_text(&b, own.host);
		rest = text_sub(rest, (size_t)at + strlen(GRAPH_HOST), rest.len);
	}
	buf_put_text(&b, rest);
	return buf_text(&b);
}

static struct text header_of(struct text request, const char *name)
{
	struct text line;

	while (text_next(&request, '\n', &line) && text_trim(line).len > 0) {
		ptrdiff_t colon = text_find_char(line, ':', 0);

		if (colon > 0 &&
		    text_equal_nocase(text_sub(line, 0, (size_t)colon), text_from(name)))
			return text_trim(text_sub(line, (size_t)colon + 1, line.len));
	}
	return TEXT_NONE;
}

static void check_described(const struct graph_exchange *x, const struct call *call)
{
	if (own.graph)
		CHECK_TEXT(x->path, graph_check_request(own.graph, call, TEXT(GRAPH_BASE)),
			   TEXT(""));
	CHECK_TEXT("Prefer (§8)", call->headers[0].value,
		   TEXT("IdType=\"ImmutableId\", outlook.timezone=\"UTC\", "
			"outlook.body-content-type=\"text\", odata.maxpagesize=50"));
}

static void check_request(const struct graph_exchange *x, struct text request)
{
	ptrdiff_t end = text_find(request, TEXT("\r\n\r\n"));
	struct text rest = request, method, path;
	struct call_header headers[2] = {{"Prefer", header_of(request, "Prefer")},
					 {"If-Match", header_of(request, "If-Match")}};
	struct call call = {.headers = headers, .header_count = headers[1].value.len > 0 ? 2 : 1};

	text_next(&rest, ' ', &method);
	text_next(&rest, ' ', &path);
	path = text_sub(path, strlen("/v1.0"), path.len);
	CHECK_TEXT(graph_wire.name, method, text_from(x->method));
	CHECK_TEXT(graph_wire.name, path, text_from(x->path));
	call.method = text_cstr(graph_wire.arena, method);
	call.url = text_from(arena_printf(graph_wire.arena, GRAPH_BASE "%.*s", TEXT_ARG(path)));
	call.body = text_dup(graph_wire.arena, text_sub(request, (size_t)end + 4, request.len));
	call.media_type = header_of(request, "Content-Type");
	check_described(x, &call);
	graph_wire.if_match = text_dup(graph_wire.arena, headers[1].value);
	graph_wire.bodies[graph_wire.at % ARRAY_LEN(graph_wire.bodies)] = call.body;
}

static const char *play(void *ctx, struct text request)
{
	const struct graph_exchange *x = &graph_wire.script[graph_wire.at];
	struct text body;

	(void)ctx;
	if (!CHECK_TRUE(graph_wire.name, graph_wire.at < graph_wire.count))
		return NULL;
	check_request(x, request);
	graph_wire.at++;
	body = graph_quoted(graph_wire.arena, text_cstr(graph_wire.arena, graph_here(x->answer)));
	return arena_printf(graph_wire.arena, "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%.*s",
			    x->status, body.len, TEXT_ARG(body));
}

static void set_up(void)
{
	const struct oauth_tokens tokens = {
		.access = TEXT("a"), .refresh = TEXT("r"), .expires_at = INT64_MAX / 2};

	graph_wire.arena = arena_create(256 << 20);
	own.graph = graph_load(graph_wire.arena);
	CHECK_WELL("secrets", secret_init(graph_wire.arena));
	answering_start(&own.server, play, NULL);
	own.host =
		text_from(arena_printf(graph_wire.arena, "http://127.0.0.1:%d", own.server.port));
	own.fed = (struct federation){.calendar = &own.house, .allow_private = true};
	own.fed.apps[PROVIDER_OUTLOOK].api_url = graph_here(GRAPH_BASE "/");
	own.connection = (struct connection){.owner = 7,
					     .id = TEXT("abc"),
					     .provider = PROVIDER_OUTLOOK,
					     .expires_at = tokens.expires_at};
	own.connection.secret = oauth_seal(&own.fed, graph_wire.arena, &own.connection, &tokens);
}

static void tear_down(void)
{
	net_cleanup();
	answering_stop(&own.server);
	gate_destroy(own.fed.gate);
	arena_destroy(graph_wire.arena);
	graph_wire.arena = NULL;
}

/* ---- conversations ------------------------------------------------------------------------------
 */

struct visit graph_begin(const char *name, const struct graph_exchange *script, size_t count)
{
	graph_wire.script = script;
	graph_wire.count = count;
	graph_wire.at = 0;
	graph_wire.name = name;
	/* What one row was told to wait for is nothing to the next. */
	gate_destroy(own.fed.gate);
	own.fed.gate = gate_create();
	graph_wire.calendar = (struct outside_calendar){.remote = TEXT("Cal=")};
	return (struct visit){.fed = &own.fed,
			      .provider = &provider_outlook,
			      .connection = &own.connection,
			      .arena = graph_wire.arena,
			      .until_ns = clock_monotonic_ns() + MINUTE_NS,
			      .now = GRAPH_NOW};
}

void graph_end(void)
{
	CHECK_INT(graph_wire.name, (int64_t)graph_wire.at, (int64_t)graph_wire.count);
}

const struct json *graph_body(size_t i)
{
	const struct json *json = NULL;

	CHECK_WELL("a body", json_parse(graph_wire.arena, graph_wire.bodies[i], 1 << 20, &json));
	return json;
}

void graph_with(void (*run)(void))
{
	set_up();
	run();
	tear_down();
}
