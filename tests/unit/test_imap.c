/* mail/imap: a mailbox emptied, and servers that lie */
#include "mail/imap.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "imap_fixture.h"
#include "mail/setting.h"
#include "unit.h"

enum { ARENA_BYTES = 64 << 20, MESSAGE_MAX = 100000, TIMEOUT_S = 30 };

#define T IMAP_TAG

struct box {
	struct imapd server;
	struct arena *arena;
	struct wire_stop *stop;
	struct imap_target target;
	struct imap *imap;
};

static const struct fault *box_open(struct box *b)
{
	b->arena = arena_create(ARENA_BYTES);
	b->stop = wire_stop_create();
	imapd_start(&b->server);
	b->target.mailbox = "INBOX";
	b->target.poll_s = 60;
	b->target.server.host = "127.0.0.1";
	b->target.server.port = b->server.port;
	b->target.server.stop = b->stop;
	b->target.server.timeout_s = TIMEOUT_S;
	if (!b->target.server.user)
		b->target.server.user = "fasti";
	if (!b->target.server.password)
		b->target.server.password = "se\"cr\\et";
	return imap_open(&b->target, b->arena, &b->imap);
}

static void box_close(struct box *b)
{
	imap_close(b->imap);
	imapd_stop(&b->server);
	wire_stop_destroy(b->stop);
	arena_destroy(b->arena);
}

static void check_why(const char *row, const struct fault *f, enum fault_code code,
		      const char *word)
{
	if (!CHECK_FAULT(row, f, code) || !f)
		return;
	if (!strstr(f->message, word))
		CHECK_STR(row, f->message, word);
	CHECK_TRUE(row, !text_has_control(text_from(f->message)));
}

static void check_heard(const char *row, const struct box *b, const char *lines)
{
	if (!imapd_heard(&b->server, lines))
		CHECK_STR(row, b->server.heard, lines);
}

/* ---- signing in --------------------------------------------------------------------------- */

