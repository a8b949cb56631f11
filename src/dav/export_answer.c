/*
 * export_answer - whole calendars as the answer to a GET
 *
 * A subscriber's app asks again and again: the tag is compared before anything of the calendar
 * is read, so that what has not changed is answered with 304 at the cost of one row.
 */

#include "dav/disposition.h"
#include "dav/export.h"
#include "dav/props.h"
#include "dav/variant.h"

enum { FILE_NAME_MAX = 80 };

static const struct fault *export_page(struct dav_request *dr, void *ctx, struct arena *page,
				       struct buf *out, bool *more_out)
{
	return dav_export_next(ctx, dr->db, page, out, more_out);
}

/* RFC 6266 §4: a name for old readers, and the right one. */
static void set_file_name(struct dav_request *dr, const struct dav_export_form *form)
{
	struct text name = dav_file_name(dr->arena, form->head.name, FILE_NAME_MAX);
	struct buf b;

	if (name.len == 0)
		name = TEXT("calendar");
	buf_init(&b, dr->arena, 256, 1024);
	dav_put_disposition(&b, name, form->as_jcal ? ".json" : ".ics");
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
