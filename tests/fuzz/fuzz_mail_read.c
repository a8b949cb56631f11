/*
 * Any octets as a message: what is read stays within its bounds, is UTF-8 where it says so, and no
 * field has a line end. Reports, results of authentication, signatures and winmail.dat are read
 * of each; the octets as they are also go to the reader of winmail.dat.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "mail/read.h"
#include "mail/smime.h"
#include "mail/tnef_calendar_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct smime_trust *trust;

static void check_line(struct text t)
{
	assert(text_is_utf8(t) && !text_has_control(t));
}

static void check_part(const struct mail_part *p)
{
	assert(p->depth <= MAIL_DEPTH_MAX);
	check_line(p->type);
	check_line(p->method);
	check_line(p->file_name);
	if (p->is_calendar || text_starts(p->type, TEXT("text/")))
		assert(text_is_utf8(p->body));
	assert(!p->is_signed || p->signature->verdict == MAIL_PASS);
}

static void check_mail(const struct mail_read *m)
{
	const struct text lines[] = {m->from,	 m->from_name,	m->sender,	m->reply_to,
				     m->subject, m->message_id, m->in_reply_to, m->return_path};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		check_line(lines[i]);
	for (size_t i = 0; i < m->to_count; i++)
		check_line(m->to[i]);
	for (size_t i = 0; i < m->reference_count; i++)
		check_line(m->references[i]);
	assert(m->part_count <= MAIL_PARTS_MAX);
	for (size_t i = 0; i < m->part_count; i++)
		check_part(&m->parts[i]);
}

static void check_report(struct arena *a, const struct mail_read *m)
{
	struct mail_report report;

	if (mail_read_report(a, m, &report))
		return;
	check_line(report.message_id);
	for (size_t i = 0; i < report.row_count; i++) {
		check_line(report.rows[i].recipient);
		check_line(report.rows[i].action);
		check_line(report.rows[i].status);
		check_line(report.rows[i].diagnostic);
	}
}

static void check_tnef(struct arena *a, struct text octets, const struct mail_read *m)
{
	struct text method, calendar;

	if (!tnef_calendar(a, octets, m, &method, &calendar))
		assert(text_is_utf8(calendar) && text_starts(calendar, TEXT("BEGIN:VCALENDAR")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = text_of((const char *)data, size);
	struct arena *a = arena_create(1 << 28);
	struct mail_read m;
	static struct arena *kept;

	if (!kept) {
		kept = arena_create(1 << 16);
		if (smime_trust_create(kept, NULL, &trust))
			abort();
	}
	if (!mail_read(a, all, &m)) {
		smime_verify(a, trust, &m);
		check_mail(&m);
		check_report(a, &m);
		assert(mail_authentication(a, all, TEXT("mx.example.org"), TEXT("")) ==
		       MAIL_UNKNOWN);
		(void)mail_authentication(a, all, TEXT("mx.example.org"), m.from);
	}
	check_tnef(a, all, &m);
	arena_destroy(a);
	return 0;
}