static void test_sign_in(void)
{
	static const struct {
		const char *name, *can, *user, *password, *heard, *why;
	} rows[] = {
		{"AUTH=PLAIN: RFC 4616 §2", "AUTH=PLAIN", "fasti", "secret",
		 "AUTHENTICATE PLAIN\nAGZhc3RpAHNlY3JldA==\n", NULL},
		{"LOGIN: RFC 3501 §6.2.3, quoted", "IMAP4rev1", "fa\"sti", "se\\cret",
		 "LOGIN \"fa\\\"sti\" \"se\\\\cret\"\n", NULL},
		{"LOGINDISABLED: RFC 3501 §7.2.1", "IMAP4rev1 LOGINDISABLED", "fasti", "secret",
		 "CAPABILITY\n", "LOGIN: The server offers neither"},
		{"LOGIN: no password but ASCII", "IMAP4rev1", "fasti", "sécret", "CAPABILITY\n",
		 "LOGIN: LOGIN carries no such"},
		{"PLAIN: any password", "AUTH=PLAIN", "fasti", "sécret",
		 "AUTHENTICATE PLAIN\nAGZhc3RpAHPDqWNyZXQ=\n", NULL},
		{"abilities are asked again once signed in", "AUTH=PLAIN", "fasti", "secret",
		 "AGZhc3RpAHNlY3JldA==\nCAPABILITY\nSELECT \"INBOX\"\n", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct box b = {.server.can = rows[i].can,
				.target.server.user = rows[i].user,
				.target.server.password = rows[i].password};
		const struct fault *f = box_open(&b);

		if (rows[i].why)
			check_why(rows[i].name, f, FAULT_UNAVAILABLE, rows[i].why);
		else if (CHECK_WELL(rows[i].name, f))
			CHECK_INT(rows[i].name, imap_uidvalidity(b.imap), 7);
		imap_close(b.imap);
		b.imap = NULL;
		imapd_stop(&b.server);
		check_heard(rows[i].name, &b, rows[i].heard);
		wire_stop_destroy(b.stop);
		arena_destroy(b.arena);
	}
}

/* ---- messages ----------------------------------------------------------------------------- */

static void test_list(void)
{
	static const struct {
		const char *name, *search, *sizes, *listed;
	} rows[] = {
		{"nothing", "* SEARCH\r\n", "", ""},
		{"no answer at all", "", "", ""},
		{"in order, once, and beyond what is known", "* SEARCH 12 4 10 11 10\r\n",
		 "* 1 FETCH (UID 10 RFC822.SIZE 100)\r\n* 2 FETCH (RFC822.SIZE 99 UID 11)\r\n",
		 "10:100 11:99 12:0 "},
		{"RFC 3501 §6.4.8: the last is in n:* though it is before n", "* SEARCH 4\r\n", "",
		 ""},
		{"numbers that are none", "* SEARCH 0 -7 x 4294967296 99999999999999999999 7\r\n",
		 "* 1 FETCH (UID 7 RFC822.SIZE 99999999999999999999)\r\n", "7:0 "},
		{"others in between", "* 5 EXISTS\r\n* SEARCH 6\r\n* 1 FETCH (FLAGS (\\Seen))\r\n",
		 "* 4 EXPUNGE\r\n* 1 FETCH (UID 6 RFC822.SIZE 3)\r\n* 2 FETCH (UID 9 RFC822.SIZE "
		 "1)\r\n",
		 "6:3 "},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct imap_message *messages;
		char search[256], sizes[256];
		struct box b = {.server.lines = {{"UID SEARCH UID 6:* UNDELETED", search},
						 {"UID FETCH", sizes}}};
		struct buf listed;
		size_t count = 0;

		snprintf(search, sizeof(search), "%s" T " OK\r\n", rows[i].search);
		snprintf(sizes, sizeof(sizes), "%s" T " OK\r\n", rows[i].sizes);
		CHECK_WELL(rows[i].name, box_open(&b));
		buf_init(&listed, b.arena, 256, 4096);
		CHECK_WELL(rows[i].name, imap_list(b.imap, b.arena, 5, &messages, &count));
		for (size_t n = 0; n < count; n++)
			buf_printf(&listed, "%u:%" PRId64 " ", messages[n].uid, messages[n].size);
		CHECK_TEXT(rows[i].name, buf_text(&listed), text_from(rows[i].listed));
		box_close(&b);
	}
}

/* The lowest hundred of many, whatever their order. */
static void test_list_many(void)
{
	const struct imap_message *messages;
	struct arena *a = arena_create(ARENA_BYTES);
	struct box b = {0};
	size_t count = 0;
	struct buf line;

	buf_init(&line, a, 4096, 1 << 20);
	buf_put_lit(&line, "* SEARCH");
	for (int uid = 20000; uid > 0; uid--)
		buf_printf(&line, " %d", uid);
	buf_put_lit(&line, "\r\n" T " OK\r\n");
	b.server.lines[0] = (struct imap_line){"UID SEARCH UID 51:*", line.at};
	CHECK_WELL("open", box_open(&b));
	CHECK_WELL("list", imap_list(b.imap, b.arena, 50, &messages, &count));
	CHECK_INT("count", (int64_t)count, IMAP_BATCH_MAX);
	for (size_t i = 0; i < count; i++)
		CHECK_INT("ascending", messages[i].uid, 51 + (int64_t)i);
	CHECK_WELL("beyond the last", imap_list(b.imap, b.arena, UINT32_MAX, &messages, &count));
	CHECK_INT("none", (int64_t)count, 0);
	box_close(&b);
	arena_destroy(a);
}

static void test_fetch(void)
{
	static const struct {
		const char *name, *answer, *message; /* NULL: not there */
	} rows[] = {
		{"a literal", "* 1 FETCH (UID 9 BODY[]<0> {7}\r\na\tb\r\n\r\n)\r\n",
		 "a\tb\r\n\r\n"},
		{"UID behind it", "* 1 FETCH (BODY[]<0> {1}\r\nx UID 9)\r\n", "x"},
		{"an empty one", "* 1 FETCH (UID 9 BODY[]<0> \"\")\r\n", ""},
		{"what looks like an answer within",
		 "* 1 FETCH (UID 9 BODY[]<0> {19}\r\nf1 OK\r\n* BYE {5}\r\nx)\r\n",
		 "f1 OK\r\n* BYE {5}\r\nx"},
		{"not there any more", "", NULL},
		{"another's", "* 1 FETCH (UID 8 BODY[]<0> {1}\r\nx)\r\n", NULL},
		{"flags of it alone", "* 1 FETCH (UID 9 FLAGS ())\r\n", NULL},
		{"among others",
		 "* 3 EXISTS\r\n* 2 FETCH (UID 8 BODY[]<0> {1}\r\ny)\r\n"
		 "* 1 FETCH (UID 9 BODY[]<0> {1}\r\nx)\r\n* 1 FETCH (FLAGS (\\Recent))\r\n",
		 "x"},
		{"a status that ends like one",
		 "* OK see {9}\r\n* 1 FETCH (UID 9 BODY[] {1}\r\nx)\r\n", "x"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char answer[512];
		struct box b = {
			.server.lines = {{"UID FETCH 9 (UID BODY.PEEK[]<0.100001>)", answer}}};
		struct text message;

		snprintf(answer, sizeof(answer), "%s" T " OK\r\n", rows[i].answer);
		CHECK_WELL(rows[i].name, box_open(&b));
		CHECK_WELL(rows[i].name, imap_fetch(b.imap, b.arena, 9, MESSAGE_MAX, &message));
		CHECK_INT(rows[i].name, message.at != NULL, rows[i].message != NULL);
		CHECK_TEXT(rows[i].name, message, text_from(rows[i].message));
		box_close(&b);
	}
}

/* What servers say of sizes is not always so: one octet more than may be tells. */
static void test_fetch_size(void)
{
	static const struct {
		const char *name;
		size_t size;
		enum fault_code code; /* FAULT_COUNT: all is well */
	} rows[] = {
		{"as long as may be", MESSAGE_MAX, FAULT_COUNT},
		{"longer", MESSAGE_MAX + 1, FAULT_BODY_TOO_LARGE},
		{"more than was asked for", MESSAGE_MAX + 2, FAULT_UNAVAILABLE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct box b = {0};
		struct text message;
		const struct fault *f;
		struct buf answer;

		buf_init(&answer, a, 4096, 1 << 20);
		buf_printf(&answer, "* 1 FETCH (UID 9 BODY[] {%zu}\r\n", rows[i].size);
		for (size_t n = 0; n < rows[i].size; n++)
			buf_put_char(&answer, 'x');
		buf_put_lit(&answer, ")\r\n" T " OK\r\n");
		b.server.lines[0] = (struct imap_line){"UID FETCH", answer.at};
		CHECK_WELL(rows[i].name, box_open(&b));
		f = imap_fetch(b.imap, b.arena, 9, MESSAGE_MAX, &message);
		if (rows[i].code != FAULT_COUNT)
			CHECK_FAULT(rows[i].name, f, rows[i].code);
		else if (CHECK_WELL(rows[i].name, f))
			CHECK_INT(rows[i].name, (int64_t)message.len, MESSAGE_MAX);
		box_close(&b);
		arena_destroy(a);
	}
}

/* ---- filing ------------------------------------------------------------------------------- */

static void test_file(void)
{
	static const struct {
		const char *name, *can;
		struct imap_line lines[3];
		const char *heard;
		bool refused;
	} rows[] = {
		{"RFC 6851: MOVE",
		 NULL,
		 {{NULL, NULL}},
		 "NAMESPACE\nUID STORE 4,7 +FLAGS.SILENT (\\Seen)\nUID MOVE 4,7 \"Fasti/Done\"\n",
		 false},
		{"RFC 4315: COPY and UID EXPUNGE",
		 "AUTH=PLAIN UIDPLUS",
		 {{NULL, NULL}},
		 "LIST \"\" \"\"\nUID STORE 4,7 +FLAGS.SILENT (\\Seen)\nUID COPY 4,7 "
		 "\"Fasti/Done\"\nUID STORE 4,7 +FLAGS.SILENT (\\Deleted)\nUID EXPUNGE 4,7\n",
		 false},
		{"RFC 3501: COPY, and no other's is expunged",
		 "AUTH=PLAIN",
		 {{NULL, NULL}},
		 "UID COPY 4,7 \"Fasti/Done\"\nUID STORE 4,7 +FLAGS.SILENT (\\Deleted)\nLOGOUT\n",
		 false},
		{"RFC 2342: where one's own folders are",
		 NULL,
		 {{"NAMESPACE",
		   "* NAMESPACE ((\"INBOX.\" \".\")(\"#mh/\" \"/\")) NIL NIL\r\n" T " OK\r\n"}},
		 "UID MOVE 4,7 \"INBOX.Fasti.Done\"\n",
		 false},
		{"RFC 3501 §6.3.8: the separator of the server",
		 "AUTH=PLAIN MOVE",
		 {{"LIST", "* LIST (\\Noselect) \"\\\\\" {0}\r\n\r\n" T " OK\r\n"}},
		 "UID MOVE 4,7 \"Fasti\\\\Done\"\n",
		 false},
		{"no levels at all",
		 "AUTH=PLAIN MOVE",
		 {{"LIST", "* LIST (\\Noselect) NIL \"\"\r\n" T " OK\r\n"}},
		 "UID MOVE 4,7 \"Fasti/Done\"\n",
		 false},
		{"a folder that is missing is made; it stays refused",
		 NULL,
		 {{"UID MOVE", T " NO [TRYCREATE] no such folder\r\n"}},
		 "UID MOVE 4,7 \"Fasti/Done\"\nCREATE \"Fasti/Done\"\nSUBSCRIBE \"Fasti/Done\"\n"
		 "UID MOVE 4,7 \"Fasti/Done\"\n",
		 true},
	};
	static const uint32_t uids[] = {4, 7};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct box b = {.server.can = rows[i].can};
		const struct fault *f;

		memcpy(b.server.lines, rows[i].lines, sizeof(rows[i].lines));
		CHECK_WELL(rows[i].name, box_open(&b));
		f = imap_file(b.imap, b.arena, uids, 2, "Fasti/Done");
		if (rows[i].refused)
			check_why(rows[i].name, f, FAULT_CONFLICT, "MOVE: NO [TRYCREATE]");
		else
			CHECK_WELL(rows[i].name, f);
		imap_close(b.imap);
		imapd_stop(&b.server);
		check_heard(rows[i].name, &b, rows[i].heard);
		wire_stop_destroy(b.stop);
		arena_destroy(b.arena);
	}
}

/* ---- waiting ------------------------------------------------------------------------------ */

static const struct fault *wait_for(struct box *b, int seconds, bool *news)
{
	const struct imap_message *messages;
	size_t count;
	const struct fault *f = imap_list(b->imap, b->arena, 0, &messages, &count);

	return f ? f : imap_wait(b->imap, b->arena, seconds, news);
}

static void test_wait(void)
{
	static const struct {
		const char *name, *can, *idle, *heard;
		bool news;
	} rows[] = {
		{"RFC 2177: news", NULL, "+ idling\r\n* OK Still here\r\n* 3 EXISTS\r\n",
		 "IDLE\nDONE\nUID SEARCH", true},
		{"news before the server idles", NULL, "* 3 EXISTS\r\n+ idling\r\n",
		 "IDLE\nDONE\nUID SEARCH", true},
		{"none", NULL, "+ idling\r\n* OK Still here\r\n* 1 EXPUNGE\r\n",
		 "IDLE\nDONE\nUID SEARCH", false},
		{"IDLE is refused: asked instead", NULL, T " NO not now\r\n", "IDLE\nUID SEARCH",
		 false},
		{"no IDLE: nothing is said", "AUTH=PLAIN", "",
		 "UID SEARCH UID 1:* UNDELETED\nUID SEARCH", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct box b = {.server.can = rows[i].can,
				.server.lines = {{"IDLE", rows[i].idle}}};
		const struct imap_message *messages;
		bool news = false;
		size_t count;

		CHECK_WELL(rows[i].name, box_open(&b));
		CHECK_WELL(rows[i].name, imap_wait(b.imap, b.arena, 0, &news));
		CHECK_TRUE("a mailbox just opened is looked through", news);
		/* Where there are news they are waited for. */
		CHECK_WELL(rows[i].name, wait_for(&b, rows[i].news ? TIMEOUT_S : 0, &news));
		CHECK_INT(rows[i].name, news, rows[i].news);
		CHECK_WELL(rows[i].name, imap_list(b.imap, b.arena, 0, &messages, &count));
		imap_close(b.imap);
		imapd_stop(&b.server);
		check_heard(rows[i].name, &b, rows[i].heard);
		wire_stop_destroy(b.stop);
		arena_destroy(b.arena);
	}
}

/* Whoever waits is woken by a stop, however long there would be. */
static void test_stop(void)
{
	struct box b = {0};
	bool news;

	CHECK_WELL("open", box_open(&b));
	wire_stop_in(b.stop, 5);
	check_why("stopped", wait_for(&b, 100000, &news), FAULT_UNAVAILABLE, "our own stop");
	box_close(&b);
}

/* ---- servers that lie --------------------------------------------------------------------- */

static const struct fault *do_all(struct box *b)
{
	static const uint32_t uids[] = {9};
	struct text message;
	bool news;
	const struct fault *f = box_open(b);

	if (!f)
		f = wait_for(b, 0, &news);
	if (!f)
		f = imap_fetch(b->imap, b->arena, 9, MESSAGE_MAX, &message);
	return f ? f : imap_file(b->imap, b->arena, uids, 1, "Done");
}

static void test_lies(void)
{
	static const struct {
		const char *name;
		struct imap_line line;
		const char *why;
	} rows[] = {
		{"hangs up at once", {"", IMAP_CLOSE}, "greeting: The server has closed"},
		{"goodbye at once",
		 {"", "* BYE \x1b[2Jbusy\r\n" IMAP_CLOSE},
		 "greeting: The server says goodbye: ?[2Jbusy"},
		{"PREAUTH", {"", "* PREAUTH welcome\r\n"}, "greeting: The server's answer is none"},
		{"another protocol",
		 {"", "220 mail ESMTP\r\n"},
		 "greeting: The server's answer is none"},
		{"a line without an end",
		 {"", "xxxxxxxxxxxxxxxx" IMAP_ENDLESS},
		 "greeting: The server says more"},
		{"lines without an end",
		 {"CAPABILITY", "* OK x\r\n" IMAP_ENDLESS},
		 "CAPABILITY: The server says more"},
		{"half a line",
		 {"CAPABILITY", "* CAPA" IMAP_CLOSE},
		 "CAPABILITY: The server has closed"},
		{"an answer to nothing",
		 {"CAPABILITY", "f99 OK\r\n"},
		 "CAPABILITY: The server's answer is none"},
		{"a continuation that nobody asked for",
		 {"CAPABILITY", "+ go on\r\n"},
		 "CAPABILITY: The server's answer is none"},
		{"asks for the password twice",
		 {"AUTHENTICATE", "+ \r\n+ \r\n"},
		 "AUTHENTICATE: The server's answer is none"},
		{"refuses the password",
		 {"AUTHENTICATE", T " NO [AUTHENTICATIONFAILED] no\r\n"},
		 "AUTHENTICATE: NO [AUTHENTICATIONFAILED] no"},
		{"an empty answer", {"SELECT", "\r\n"}, "SELECT: The server's answer is none"},
		{"no mailbox",
		 {"SELECT", T " NO [NONEXISTENT] none\r\n"},
		 "SELECT: NO [NONEXISTENT] none"},
		{"no UIDVALIDITY", {"SELECT", T " OK\r\n"}, "SELECT: The server has no lasting"},
		{"goodbye in the midst",
		 {"UID SEARCH", "* BYE maintenance\r\n" IMAP_CLOSE},
		 "SEARCH: The server says goodbye: maintenance"},
		{"goodbye while nothing is asked",
		 {"IDLE", "+ idling\r\n* BYE later\r\n" IMAP_CLOSE},
		 "IDLE: The server says goodbye: later"},
		{"a search without an end",
		 {"UID SEARCH", " 1 2 3 4 5 6 7 8" IMAP_ENDLESS},
		 "SEARCH: The server says more"},
		{"parentheses without an end",
		 {"UID FETCH", "((((((((((((((((" IMAP_ENDLESS},
		 "FETCH: The server says more"},
		{"a literal of a gigabyte",
		 {"UID FETCH", "* 1 FETCH (UID 9 BODY[] {1073741824}\r\nx" IMAP_ENDLESS},
		 "FETCH: The server sends more"},
		{"a literal of more than there are numbers",
		 {"UID FETCH", "* 1 FETCH (UID 9 BODY[] {99999999999999999999}\r\n" T " OK\r\n"},
		 "FETCH: The server sends more"},
		{"literals without an end",
		 {"UID FETCH", "* 1 FETCH (X {1}\r\nx {1}\r\nx {1}\r\nx {1}\r\n"
			       "x {1}\r\nx {1}\r\nx {1}\r\nx {1}\r\nx {1}\r\nx" IMAP_SILENCE},
		 "FETCH: The server sends more"},
		{"cut off in the midst of a literal",
		 {"UID FETCH", "* 1 FETCH (UID 9 BODY[] {100}\r\nFrom: a" IMAP_CLOSE},
		 "FETCH: The server has closed"},
		{"many small ones",
		 {"UID FETCH", "* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n" IMAP_ENDLESS},
		 "FETCH: The server says more"},
		{"a folder with levels and no end",
		 {"UID MOVE", T " NO " IMAP_ENDLESS},
		 "MOVE: The server says more"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct box b = {.server.lines = {rows[i].line}};
		const struct fault *f = do_all(&b);

		if (CHECK_TRUE(rows[i].name, f != NULL))
			check_why(rows[i].name, f, f->code, rows[i].why);
		box_close(&b);
	}
}

/* RFC 3501 §11.1: nobody in between takes TLS away, or says something before it. */
static void test_starttls(void)
{
	static const struct {
		const char *name, *can;
		struct imap_line line;
		const char *why;
	} rows[] = {
		{"it is not offered",
		 "AUTH=PLAIN",
		 {NULL, NULL},
		 "STARTTLS: The server does not offer"},
		{"it is refused",
		 "STARTTLS",
		 {"STARTTLS", T " NO not now\r\n"},
		 "STARTTLS: NO not now"},
		{"more is said in plain text",
		 "STARTTLS",
		 {"STARTTLS", T " OK\r\n* CAPABILITY AUTH=PLAIN\r\n"},
		 "STARTTLS: The server goes on"},
		{"no TLS follows", "STARTTLS", {"STARTTLS", T " OK\r\n" IMAP_CLOSE}, "STARTTLS: "},
		{"signed in without it", "STARTTLS", {"", "* PREAUTH hi\r\n"}, "greeting: "},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct box b = {.server.can = rows[i].can, .server.lines = {rows[i].line}};
		struct wire_trust *trust = NULL;
		struct arena *a = arena_create(ARENA_BYTES);

		CHECK_WELL("trust", wire_trust_create(a, NULL, &trust));
		b.target.server.security = WIRE_STARTTLS;
		b.target.server.trust = trust;
		check_why(rows[i].name, box_open(&b), i == 1 ? FAULT_CONFLICT : FAULT_UNAVAILABLE,
			  rows[i].why);
		box_close(&b);
		CHECK_TRUE(rows[i].name, !strstr(b.server.heard, "AUTHENTICATE") &&
						 !strstr(b.server.heard, "LOGIN"));
		wire_trust_destroy(trust);
		arena_destroy(a);
	}
}

/* ---- settings ----------------------------------------------------------------------------- */

static void test_settings(void)
{
	static const struct {
		const char *name, *url;
		bool password;
		const char *mailbox; /* NULL: refused */
		int port;
		enum wire_security security;
	} rows[] = {
		{"TLS", "imaps://a@mail.example.net", true, "INBOX", 993, WIRE_TLS},
		{"a slash behind it", "imaps://a@mail.example.net/", true, "INBOX", 993, WIRE_TLS},
		{"a port and a mailbox", "imaps://a@mail.example.net:1993/Answers/New", true,
		 "Answers/New", 1993, WIRE_TLS},
		{"percent-encoded", "imaps://a%40example.org@mail.example.net/My%20answers", true,
		 "My answers", 993, WIRE_TLS},
		{"STARTTLS", "imap+starttls://a@[2001:db8::1]:144", true, "INBOX", 144,
		 WIRE_STARTTLS},
		{"plain to loopback", "imap://a@127.0.0.1", true, "INBOX", 143, WIRE_PLAIN},
		{"plain to others", "imap://a@192.0.2.1", true, NULL, 0, 0},
		{"no user", "imaps://mail.example.net", true, NULL, 0, 0},
		{"no password", "imaps://a@mail.example.net", false, NULL, 0, 0},
		{"another protocol", "pop3://a@mail.example.net", true, NULL, 0, 0},
		{"a password in it", "imaps://a:secret@mail.example.net", true, NULL, 0, 0},
		{"a line end in the mailbox", "imaps://a@mail.example.net/x%0D%0Ay", true, NULL, 0,
		 0},
		{"a quote in the mailbox", "imaps://a@mail.example.net/x%22y", true, NULL, 0, 0},
		{"a mailbox beyond ASCII", "imaps://a@mail.example.net/\xc3\xa9", true, NULL, 0, 0},
	};
	char path[] = "/tmp/fasti-imap.XXXXXX";
	struct arena *a = arena_create(ARENA_BYTES);
	int fd = mkstemp(path);

	CHECK_TRUE("password", fd >= 0 && write(fd, "secret\n", 7) == 7);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct wire_target t;
		const char *mailbox;
		const struct fault *f = setting_read_imap(
			a, rows[i].url, rows[i].password ? path : NULL, &t, &mailbox);

		if (!rows[i].mailbox) {
			CHECK_FAULT(rows[i].name, f, FAULT_BAD_REQUEST);
			continue;
		}
		CHECK_WELL(rows[i].name, f);
		CHECK_STR(rows[i].name, mailbox, rows[i].mailbox);
		CHECK_INT(rows[i].name, t.port, rows[i].port);
		CHECK_INT(rows[i].name, t.security, rows[i].security);
		CHECK_STR(rows[i].name, t.password, "secret");
	}
	close(fd);
	unlink(path);
	arena_destroy(a);
}

UNIT_SUITE("imap", {"signing in", test_sign_in}, {"which messages there are", test_list},
	   {"a hundred of many", test_list_many}, {"a message", test_fetch},
	   {"how long a message may be", test_fetch_size}, {"to a folder", test_file},
	   {"waiting", test_wait}, {"a stop", test_stop}, {"servers that lie", test_lies},
	   {"STARTTLS", test_starttls}, {"mail.imap", test_settings})
