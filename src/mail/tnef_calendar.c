/*
 * tnef_calendar - the properties of a meeting, as lines
 */
#include "mail/tnef_calendar_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/email.h"
#include "ical/time.h"
#include "mail/tnef_priv.h"

enum { /* MS-OXPROPS §2; of the sets as they are named below */
       TAG_MESSAGE_CLASS = 0x001A,
       TAG_SUBJECT = 0x0037,
       TAG_START = 0x0060,
       TAG_END = 0x0061,
       TAG_REPRESENTED = 0x0065,
       TAG_TOPIC = 0x0070,
       TAG_REPRESENTED_SMTP = 0x5D02,
       APPT_SEQUENCE = 0x8201,
       APPT_LOCATION = 0x8208,
       APPT_START = 0x820D,
       APPT_END = 0x820E,
       APPT_ALL_DAY = 0x8215,
       APPT_RECURRING = 0x8223,
       APPT_REPLACES = 0x8228,
       APPT_PROPOSED_START = 0x8250,
       APPT_PROPOSED_END = 0x8251,
       APPT_IS_PROPOSAL = 0x8257,
       MEETING_ATTENDEE_STAMP = 0x0001,
       MEETING_ID = 0x0003,
       MEETING_OWNER_STAMP = 0x001A,
       ID_DATE_AT = 16, /* in a global object id (MS-OXOCAL §2.2.1.27) */
       ID_SIZE_AT = 36,
       ID_DATA_AT = 40,
       ATTENDEES_MAX = 200,
};

/* MS-OXCICAL §2.1.3.1.1.1: the class without case, as Outlook of old wrote it too. */
static const struct kind {
	const char *message_class, *method, *partstat;
} kinds[] = {
	{"IPM.Schedule.Meeting.Request", "REQUEST", "NEEDS-ACTION"},
	{"IPM.Schedule.Meeting.Canceled", "CANCEL", "NEEDS-ACTION"},
	{"IPM.Schedule.Meeting.Resp.Pos", "REPLY", "ACCEPTED"},
	{"IPM.Schedule.Meeting.Resp.Neg", "REPLY", "DECLINED"},
	{"IPM.Schedule.Meeting.Resp.Tent", "REPLY", "TENTATIVE"},
	{"IPM.Microsoft Schedule.MtgReq", "REQUEST", "NEEDS-ACTION"},
	{"IPM.Microsoft Schedule.MtgCncl", "CANCEL", "NEEDS-ACTION"},
	{"IPM.Microsoft Schedule.MtgRespP", "REPLY", "ACCEPTED"},
	{"IPM.Microsoft Schedule.MtgRespN", "REPLY", "DECLINED"},
	{"IPM.Microsoft Schedule.MtgRespA", "REPLY", "TENTATIVE"},
};

struct meeting {
	struct arena *a;
	const struct mail_read *mail;
	struct tnef tnef;
	const struct kind *kind;
	struct text uid;
	int64_t start, end;
	int64_t instance_day; /* of the id; 0: it is about the whole */
	bool has_times, is_all_day, is_proposal;
};

static struct text class_of(struct arena *a, const struct tnef *t)
{
	struct text class = tnef_text(a, t, TNEF_TAGGED, TAG_MESSAGE_CLASS);

	return class.len > 0 ? class : t->message_class;
}

static const struct kind *kind_of(struct text message_class)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (text_equal_nocase(message_class, text_from(kinds[i].message_class)))
			return &kinds[i];
	return NULL;
}

/* ---- the id (MS-OXCICAL §2.1.3.1.1.20.26) --------------------------------------------------- */

static unsigned octet(struct text t, size_t i)
{
	return (unsigned char)t.at[i];
}

/* An id that came from another program is in it as it was. */
static struct text foreign_uid(struct text id)
{
	static const char mark[] = "vCal-Uid\x01\0\0";
	struct text data = text_sub(id, ID_DATA_AT, id.len);
	const char *end;

	if (!text_starts(data, text_of(mark, sizeof(mark))))
		return TEXT_NONE;
	data = text_sub(data, sizeof(mark), data.len);
	end = data.len > 0 ? memchr(data.at, 0, data.len) : NULL;
	return end ? text_sub(data, 0, (size_t)(end - data.at)) : data;
}

/* The id in hex without the date of an instance, so that all of a series have one UID. */
static struct text hex_uid(struct arena *a, struct text id)
{
	static const char digits[] = "0123456789ABCDEF";
	char *to = arena_alloc(a, 2 * id.len + 1);

