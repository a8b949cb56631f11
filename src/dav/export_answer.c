/*
 * export_answer - whole calendars as the answer to a GET
 *
 * A subscriber's app asks again and again: the tag is compared before anything of the calendar
 * is read, so that what has not changed is answered with 304 at the cost of one row.
 */

#include "dav/export.h"
#include "dav/props.h"
#include "dav/variant.h"

enum { FILE_NAME_MAX = 80 };

static const struct fault *export_page(struct dav_request *dr, void *ctx, struct arena *page,
				       struct buf *out, bool *more_out)
{
	return dav_export_next(ctx, dr->db, page, out, more_out);
}

/* What every file system takes; all else of the name is told beside it. */
static bool is_file_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == ' ';
}

/* RFC 8187 §3.2.1: attr-char stands for itself. */
static void put_ext_value(struct buf *b, struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (is_file_char(c) && c != ' ')
			buf_put_char(b, c);
		else
			buf_printf(b, "%%%02X", (unsigned char)c);
	}
}

/* Whole characters, and none that would make another path of the name. */
static struct text file_name_of(struct arena *a, struct text name)
{
	struct text rest = text_sub(name, 0, FILE_NAME_MAX);
	struct buf b;

	while (rest.len > 0 && !text_is_utf8(rest))
		rest.len--;
	buf_init(&b, a, FILE_NAME_MAX, FILE_NAME_MAX);
	while (rest.len > 0) {
		const char *at = rest.at;
		uint32_t c = text_cut_char(&rest);

		if (text_char_is_plain(c) && c != '/' && c != '\\' && c != '"')
			buf_put(&b, at, (size_t)(rest.at - at));
	}
	return b.len > 0 ? buf_text(&b) : TEXT("calendar");
}

/* RFC 6266 §4: a name for old readers, and the right one. */
static void set_file_name(struct dav_request *dr, const struct dav_export_form *form)
{
	struct text name = file_name_of(dr->arena, form->head.name);
	const char *ending = form->as_jcal ? ".json" : ".ics";
	struct buf b;

	buf_init(&b, dr->arena, 256, 1024);
	buf_put_lit(&b, "attachment; filename=\"");
	for (size_t i = 0; i < name.len; i++)
		buf_put_char(&b, is_file_char(name.at[i]) ? name.at[i] : '_');
	buf_put_str(&b, ending);
	buf_put_lit(&b, "\"; filename*=UTF-8''");
	put_ext_value(&b, name);
	buf_put_str(&b, ending);
	http_set_header(dr->rq, "Content-Disposition", buf_text(&b));
}

const struct fault *dav_answer_calendars(struct dav_request *dr, const struct collection *calendars,
					 size_t count, const struct dav_export_form *form)
{
	struct dav_variant v = {.as_jcal = form->as_jcal};
	struct text tag = dav_export_tag(dr->arena, calendars, count, form);
	struct change_condition condition;
	enum change_verdict verdict;

	dav_read_condition(dr->rq, &condition);
	verdict = change_judge_condition(&condition, true, tag);
	if (verdict == CONDITION_FAILED)
		return fault_make(dr->arena, FAULT_PRECONDITION, NULL,
				  "The calendar is not in the state that was asked for.");
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, tag));
	if (verdict == CONDITION_UNMODIFIED) {
		http_answer(dr->rq, 304, NULL, TEXT_NONE);
		return NULL;
	}
	set_file_name(dr, form);
	return dav_answer_stream(dr, dav_variant_type(&v), export_page,
				 dav_export_create(dr->arena, calendars, count, form));
}
