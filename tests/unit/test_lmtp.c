/* mail/lmtp: conversations as a mail server has them, and as nobody should */
#include "mail/lmtp.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "unit.h"

enum { ARENA_BYTES = 64 << 20, MESSAGE_MAX = 4000, SAID_MAX = 64 * 1024 };

/* ---- who decides -------------------------------------------------------------------------- */

/* "FROM>TO:MESSAGE" of what was taken, one after the other. */
struct door {
	pthread_mutex_t lock;
	struct arena *arena;
	struct buf taken;
};

static enum lmtp_answer knows(void *ctx, struct text to)
{
	(void)ctx;
	if (text_starts(to, TEXT("later")))
		return LMTP_LATER;
	return text_starts(to, TEXT("nobody")) ? LMTP_NO : LMTP_YES;
}

static enum lmtp_answer take(void *ctx, struct text from, struct text to, struct text message)
{
	struct door *d = ctx;

	if (text_starts(to, TEXT("away")))
		return LMTP_LATER;
	if (text_starts(to, TEXT("never")))
		return LMTP_NO;
	pthread_mutex_lock(&d->lock);
	buf_printf(&d->taken, "%.*s>%.*s:%.*s", TEXT_ARG(from), TEXT_ARG(to), TEXT_ARG(message));
	pthread_mutex_unlock(&d->lock);
	return LMTP_YES;
}

static void door_open(struct door *d)
{
	pthread_mutex_init(&d->lock, NULL);
	d->arena = arena_create(ARENA_BYTES);
	buf_init(&d->taken, d->arena, 1024, 1 << 20);
}

static void door_close(struct door *d)
{
	arena_destroy(d->arena);
	pthread_mutex_destroy(&d->lock);
}

static struct lmtp *listen_on(struct door *d, const char *where)
{
	struct lmtp_doors doors = {knows, take, d, "fasti.example.org", MESSAGE_MAX};
	struct lmtp *l = NULL;

	CHECK_WELL(where, lmtp_start(d->arena, where, &doors, &l));
	return l;
}

/* ---- who calls ---------------------------------------------------------------------------- */

static int call(const struct lmtp *l)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)lmtp_port(l)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_INT("connect", connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void put(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* it hung up, as it may */
		at += n;
		len -= (size_t)n;
	}
}

/* All that is said until the other side hangs up. */
static struct text hear(int fd, char *said)
{
	size_t len = 0;
	ssize_t n;

	while (len < SAID_MAX && (n = recv(fd, said + len, SAID_MAX - len, 0)) > 0)
		len += (size_t)n;
	close(fd);
	return text_of(said, len);
}

/* "220 250 354": the codes of the answers; each has to be one line or several of one code. */
static struct text codes(struct arena *a, struct text said)
{
	struct text line;
	struct buf b;

	buf_init(&b, a, 256, SAID_MAX);
	while (text_next(&said, '\n', &line) && said.at) {
		CHECK_TRUE("ends with CR LF", text_ends(line, TEXT("\r")));
		CHECK_TRUE("has a code", line.len > 4 && (line.at[3] == ' ' || line.at[3] == '-'));
		if (line.at[3] == ' ')
			buf_printf(&b, "%s%.3s", b.len ? " " : "", line.at);
	}
	return buf_text(&b);
}

static struct text converse(struct lmtp *l, struct arena *a, const char *lines, size_t len)
{
	char *said = arena_alloc(a, SAID_MAX);
	int fd = call(l);

	put(fd, lines, len);
	shutdown(fd, SHUT_WR);
	return hear(fd, said);
}

/* ---- conversations ------------------------------------------------------------------------ */

#define HELLO "LHLO mx.example.org\r\n"
#define FROM  "MAIL FROM:<alice@example.net>\r\n"
#define TO    "RCPT TO:<bob@example.org>\r\n"
#define BEGIN HELLO FROM TO "DATA\r\n"
#define TAKEN "alice@example.net>bob@example.org:"