	for (size_t i = 0; i < id.len; i++) {
		unsigned c = i >= ID_DATE_AT && i < ID_DATE_AT + 4 ? 0 : octet(id, i);

		to[2 * i] = digits[c >> 4];
		to[2 * i + 1] = digits[c & 15];
	}
	return text_of(to, 2 * id.len);
}

static void read_instance(struct meeting *m, struct text id)
{
	int year = (int)(octet(id, ID_DATE_AT) << 8 | octet(id, ID_DATE_AT + 1));
	int month = (int)octet(id, ID_DATE_AT + 2), day = (int)octet(id, ID_DATE_AT + 3);

	if (year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
	    day <= days_in_month(year, month))
		m->instance_day = days_from_civil(year, month, day);
}

static bool read_id(struct meeting *m)
{
	struct text id = tnef_binary(&m->tnef, TNEF_MEETING, MEETING_ID);

	if (id.len < ID_DATA_AT || id.len > 1000)
		return false;
	read_instance(m, id);
	m->uid = foreign_uid(id);
	if (m->uid.len == 0)
		m->uid = hex_uid(m->a, id);
	return text_is_plain(m->uid, "");
}

/* ---- times -------------------------------------------------------------------------------- */

static bool number_is(const struct meeting *m, uint32_t id)
{
	int64_t n;

	return tnef_number(&m->tnef, TNEF_APPOINTMENT, id, &n) && n != 0;
}

static bool read_pair(struct meeting *m, enum tnef_set set, uint32_t start, uint32_t end)
{
	return tnef_time(&m->tnef, set, start, &m->start) &&
	       tnef_time(&m->tnef, set, end, &m->end) && m->start <= m->end;
}

static void read_times(struct meeting *m)
{
	m->is_all_day = number_is(m, APPT_ALL_DAY);
	m->is_proposal = text_equal(text_from(m->kind->method), TEXT("REPLY")) &&
			 number_is(m, APPT_IS_PROPOSAL) &&
			 read_pair(m, TNEF_APPOINTMENT, APPT_PROPOSED_START, APPT_PROPOSED_END);
	m->has_times = m->is_proposal || read_pair(m, TNEF_APPOINTMENT, APPT_START, APPT_END) ||
		       read_pair(m, TNEF_TAGGED, TAG_START, TAG_END);
}

/* Midnight of the sender's, in UTC: the nearest one is its date, within twelve hours of Greenwich.
 */
static int64_t nearest_midnight(int64_t utc)
{
	return floor_div(utc + DAY_SECONDS / 2, DAY_SECONDS) * DAY_SECONDS;
}

static void put_time(struct buf *b, const struct meeting *m, const char *name, int64_t utc)
{
	buf_put_str(b, name);
	if (m->is_all_day) {
		buf_put_lit(b, ";VALUE=DATE:");
		time_put_date(b, nearest_midnight(utc));
	} else {
		buf_put_lit(b, ":");
		time_put_utc(b, utc);
	}
	buf_put_lit(b, "\r\n");
}

static void put_times(struct buf *b, const struct meeting *m)
{
	int64_t replaces;

	if (m->has_times) {
		put_time(b, m, "DTSTART", m->start);
		put_time(b, m, "DTEND", m->end);
	}
	if (m->instance_day == 0)
		return;
	/* The id says which day; the moment on it stands apart, where it does. */
	if (tnef_time(&m->tnef, TNEF_APPOINTMENT, APPT_REPLACES, &replaces)) {
		put_time(b, m, "RECURRENCE-ID", replaces);
		return;
	}
	buf_put_lit(b, "RECURRENCE-ID;VALUE=DATE:");
	time_put_date(b, m->instance_day * DAY_SECONDS);
	buf_put_lit(b, "\r\n");
}

static int64_t stamp_of(const struct meeting *m)
{
	static const uint32_t ids[] = {MEETING_ATTENDEE_STAMP, MEETING_OWNER_STAMP};
	bool reply = text_equal(text_from(m->kind->method), TEXT("REPLY"));
	int64_t stamp;

	for (size_t i = 0; i < 2; i++)
		if (tnef_time(&m->tnef, TNEF_MEETING, ids[reply ? i : 1 - i], &stamp))
			return stamp;
	return m->mail->date;
}

/* ---- text and people ----------------------------------------------------------------------- */

