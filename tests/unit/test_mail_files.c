/*
 * mail/read on real messages of 38 projects, where they are at hand (shared_files.h): each is read
 * without a fault, and the calendar that their index says is in it is found, decoded.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "mail/read.h"
#include "shared_files.h"
#include "unit.h"

enum { INDEX_BYTES = 1 << 20, COLUMNS = 6 };
enum { PATH, KIND, CLIENT, MIME_METHOD, BODY_METHOD, COMPONENTS };

struct reading {
	struct arena *arena;
	struct text index;
	size_t mails, calendars;
};

static struct text load_index(struct arena *a)
{
	const char *shared = getenv("FASTI_SHARED");
	FILE *f = fopen(arena_printf(a, "%s/mail/index.txt", shared ? shared : "../shared"), "rb");
	char *room = arena_alloc(a, INDEX_BYTES);
	size_t len = f ? fread(room, 1, INDEX_BYTES, f) : 0;

	if (f)
		fclose(f);
	return text_of(room, len);
}

static bool find_row(struct text index, const char *path, struct text *columns)
{
	struct text line;

	while (text_next(&index, '\n', &line)) {
		for (size_t i = 0; i < COLUMNS; i++)
			if (!text_next(&line, '\t', &columns[i]))
				columns[i] = TEXT_NONE;
		if (text_equal(columns[PATH], text_from(path)))
			return true;
	}
	return false;
}

/* The one whose part has an empty line before its fields, which are its text by that. */
static const char without_type[] = "libical/complex-mime-error.eml";

/* A calendar with this METHOD in it, in a part of that method. */
static bool has_calendar(struct arena *a, const struct mail_read *m, struct text mime_method,
			 struct text body_method)
{
	struct text line = text_from(arena_printf(a, "METHOD:%.*s", TEXT_ARG(body_method)));
	struct text folded = text_from(arena_printf(a, "METHOD\n :%.*s", TEXT_ARG(body_method)));

	for (size_t i = 0; i < m->part_count; i++) {
		const struct mail_part *p = &m->parts[i];

		if (p->is_calendar && text_is_utf8(p->body) &&
		    (mime_method.len == 0 || text_equal(p->method, mime_method)) &&
		    (body_method.len == 0 || text_find(p->body, line) >= 0 ||
		     text_find(p->body, folded) >= 0))
			return true;
	}
	return false;
}

static struct text unless_dash(struct text t)
{
	return text_equal(t, TEXT("-")) ? TEXT_NONE : t;
}

static void read_one(const char *path, struct text bytes, void *ctx)
{
	struct reading *r = ctx;
	struct text columns[COLUMNS];
	struct arena *a;
	struct mail_read m;

	if (!find_row(r->index, path, columns) || !text_equal(columns[KIND], TEXT("mail")))
		return;
	a = arena_create(1 << 26);
	r->mails++;
	if (CHECK_WELL(path, mail_read(a, bytes, &m)) && unless_dash(columns[COMPONENTS]).len > 0 &&
	    strcmp(path, without_type) != 0) {
		r->calendars++;
		CHECK_TRUE(path, has_calendar(a, &m, unless_dash(columns[MIME_METHOD]),
					      unless_dash(columns[BODY_METHOD])));
	}
	arena_destroy(a);
}

static void test_shared(void)
{
	struct reading r = {.arena = arena_create(1 << 22)};

	r.index = load_index(r.arena);
	shared_for_each_mail(read_one, &r);
	if (r.mails == 0)
		unit_skip("no ../shared/mail");
	else
		CHECK_TRUE("calendars in most of them", r.calendars > r.mails / 2);
	arena_destroy(r.arena);
}

UNIT_SUITE("mail_files", {"messages of other projects", test_shared})