static void test_conversations(void)
{
	static const struct {
		const char *name, *lines, *codes, *taken;
	} rows[] = {
		{"RFC 2033 §4.2: one answer for each recipient, in their order",
		 HELLO FROM TO "RCPT TO:<away@example.org>\r\nRCPT TO:<never@example.org>\r\n"
			       "RCPT TO:<carol@example.org>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n",
		 "220 250 250 250 250 250 250 354 250 451 554 250 221",
		 TAKEN "hi\r\nalice@example.net>carol@example.org:hi\r\n"},
		{"RFC 2033 §4.2: none for one that was refused",
		 HELLO FROM "RCPT TO:<nobody@example.org>\r\nRCPT TO:<later@example.org>\r\n" TO
			    "DATA\r\nhi\r\n.\r\n",
		 "220 250 250 550 451 250 354 250", TAKEN "hi\r\n"},
		{"RFC 2033 §4.2: DATA without a recipient",
		 HELLO FROM "RCPT TO:<nobody@example.org>\r\nDATA\r\nQUIT\r\n",
		 "220 250 250 550 503 221", ""},
		{"RFC 2033 §4.1: HELO and EHLO are not known",
		 "HELO a\r\nEHLO a\r\n" HELLO "QUIT\r\n", "220 500 500 250 221", ""},
		{"RFC 5321 §4.5.2: the dot that was put there is taken away",
		 BEGIN "..\r\n...x\r\n.y\r\nz.\r\n\r\n.\r\n", "220 250 250 250 354 250",
		 TAKEN ".\r\n..x\r\ny\r\nz.\r\n\r\n"},
		{"RFC 5321 §4.1.1.4: an empty message", BEGIN ".\r\n", "220 250 250 250 354 250",
		 TAKEN},
		{"RFC 5321 §4.1.1.4: LF . LF is no end",
		 BEGIN "a\n.\nMAIL FROM:<x@example.net>\r\n.\r\n", "220 250 250 250 354 250",
		 TAKEN "a\n.\nMAIL FROM:<x@example.net>\r\n"},
		{"RFC 5321 §4.1.1.4: LF . CR LF is no end", BEGIN "a\n.\r\nb\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN "a\n.\r\nb\r\n"},
		{"RFC 5321 §4.1.1.4: CR LF . LF is no end", BEGIN "a\r\n.\nb\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN "a\r\n\nb\r\n"},
		{"RFC 5321 §4.1.1.4: CR LF . CR is no end", BEGIN "a\r\n.\rb\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN "a\r\n\rb\r\n"},
		{"RFC 5321 §4.1.1.4: CR LF . CR CR LF is no end", BEGIN "a\r\n.\r\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN "a\r\n\r\r\n"},
		{"RFC 5321 §4.1.1.4: CR . CR is no end", BEGIN "a\r.\r\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN "a\r.\r\r\n"},
		{"cut off within the message: nothing is taken", BEGIN "hi\r\n",
		 "220 250 250 250 354", ""},
		{"RFC 5321 §2.3.8: LF alone ends no command", "LHLO a\nMAIL FROM:<>\r\nQUIT\r\n",
		 "220 500 221", ""},
		{"RFC 5321 §4.5.5: from nobody", HELLO "MAIL FROM:<>\r\n" TO "DATA\r\nhi\r\n.\r\n",
		 "220 250 250 250 354 250", ">bob@example.org:hi\r\n"},
		{"RFC 5321 §4.1.1.3: a route is read over",
		 HELLO FROM "RCPT TO:<@a.example,@b.example:bob@example.org>\r\nDATA\r\n.\r\n",
		 "220 250 250 250 354 250", TAKEN},
		{"RFC 5321 §4.1.1: in lower case, with blanks",
		 "lhlo a\r\nmail from: <alice@example.net>  body=8bitmime size=5\r\n"
		 "rcpt to: <bob@example.org>\r\ndata\r\n.\r\nquit\r\n",
		 "220 250 250 250 354 250 221", TAKEN},
		{"RFC 1870 §6.1: too long by its own word",
		 HELLO
		 "MAIL FROM:<a@example.net> SIZE=4001\r\nMAIL FROM:<a@example.net> SIZE=4000\r\n",
		 "220 250 552 250", ""},
		{"RFC 1870: no number", HELLO "MAIL FROM:<a@example.net> SIZE=-1\r\n",
		 "220 250 501", ""},
		{"RFC 6531 §3.4: an address that is not ASCII",
		 HELLO "MAIL FROM:<zoë@example.net> SMTPUTF8\r\n" TO "DATA\r\n.\r\n",
		 "220 250 250 250 354 250", "zoë@example.net>bob@example.org:"},
		{"parameters that nobody knows",
		 HELLO "MAIL FROM:<a@example.net> RET=HDRS\r\n" FROM
		       "RCPT TO:<bob@example.org> NOTIFY=NEVER\r\n",
		 "220 250 555 250 555", ""},
		{"RFC 5321 §4.1.4: out of turn",
		 FROM TO "DATA\r\n" HELLO TO FROM FROM "RSET\r\n" TO,
		 "220 503 503 503 250 503 250 503 250 503", ""},
		{"RFC 5321 §4.1.4: RSET forgets, LHLO as well",
		 HELLO FROM TO "RSET\r\nDATA\r\n" FROM TO HELLO "DATA\r\n",
		 "220 250 250 250 250 503 250 250 250 503", ""},
		{"two mails", BEGIN "1\r\n.\r\n" FROM TO "DATA\r\n2\r\n.\r\n",
		 "220 250 250 250 354 250 250 250 354 250", TAKEN "1\r\n" TAKEN "2\r\n"},
		{"paths that are none",
		 HELLO "MAIL FROM:alice@example.net\r\nMAIL FROM:<alice@example.net\r\n"
		       "MAIL FROM:<alice@example.net>x\r\nMAIL <alice@example.net>\r\nMAIL\r\n" FROM
		       "RCPT TO:<>\r\nRCPT TO:<bob>\r\nRCPT TO:<\"a>\\\"b\"@example.org>\r\n"
		       "RCPT TO:<@a.example>\r\nRCPT TO:<bob@example.org\r\n",
		 "220 250 501 501 501 501 501 250 550 550 550 550 501", ""},
		{"NOOP, VRFY, and what is not known", "NOOP\r\nVRFY bob\r\nXYZ\r\n\r\n",
		 "220 250 252 500 500", ""},
		{"QUIT is the end", "QUIT\r\nNOOP\r\n", "220 221", ""},
		{"a line that is no text", "NOOP \x01\r\nNOOP \xff\r\n", "220 500 500", ""},
	};
	struct door d;
	struct lmtp *l;

	door_open(&d);
	l = listen_on(&d, "127.0.0.1:0");
	for (size_t i = 0; l && i < ARRAY_LEN(rows); i++) {
		struct text said = converse(l, d.arena, rows[i].lines, strlen(rows[i].lines));

		CHECK_TEXT(rows[i].name, codes(d.arena, said), text_from(rows[i].codes));
		pthread_mutex_lock(&d.lock);
		CHECK_TEXT(rows[i].name, buf_text(&d.taken), text_from(rows[i].taken));
		buf_cut(&d.taken, 0);
		pthread_mutex_unlock(&d.lock);
	}
	lmtp_stop(l);
	door_close(&d);
}

/* What LHLO offers is what is done. */
static void test_offers(void)
{
	static const char *const words[] = {
		"250-fasti.example.org\r\n", "250-PIPELINING\r\n",	    "250-8BITMIME\r\n",
		"250-SMTPUTF8\r\n",	     "250-ENHANCEDSTATUSCODES\r\n", "250 SIZE 4000\r\n"};
	struct text said;
	struct door d;
	struct lmtp *l;

	door_open(&d);
	l = listen_on(&d, "localhost:0");
	said = converse(l, d.arena, HELLO, strlen(HELLO));
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		CHECK_TRUE(words[i], text_find(said, text_from(words[i])) >= 0);
	lmtp_stop(l);
	door_close(&d);
}

/* ---- bounds ------------------------------------------------------------------------------- */

static void test_message_size(void)
{
	static const struct {
		const char *name;
		size_t size;
		const char *codes;
	} rows[] = {
		{"as long as may be", MESSAGE_MAX, "220 250 250 250 354 250 221"},
		{"an octet longer: for each recipient", MESSAGE_MAX + 1,
		 "220 250 250 250 354 552 221"},
		{"much longer", 100 * MESSAGE_MAX, "220 250 250 250 354 552 221"},
	};
	struct door d;
	struct lmtp *l;

	door_open(&d);
	l = listen_on(&d, "127.0.0.1:0");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, d.arena, 1024, 1 << 20);
		buf_put_lit(&b, BEGIN);
		for (size_t n = 2; n < rows[i].size; n++)
			buf_put_char(&b, 'x');
		buf_put_lit(&b, "\r\n.\r\nQUIT\r\n");
		CHECK_TEXT(rows[i].name, codes(d.arena, converse(l, d.arena, b.at, b.len)),
			   text_from(rows[i].codes));
	}
	lmtp_stop(l);
	door_close(&d);
}

static struct text many(struct arena *a, const char *first, const char *line, int count)
{
	struct buf b;

	buf_init(&b, a, 1024, 1 << 20);
	buf_put_str(&b, first);
	for (int i = 0; i < count; i++)
		buf_put_str(&b, line);
	return buf_text(&b);
}

static int count_of(struct text said, const char *begins)
{
	struct text line;
	int n = 0;

	while (text_next(&said, '\n', &line))
		n += text_starts(line, text_from(begins));
	return n;
}

static void test_bounds(void)
{
	struct text lines, said;
	struct door d;
	struct lmtp *l;

	door_open(&d);
	l = listen_on(&d, "127.0.0.1:0");
	lines = many(d.arena, HELLO FROM, TO, 103);
	said = converse(l, d.arena, lines.at, lines.len);
	CHECK_INT("recipients: a hundred", count_of(said, "250 2.1.5"), 100);
	CHECK_INT("recipients: the others in another mail", count_of(said, "452 4.5.3"), 3);

	lines = many(d.arena, "", "XYZ\r\n", 50);
	said = converse(l, d.arena, lines.at, lines.len);
	CHECK_INT("mistakes: twenty", count_of(said, "500"), 20);
	CHECK_INT("mistakes: and an end", count_of(said, "421"), 1);

	lines = many(d.arena, "NOOP ", "xxxxxxxxxx", 10000);
	said = converse(l, d.arena, lines.at, lines.len);
	CHECK_INT("a line without an end", count_of(said, "500 5.5.2"), 1);
	lmtp_stop(l);
	door_close(&d);
}

/* More than may talk at once are told to come again, and a place that becomes free is taken. */
static void test_conversations_at_once(void)
{
	int fds[20], one_more;
	char c, said[256];
	struct door d;
	struct lmtp *l;

	door_open(&d);
	l = listen_on(&d, "127.0.0.1:0");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = call(l);
		CHECK_INT("greeted", recv(fds[i], &c, 1, 0), 1);
	}
	one_more = call(l);
	CHECK_TRUE("refused",
		   recv(one_more, said, sizeof(said), 0) > 4 && memcmp(said, "421", 3) == 0);
	close(one_more);
	put(fds[7], "QUIT\r\n", 6);
	while (recv(fds[7], said, sizeof(said), 0) > 0)
		continue;
	close(fds[7]);
	/* It hangs up a moment before its place is free. */
	do {
		one_more = call(l);
		if (recv(one_more, said, sizeof(said), 0) < 4)
			memcpy(said, "none", 4);
		close(one_more);
	} while (memcmp(said, "421", 3) == 0);
	CHECK_TRUE("taken in", memcmp(said, "220", 3) == 0);
	/* With all of them still talking. */
	lmtp_stop(l);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (i != 7)
			close(fds[i]);
	door_close(&d);
}

/* Whoever waits for an answer is told of the end, in the midst of a message too. */
static void test_stop(void)
{
	char *said;
	struct door d;
	struct lmtp *l;
	int fd;

	door_open(&d);
	said = arena_alloc(d.arena, SAID_MAX);
	l = listen_on(&d, "127.0.0.1:0");
	fd = call(l);
	put(fd, BEGIN "hi\r\n", strlen(BEGIN "hi\r\n"));
	/* All was heard once this was answered. */
	while (recv(fd, said, SAID_MAX, MSG_PEEK) > 0 && !memmem(said, SAID_MAX, "354 ", 4))
		poll(NULL, 0, 1);
	lmtp_stop(l);
	CHECK_INT("421", count_of(hear(fd, said), "421 4.3.2"), 1);
	CHECK_INT("nothing is taken", (int64_t)d.taken.len, 0);
	door_close(&d);
}

/* ---- places ------------------------------------------------------------------------------- */

static void test_places(void)
{
	static const struct {
		const char *name, *listen;
		enum fault_code code;
	} rows[] = {
		{"all addresses", "0.0.0.0:0", FAULT_BAD_REQUEST},
		{"all addresses of IPv6", "[::]:0", FAULT_BAD_REQUEST},
		{"an address of others", "192.0.2.1:2424", FAULT_BAD_REQUEST},
		{"another name", "mail.example.org:2424", FAULT_BAD_REQUEST},
		{"no port", "127.0.0.1", FAULT_BAD_REQUEST},
		{"a port that is none", "127.0.0.1:65536", FAULT_BAD_REQUEST},
		{"a path that begins nowhere", "unix:lmtp", FAULT_BAD_REQUEST},
		{"a path without an end",
		 "unix:/0123456789012345678901234567890123456789012345678901234567890123456789"
		 "01234567890123456789012345678901234567890123456789",
		 FAULT_BAD_REQUEST},
		{"a folder that is not there", "unix:/nowhere/at/all", FAULT_UNAVAILABLE},
	};
	struct lmtp_doors doors = {knows, take, NULL, "fasti", MESSAGE_MAX};
	struct arena *a = arena_create(ARENA_BYTES);
	struct lmtp *l;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_FAULT(rows[i].name, lmtp_start(a, rows[i].listen, &doors, &l), rows[i].code);
	arena_destroy(a);
}

static void test_path(void)
{
	char dir[] = "/tmp/fasti-lmtp.XXXXXX", where[64];
	struct lmtp_doors doors = {knows, take, NULL, "fasti", MESSAGE_MAX};
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct lmtp *l, *second;
	struct stat is;
	struct door d;
	char said[4];
	int fd;

	door_open(&d);
	CHECK_TRUE("folder", mkdtemp(dir) != NULL);
	snprintf(where, sizeof(where), "unix:%s/s", dir);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/s", dir);
	/* What a server that was killed leaves behind is in nobody's way. */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_INT("abandoned", bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
	l = listen_on(&d, where);
	CHECK_TRUE("for its group", stat(at.sun_path, &is) == 0 && (is.st_mode & 0777) == 0660);
	CHECK_FAULT("taken", lmtp_start(d.arena, where, &doors, &second), FAULT_UNAVAILABLE);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_INT("still there", connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_TRUE("greeted", recv(fd, said, 4, MSG_WAITALL) == 4 && memcmp(said, "220 ", 4) == 0);
	close(fd);
	lmtp_stop(l);
	CHECK_TRUE("gone with it", stat(at.sun_path, &is) != 0 && errno == ENOENT);
	rmdir(dir);
	door_close(&d);
}

UNIT_SUITE("lmtp", {"conversations", test_conversations}, {"LHLO: what is offered", test_offers},
	   {"the size of a message", test_message_size}, {"bounds", test_bounds},
	   {"conversations at once", test_conversations_at_once}, {"a stop", test_stop},
	   {"places that are refused", test_places}, {"a socket of the file system", test_path})