/* RFC 5545 §3.3.11. Lines are not folded: no reader here needs it. */
static void put_text(struct buf *b, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	buf_printf(b, "%s:", name);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];

		if (c == '\n')
			buf_put_lit(b, "\\n");
		else if (c == '\\' || c == ',' || c == ';')
			buf_put(b, (char[]){'\\', c}, 2);
		else if ((unsigned char)c >= ' ' && c != 0x7F)
			buf_put_char(b, c);
	}
	buf_put_lit(b, "\r\n");
}

static void put_person(struct buf *b, const char *property, const char *partstat,
		       struct text address)
{
	if (!email_is_valid(address))
		return;
	buf_put_str(b, property);
	if (partstat)
		buf_printf(b, ";PARTSTAT=%s", partstat);
	buf_printf(b, ":mailto:%.*s\r\n", TEXT_ARG(address));
}

/* Whom it stands for, where Exchange says so by an address of mail; else who sent it. */
static struct text organizer(const struct meeting *m)
{
	static const uint32_t ids[] = {TAG_REPRESENTED_SMTP, TAG_REPRESENTED};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct text address = tnef_text(m->a, &m->tnef, TNEF_TAGGED, ids[i]);

		if (email_is_valid(address))
			return address;
	}
	return m->mail->from;
}

/* A reply names its organizer nowhere but in the mail's recipient, which the receiver knows. */
static void put_people(struct buf *b, const struct meeting *m)
{
	const struct mail_read *mail = m->mail;

	if (text_equal(text_from(m->kind->method), TEXT("REPLY"))) {
		put_person(b, "ATTENDEE", m->kind->partstat, mail->from);
		return;
	}
	put_person(b, "ORGANIZER", NULL, organizer(m));
	for (size_t i = 0; i < mail->to_count && i < ATTENDEES_MAX; i++)
		put_person(b, "ATTENDEE", m->kind->partstat, mail->to[i]);
}

static struct text summary(const struct meeting *m)
{
	static const uint32_t ids[] = {TAG_SUBJECT, TAG_TOPIC};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct text t = tnef_text(m->a, &m->tnef, TNEF_TAGGED, ids[i]);

		if (t.len > 0)
			return t;
	}
	return m->tnef.subject.len > 0 ? m->tnef.subject : m->mail->subject;
}

static const char *method_of(const struct meeting *m)
{
	return m->is_proposal ? "COUNTER" : m->kind->method;
}

static void put_calendar(struct buf *b, const struct meeting *m)
{
	int64_t sequence = 0;

	buf_printf(b,
		   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//winmail.dat//EN"
		   "\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nUID:%.*s\r\nDTSTAMP:",
		   method_of(m), TEXT_ARG(m->uid));
	time_put_utc(b, stamp_of(m));
	buf_put_lit(b, "\r\n");
	put_times(b, m);
	if (tnef_number(&m->tnef, TNEF_APPOINTMENT, APPT_SEQUENCE, &sequence) && sequence >= 0)
		buf_printf(b, "SEQUENCE:%d\r\n", (int)sequence);
	put_text(b, "SUMMARY", summary(m));
	put_text(b, "LOCATION", tnef_text(m->a, &m->tnef, TNEF_APPOINTMENT, APPT_LOCATION));
	put_people(b, m);
	buf_put_lit(b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

const char *tnef_calendar(struct arena *a, struct text octets, const struct mail_read *mail,
			  struct text *method_out, struct text *calendar_out)
{
	struct meeting m = {.a = a, .mail = mail};
	struct buf b;

	if (!tnef_read(a, octets, &m.tnef))
		return "Its winmail.dat cannot be read.";
	m.kind = kind_of(class_of(a, &m.tnef));
	if (!m.kind)
		return "Its winmail.dat is about no meeting.";
	if (!read_id(&m))
		return "Its winmail.dat does not say which meeting it is about.";
	read_times(&m);
	if (text_equal(text_from(m.kind->method), TEXT("REQUEST")) &&
	    (!m.has_times || (m.instance_day == 0 && number_is(&m, APPT_RECURRING))))
		return m.has_times
			       ? "Its winmail.dat invites to a series, whose rule cannot be read."
			       : "Its winmail.dat does not say when the meeting is.";
	buf_init(&b, a, 2048, MAIL_CALENDAR_MAX);
	put_calendar(&b, &m);
	if (b.overflow)
		return "Its winmail.dat is too large for a calendar.";
	*method_out = text_from(method_of(&m));
	*calendar_out = buf_text(&b);
	return NULL;
}
