/* mail/sender: settings, a real SMTP server, scripted ones that misbehave, and a folder */
#include "mail/sender.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "smtp_fixture.h"
#include "unit.h"
#include "json/read.h"

/* Where the server is silent the test waits for it; everywhere else nothing may run out. */
enum { ARENA_BYTES = 64 << 20, SOON_S = 2, LATE_S = 60 };

/* Dots where they could end the message (RFC 5321 §4.5.2), and an empty line at the end. */
static const char message[] = "From: alice@example.org\r\nTo: zoe@example.net\r\n"
			      "Subject: x\r\n\r\n.\r\n..\r\n.x\r\na.\r\n\r\n.\r\nend\r\n\r\n";

struct way {
	struct arena *arena;
	struct mail_sender *sender;
	struct text why;
};

static void write_file(const char *path, const char *what)
{
	FILE *file = fopen(path, "w");

	CHECK_TRUE(path, file && fputs(what, file) >= 0 && fclose(file) == 0);
}

static const char *smtp_url(struct arena *a, const char *begins, int port)
{
	return arena_printf(a, "%s:%d", begins, port);
}

static void way_open(struct way *w, const struct mail_settings *settings)
{
	CHECK_WELL("sender", mail_sender_create(w->arena, settings, &w->sender));
}

static enum mail_result send_to(struct way *w, const char *to)
{
	w->why = TEXT_NONE;
	return mail_send(w->sender, w->arena, TEXT("alice@example.org"), text_from(to),
			 text_of(message, sizeof(message) - 1), &w->why);
}

static void check_why(const char *row, const struct way *w, const char *word)
{
	if (text_find(w->why, text_from(word)) < 0)
		CHECK_TEXT(row, w->why, text_from(word));
	CHECK_TRUE(row, !text_has_control(w->why));
}

/* Message number n of the log. */
static const struct json *taken(const struct smtpd *s, struct arena *a, int n)
{
	struct text rest = smtpd_log(s, a), line = TEXT_NONE;
	const struct json *v = NULL;

	for (int i = 0; i <= n; i++)
		if (!text_next(&rest, '\n', &line))
			return NULL;
	if (line.len == 0)
		return NULL;
	CHECK_WELL("line of the log", json_parse(a, line, 1 << 20, &v));
	return v;
}

static void check_taken(const char *row, const struct json *v, bool tls, bool auth)
{
	struct text t;
	bool yes;

	if (!CHECK_TRUE(row, v != NULL))
		return;
	CHECK_TRUE(row, json_text(json_get(v, "from"), &t));
	CHECK_TEXT(row, t, TEXT("alice@example.org"));
	CHECK_TRUE(row, json_text(json_item(json_get(v, "to"), 0), &t));
	CHECK_TEXT(row, t, TEXT("zoe@example.net"));
	CHECK_TRUE(row, json_text(json_get(v, "data"), &t));
	CHECK_TEXT(row, t, text_of(message, sizeof(message) - 1));
	CHECK_TRUE(row, json_bool(json_get(v, "tls"), &yes));
	CHECK_INT(row, yes, tls);
	CHECK_TRUE(row, json_bool(json_get(v, "auth"), &yes));
	CHECK_INT(row, yes, auth);
}

/* ---- settings ---------------------------------------------------------------------------- */

static void test_settings(void)
{
	static const struct {
		const char *name, *smtp;
		bool password, well;
	} rows[] = {
		{"none: mail waits", NULL, false, true},
		{"a name", "smtp://mail.example.net", false, true},
		{"a name and a port", "smtp://mail.example.net:2525", false, true},
		{"a slash behind it", "smtp://mail.example.net:2525/", false, true},
		{"an address", "smtp://192.0.2.1:25", false, true},
		{"an IPv6 address", "smtp://[2001:db8::1]:25", false, true},
		{"TLS with a user", "smtps://alice@mail.example.net", true, true},
		{"STARTTLS with a user", "smtp+starttls://alice@mail.example.net:587", true, true},
		{"a user that is an address", "smtps://alice@example.org@mail.example.net", true,
		 true},
		{"the same, percent-encoded", "smtps://alice%40example.org@mail.example.net", true,
		 true},
		{"a password to localhost", "smtp://alice@localhost:25", true, true},
		{"a password to 127.0.0.1", "smtp://alice@127.0.0.1:25", true, true},
		{"a password to ::1", "smtp://alice@[::1]:25", true, true},
		{"a password in plain text", "smtp://alice@mail.example.net", true, false},
		{"a password to 128.0.0.1", "smtp://alice@128.0.0.1:25", true, false},
		{"a name that only begins so", "smtp://alice@localhost.example.net", true, false},
		{"a user without a password", "smtps://alice@mail.example.net", false, false},
		{"a password without a user", "smtps://mail.example.net", true, false},
		{"a password in the setting", "smtps://alice:secret@mail.example.net", true, false},
		{"an empty user", "smtps://@mail.example.net", true, false},
		{"a user with a line end", "smtps://alice%0D%0AX@mail.example.net", true, false},
		{"port 0", "smtp://mail.example.net:0", false, false},
		{"port 65536", "smtp://mail.example.net:65536", false, false},
		{"no port after the colon", "smtp://mail.example.net:", false, false},
		{"port with a sign", "smtp://mail.example.net:+25", false, false},
		{"no host", "smtp://", false, false},
		{"no host but a port", "smtp://:25", false, false},
		{"a path", "smtp://mail.example.net/x", false, false},
		{"a blank", "smtp://mail example.net", false, false},
		{"IPv6 without brackets", "smtp://2001:db8::1", false, false},
		{"brackets around a name", "smtp://[mail.example.net]", false, false},
		{"another scheme", "http://mail.example.net", false, false},
		{"no scheme", "mail.example.net:25", false, false},
		{"empty", "", false, false},
		{"no folder", "file:", false, false},
		{"a folder that cannot be", "file:/dev/null/x", false, false},
		{"a folder that is a file", "file:/dev/null", false, false},
	};
	char password[] = "/tmp/fasti-password-XXXXXX";
	int fd = mkstemp(password);

	CHECK_TRUE("file", fd >= 0 && close(fd) == 0);
	write_file(password, "secret\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct mail_settings settings = {
			.smtp = rows[i].smtp, .password_file = rows[i].password ? password : NULL};
		struct mail_sender *s = NULL;
		const struct fault *f = mail_sender_create(a, &settings, &s);

		if (rows[i].well)
			CHECK_WELL(rows[i].name, f);
		else
			CHECK_FAULT(rows[i].name, f, FAULT_BAD_REQUEST);
		mail_sender_destroy(s);
		arena_destroy(a);
	}
	unlink(password);
}

static void test_files(void)
{
	static const struct {
		const char *name, *password; /* NULL: the file is missing */
		const char *ca;
	} rows[] = {
		{"password file missing", NULL, NULL},
		{"password empty", "", NULL},
		{"an empty first line", "\nsecret\n", NULL},
		{"CA file missing", "secret\n", "/nonexistent/ca.pem"},
		{"CA file without certificates", "secret\n", "/dev/null"},
	};
	char path[] = "/tmp/fasti-password-XXXXXX";
	int fd = mkstemp(path);

	CHECK_TRUE("file", fd >= 0 && close(fd) == 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct mail_settings settings = {
			.smtp = "smtps://alice@mail.example.net",
			.password_file = rows[i].password ? path : "/nonexistent/password",
			.ca_file = rows[i].ca};
		struct mail_sender *s;

		write_file(path, rows[i].password ? rows[i].password : "");
		CHECK_FAULT(rows[i].name, mail_sender_create(a, &settings, &s), FAULT_BAD_REQUEST);
		arena_destroy(a);
	}
	unlink(path);
}

static void test_not_set(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {.smtp = NULL};

	way_open(&w, &settings);
	CHECK_INT("waits", send_to(&w, "zoe@example.net"), MAIL_RESULT_LATER);
	check_why("waits", &w, "mail.smtp");
	mail_sender_destroy(w.sender);
	arena_destroy(w.arena);
}

/* ---- the real server --------------------------------------------------------------------- */

static void test_plain(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {0};
	int64_t first, next;
	struct smtpd s;

	smtpd_start(&s, NULL);
	settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
	way_open(&w, &settings);
	CHECK_INT("sent", send_to(&w, "zoe@example.net"), MAIL_RESULT_SENT);
	check_taken("every octet arrives (RFC 5321 §4.5.2)", taken(&s, w.arena, 0), false, false);
	CHECK_INT("5xx for the recipient", send_to(&w, "reject@example.net"), MAIL_RESULT_NEVER);
	check_why("550", &w, "RCPT TO: 550 5.1.1 no such user");
	CHECK_INT("4xx for the recipient", send_to(&w, "temp@example.net"), MAIL_RESULT_LATER);
	check_why("451", &w, "RCPT TO: 451 4.3.0 try later");
	CHECK_INT("again", send_to(&w, "zoe@example.net"), MAIL_RESULT_SENT);
	CHECK_INT("and again", send_to(&w, "zoe@example.net"), MAIL_RESULT_SENT);
	for (int i = 1; i <= 2; i++) {
		check_taken("after refusals", taken(&s, w.arena, i), false, false);
		CHECK_TRUE("peer",
			   json_int(json_get(taken(&s, w.arena, 0), "peer"), &first) &&
				   json_int(json_get(taken(&s, w.arena, i), "peer"), &next));
		CHECK_INT("over the same connection", next, first);
	}
	CHECK_TRUE("no more than these", taken(&s, w.arena, 3) == NULL);
	mail_sender_destroy(w.sender);
	smtpd_stop(&s);
	arena_destroy(w.arena);
}

static void test_utf8(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {0};
	struct smtpd s;
	struct text t;
	bool utf8;

	smtpd_start(&s, NULL);
	settings.smtp = smtp_url(w.arena, "smtp://localhost", s.port);
	way_open(&w, &settings);
	CHECK_INT("sent", send_to(&w, "zo\xC3\xAB@example.net"), MAIL_RESULT_SENT);
	CHECK_TRUE("to", json_text(json_item(json_get(taken(&s, w.arena, 0), "to"), 0), &t));
	CHECK_TEXT("to", t, TEXT("zo\xC3\xAB@example.net"));
	CHECK_TRUE("utf8", json_bool(json_get(taken(&s, w.arena, 0), "utf8"), &utf8) && utf8);
	CHECK_INT("a domain alone",
		  send_to(&w, "zoe@b\xC3\xBC"
			      "cher.example"),
		  MAIL_RESULT_SENT);
	CHECK_TRUE("to", json_text(json_item(json_get(taken(&s, w.arena, 1), "to"), 0), &t));
	CHECK_TEXT("A-labels", t, TEXT("zoe@xn--bcher-kva.example"));
	CHECK_TRUE("no SMTPUTF8 for it",
		   json_bool(json_get(taken(&s, w.arena, 1), "utf8"), &utf8) && !utf8);
	mail_sender_destroy(w.sender);
	smtpd_stop(&s);
	arena_destroy(w.arena);
}

/* Each row has a server of its own, so that its log shows all that was sent to it. */
static void test_tls(void)
{
	static const struct {
		int timeout_s;
		const char *name, *options, *begins, *password;
		bool own_ca;
		enum mail_result want;
		const char *why;
	} rows[] = {
		{LATE_S, "STARTTLS, AUTH PLAIN", "", "smtp+starttls://alice@localhost", "secret\n",
		 true, MAIL_RESULT_SENT, NULL},
		{LATE_S, "STARTTLS, AUTH LOGIN", "login", "smtp+starttls://alice@localhost",
		 "secret\n", true, MAIL_RESULT_SENT, NULL},
		{LATE_S, "TLS from the start", "tls", "smtps://alice@localhost", "secret", true,
		 MAIL_RESULT_SENT, NULL},
		{LATE_S, "an unknown CA", "", "smtp+starttls://alice@localhost", "secret\n", false,
		 MAIL_RESULT_LATER, "STARTTLS: The server's certificate is refused"},
		{LATE_S, "an unknown CA, TLS from the start", "tls", "smtps://alice@localhost",
		 "secret\n", false, MAIL_RESULT_LATER, "The server's certificate is refused"},
		{LATE_S, "another name", "", "smtp+starttls://alice@127.0.0.1", "secret\n", true,
		 MAIL_RESULT_LATER, "STARTTLS: The server's certificate is refused"},
		{LATE_S, "another name, TLS from the start", "tls", "smtps://alice@127.0.0.1",
		 "secret\n", true, MAIL_RESULT_LATER, "The server's certificate is refused"},
		{LATE_S, "a wrong password", "", "smtp+starttls://alice@localhost", "Secret\n",
		 true, MAIL_RESULT_LATER, "AUTH: 535"},
		{LATE_S, "a wrong password, AUTH LOGIN", "login", "smtp+starttls://alice@localhost",
		 "Secret\n", true, MAIL_RESULT_LATER, "AUTH: 535"},
		{SOON_S, "STARTTLS where TLS is, and both wait", "tls",
		 "smtp+starttls://alice@localhost", "secret\n", true, MAIL_RESULT_LATER,
		 "greeting: "},
		{LATE_S, "TLS where STARTTLS is", "", "smtps://alice@localhost", "secret\n", true,
		 MAIL_RESULT_LATER, "connection: TLS fails"},
		{LATE_S, "a password that is needed", "", "smtp+starttls://localhost", NULL, true,
		 MAIL_RESULT_LATER, "MAIL FROM: 530"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct way w = {.arena = arena_create(ARENA_BYTES)};
		struct mail_settings settings = {.timeout_s = rows[i].timeout_s};
		const char *row = rows[i].name;
		struct smtpd s;

		smtpd_start(&s, rows[i].options);
		settings.smtp = smtp_url(w.arena, rows[i].begins, s.port);
		if (rows[i].own_ca)
			settings.ca_file = arena_printf(w.arena, "%s/c.pem", s.dir);
		if (rows[i].password) {
			settings.password_file = arena_printf(w.arena, "%s/password", s.dir);
			write_file(settings.password_file, rows[i].password);
		}
		way_open(&w, &settings);
		CHECK_INT(row, send_to(&w, "zoe@example.net"), rows[i].want);
		if (rows[i].want == MAIL_RESULT_SENT)
			check_taken(row, taken(&s, w.arena, 0), true, true);
		else
			CHECK_TRUE(row, taken(&s, w.arena, 0) == NULL);
		if (rows[i].why)
			check_why(row, &w, rows[i].why);
		mail_sender_destroy(w.sender);
		smtpd_stop(&s);
		arena_destroy(w.arena);
	}
}

/* ---- servers that do what they should not -------------------------------------------------- */

/* One conversation with a scripted server; what it heard is in s afterwards. */
static enum mail_result converse(struct way *w, struct scripted *s, const char *begins,
				 const char *to, int timeout_s)
{
	struct mail_settings settings = {.timeout_s = timeout_s};
	enum mail_result result;

	scripted_start(s);
	settings.smtp = smtp_url(w->arena, begins, s->port);
	way_open(w, &settings);
	result = send_to(w, to);
	mail_sender_destroy(w->sender);
	scripted_stop(s);
	return result;
}

static bool is_slow(const char *answer)
{
	return strcmp(answer, SCRIPT_SILENCE) == 0 || strcmp(answer, SCRIPT_TRICKLE) == 0;
}

static void test_answers(void)
{
	static const struct {
		const char *name, *command, *answer;
		enum mail_result want;
		const char *why;
	} rows[] = {
		{"all well", "NOOP", "250 ok\r\n", MAIL_RESULT_SENT, NULL},
		{"greeting 554 (RFC 5321 §3.1)", "", "554 no\r\n", MAIL_RESULT_LATER,
		 "greeting: 554 no"},
		{"greeting 421", "", "421 full\r\n", MAIL_RESULT_LATER, "greeting: 421 full"},
		{"EHLO 550", "EHLO", "550 no\r\n", MAIL_RESULT_LATER, "EHLO: 550 no"},
		{"MAIL 451", "MAIL", "451 later\r\n", MAIL_RESULT_LATER, "MAIL FROM: 451 later"},
		{"MAIL 550 is about the sender", "MAIL", "550 not you\r\n", MAIL_RESULT_LATER,
		 "MAIL FROM: 550 not you"},
		{"RCPT 251 (§3.4)", "RCPT", "251 will forward\r\n", MAIL_RESULT_SENT, NULL},
		{"RCPT 450", "RCPT", "450 busy\r\n", MAIL_RESULT_LATER, "RCPT TO: 450 busy"},
		{"RCPT 421", "RCPT", "421 bye\r\n", MAIL_RESULT_LATER, "RCPT TO: 421 bye"},
		{"RCPT 550", "RCPT", "550 unknown\r\n", MAIL_RESULT_NEVER, "RCPT TO: 550 unknown"},
		{"RCPT 501", "RCPT", "501 5.1.3 bad address\r\n", MAIL_RESULT_NEVER,
		 "RCPT TO: 501 5.1.3 bad address"},
		{"RCPT 503 is about us", "RCPT", "503 sequence\r\n", MAIL_RESULT_LATER,
		 "RCPT TO: 503"},
		{"RCPT 530 is about AUTH (RFC 4954 §6)", "RCPT", "530 authenticate\r\n",
		 MAIL_RESULT_LATER, "RCPT TO: 530"},
		{"DATA 451", "DATA", "451 later\r\n", MAIL_RESULT_LATER, "DATA: 451 later"},
		{"DATA 554", "DATA", "554 no\r\n", MAIL_RESULT_NEVER, "DATA: 554 no"},
		{"message 452", ".", "452 full\r\n", MAIL_RESULT_LATER, "message: 452 full"},
		{"message 554", ".", "554 spam\r\n", MAIL_RESULT_NEVER, "message: 554 spam"},
		{"message 250", ".", "250 queued\r\n", MAIL_RESULT_SENT, NULL},
		{"several lines", "RCPT", "550-5.1.1 no\r\n550 5.1.1 such user\r\n",
		 MAIL_RESULT_NEVER, "RCPT TO: 550 5.1.1 no 5.1.1 such user"},
		{"what could forge a log line", "RCPT", "550 \x1B[0m\xC3\xA4\rlevel=info\r\n",
		 MAIL_RESULT_NEVER, "RCPT TO: 550 ?[0m???level=info"},
		{"no SMTP", "RCPT", "HTTP/1.1 400 Bad\r\n", MAIL_RESULT_LATER, "RCPT TO: "},
		{"hangs up instead of an answer", "RCPT", SCRIPT_CLOSE, MAIL_RESULT_LATER,
		 "RCPT TO: The server has closed the connection."},
		{"hangs up after the message", ".", SCRIPT_CLOSE, MAIL_RESULT_UNSURE,
		 "message: The server has closed the connection."},
		{"an answer cut short", "RCPT", "550", MAIL_RESULT_LATER,
		 "RCPT TO: The server has closed the connection."},
		{"silent from the start", "", SCRIPT_SILENCE, MAIL_RESULT_LATER,
		 "greeting: The server does not answer in time."},
		{"silent later on", "RCPT", SCRIPT_SILENCE, MAIL_RESULT_LATER,
		 "RCPT TO: The server does not answer in time."},
		{"trickles", "EHLO", SCRIPT_TRICKLE, MAIL_RESULT_LATER,
		 "EHLO: The server does not answer in time."},
		{"a line without an end", "EHLO", SCRIPT_ENDLESS, MAIL_RESULT_LATER,
		 "EHLO: The server says more than it was asked for."},
		{"a tab among the mechanisms", "EHLO", "250-x\r\n250-AUTH \tPLAIN\r\n250 OK\r\n",
		 MAIL_RESULT_SENT, NULL},
	};

	/* Each command after the answer to the one before, and all at once (RFC 2920). */
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		const char *name = rows[i / 2].name, *answer = rows[i / 2].answer;
		struct way w = {.arena = arena_create(ARENA_BYTES)};
		struct scripted s = {.lines = {{rows[i / 2].command, answer}},
				     .ehlo = i % 2 ? "250-PIPELINING\r\n" : NULL};

		CHECK_INT(name,
			  converse(&w, &s, "smtp://127.0.0.1", "zoe@example.net",
				   is_slow(answer) ? SOON_S : LATE_S),
			  rows[i / 2].want);
		/* What was said already and is not heard is lost by more than a close. */
		if (i % 2 && !text_ends(text_from(answer), TEXT("\n")) && !is_slow(answer))
			check_why(name, &w, "The ");
		else if (rows[i / 2].why)
			check_why(name, &w, rows[i / 2].why);
		CHECK_INT(name, s.connections, 1);
		arena_destroy(w.arena);
	}
}

/* The second mail goes through the same connection, whatever became of the first. */
static void test_pipelining(void)
{
	static const struct {
		const char *name, *command, *answer, *heard;
	} rows[] = {
		{"refused, and wanted all the same (§3.1)", "RCPT TO:<eve", "550 no\r\n",
		 "MAIL FROM:<alice@example.org>\r\nRCPT TO:<eve@example.net>\r\nDATA\r\n.\r\n"
		 "RSET\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<zoe@example.net>\r\n"
		 "DATA\r\nFrom: "},
		{"refused and not wanted", "DATA", "554 no\r\n",
		 "MAIL FROM:<alice@example.org>\r\nRCPT TO:<eve@example.net>\r\nDATA\r\n"
		 "RSET\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<zoe@example.net>\r\n"
		 "DATA\r\nQUIT\r\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct way w = {.arena = arena_create(ARENA_BYTES)};
		struct mail_settings settings = {.timeout_s = LATE_S};
		struct scripted s = {.lines = {{rows[i].command, rows[i].answer}},
				     .ehlo = "250-PIPELINING\r\n"};

		scripted_start(&s);
		settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
		way_open(&w, &settings);
		CHECK_INT(rows[i].name, send_to(&w, "eve@example.net"), MAIL_RESULT_NEVER);
		CHECK_INT(rows[i].name, send_to(&w, "zoe@example.net"),
			  i == 0 ? MAIL_RESULT_SENT : MAIL_RESULT_NEVER);
		mail_sender_destroy(w.sender);
		scripted_stop(&s);
		CHECK_INT(rows[i].name, s.connections, 1);
		if (!CHECK_TRUE(rows[i].name, strstr(s.heard, rows[i].heard) != NULL))
			CHECK_STR(rows[i].name, s.heard, rows[i].heard);
		arena_destroy(w.arena);
	}
}

static void *send_apart(void *ctx)
{
	struct way *w = ctx;

	enum mail_result result = send_to(w, "zoe@example.net");

	return result == MAIL_RESULT_LATER || result == MAIL_RESULT_UNSURE ? w : NULL;
}

/* Whether the stop comes before or amid the dialogue, its time of LATE_S is not waited for. */
static void test_stop(void)
{
	static const struct {
		const char *name, *command, *answer;
	} rows[] = {
		{"no greeting", "", SCRIPT_SILENCE},
		{"no answer to RCPT", "RCPT", SCRIPT_SILENCE},
		{"no answer to the message", ".", SCRIPT_SILENCE},
		{"an answer without an end", "EHLO", SCRIPT_TRICKLE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct way w = {.arena = arena_create(ARENA_BYTES)};
		struct scripted s = {.lines = {{rows[i].command, rows[i].answer}}};
		struct mail_settings settings = {.timeout_s = LATE_S};
		int64_t begin_ns = clock_monotonic_ns();
		void *later = NULL;
		pthread_t thread;

		scripted_start(&s);
		settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
		way_open(&w, &settings);
		CHECK_INT("thread", pthread_create(&thread, NULL, send_apart, &w), 0);
		mail_sender_stop(w.sender, 1);
		pthread_join(thread, &later);
		CHECK_TRUE(rows[i].name, later != NULL);
		check_why(rows[i].name, &w, "has not answered before our own stop");
		CHECK_TRUE(rows[i].name,
			   clock_monotonic_ns() - begin_ns < LATE_S * INT64_C(1000000000));
		mail_sender_destroy(w.sender);
		scripted_stop(&s);
		arena_destroy(w.arena);
	}
}

static void test_starttls_refused(void)
{
	static const struct {
		const char *name, *ehlo, *answer, *why;
	} rows[] = {
		{"not offered: nothing goes in plain text (RFC 3207 §4)", NULL, "220 go\r\n",
		 "STARTTLS: The server does not offer it."},
		{"offered in the first line, which is the server's name", NULL, "220 go\r\n",
		 "STARTTLS: The server does not offer it."},
		{"refused for now", "250-STARTTLS\r\n", "454 not now\r\n", "STARTTLS: 454 not now"},
		{"refused", "250-STARTTLS\r\n", "502 no\r\n", "STARTTLS: 502 no"},
		{"answers put in before TLS (RFC 3207 §6)", "250-STARTTLS\r\n",
		 "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n",
		 "STARTTLS: The server goes on in plain text."},
		{"no TLS after all", "250-STARTTLS\r\n", "220 go\r\n", "STARTTLS: "},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct way w = {.arena = arena_create(ARENA_BYTES)};
		struct scripted s = {.lines = {{"STARTTLS", rows[i].answer}}, .ehlo = rows[i].ehlo};

		CHECK_INT(rows[i].name,
			  converse(&w, &s, "smtp+starttls://127.0.0.1", "zoe@example.net", SOON_S),
			  MAIL_RESULT_LATER);
		check_why(rows[i].name, &w, rows[i].why);
		CHECK_TRUE(rows[i].name, !strstr(s.heard, "MAIL FROM"));
		arena_destroy(w.arena);
	}
}

static void test_no_utf8(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct scripted s = {.ehlo = "250-8BITMIME\r\n"};

	CHECK_INT("SMTPUTF8 is missing (RFC 6531 §3.2)",
		  converse(&w, &s, "smtp://127.0.0.1", "zo\xC3\xAB@example.net", LATE_S),
		  MAIL_RESULT_NEVER);
	check_why("says so", &w, "SMTPUTF8");
	CHECK_TRUE("nothing is sent", !strstr(s.heard, "MAIL FROM"));
	arena_destroy(w.arena);
}

static void test_down(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {.timeout_s = LATE_S};
	struct scripted s = {.ehlo = NULL};

	scripted_start(&s);
	scripted_stop(&s);
	settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
	way_open(&w, &settings);
	CHECK_INT("nobody listens", send_to(&w, "zoe@example.net"), MAIL_RESULT_LATER);
	check_why("nobody listens", &w, "connection: ");
	mail_sender_destroy(w.sender);
	settings.smtp = "smtp://no-such-host.invalid";
	way_open(&w, &settings);
	CHECK_INT("no such host (RFC 6761 §6.4)", send_to(&w, "zoe@example.net"),
		  MAIL_RESULT_LATER);
	check_why("no such host", &w, "no-such-host.invalid");
	mail_sender_destroy(w.sender);
	arena_destroy(w.arena);
}

/* The server hangs up after each message: the kept connection is found dead, a new one made. */
static void test_kept_is_dead(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {.timeout_s = LATE_S};

	for (int at_once = 0; at_once < 2; at_once++) {
		struct scripted s = {.lines = {{"RSET", SCRIPT_CLOSE}},
				     .ehlo = at_once ? "250-PIPELINING\r\n" : NULL};

		scripted_start(&s);
		settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
		way_open(&w, &settings);
		for (int i = 0; i < 3; i++)
			CHECK_INT("sent", send_to(&w, "zoe@example.net"), MAIL_RESULT_SENT);
		mail_sender_destroy(w.sender);
		scripted_stop(&s);
		CHECK_INT("a connection for each", s.connections, 3);
	}
	arena_destroy(w.arena);
}

static void test_refused_here(void)
{
	static const struct {
		const char *name;
		struct text from, to, message;
		enum mail_result want;
	} rows[] = {
		{"a command in the recipient", TEXT_INIT("a@example.org"),
		 TEXT_INIT("z@example.net>\r\nRCPT TO:<y@example.net"), TEXT_INIT("\r\n"),
		 MAIL_RESULT_NEVER},
		{"a command in the sender", TEXT_INIT("a@example.org>\r\nDATA"),
		 TEXT_INIT("z@example.net"), TEXT_INIT("\r\n"), MAIL_RESULT_LATER},
		{"no sender", TEXT_INIT(""), TEXT_INIT("z@example.net"), TEXT_INIT("\r\n"),
		 MAIL_RESULT_LATER},
		{"no line end at the end", TEXT_INIT("a@example.org"), TEXT_INIT("z@example.net"),
		 TEXT_INIT("A: b\r\n\r\nx"), MAIL_RESULT_NEVER},
		{"a line feed alone (RFC 5321 §2.3.8)", TEXT_INIT("a@example.org"),
		 TEXT_INIT("z@example.net"), TEXT_INIT("A: b\r\n\r\nx\n.\r\nMAIL\r\n"),
		 MAIL_RESULT_NEVER},
		{"a carriage return alone", TEXT_INIT("a@example.org"), TEXT_INIT("z@example.net"),
		 TEXT_INIT("A: b\r\n\r\nx\r.\r\n"), MAIL_RESULT_NEVER},
		{"carriage return twice", TEXT_INIT("a@example.org"), TEXT_INIT("z@example.net"),
		 TEXT_INIT("A: b\r\r\n\r\n"), MAIL_RESULT_NEVER},
		{"empty", TEXT_INIT("a@example.org"), TEXT_INIT("z@example.net"), TEXT_INIT(""),
		 MAIL_RESULT_NEVER},
	};
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct mail_settings settings = {.timeout_s = LATE_S};
	struct scripted s = {.ehlo = NULL};

	scripted_start(&s);
	settings.smtp = smtp_url(w.arena, "smtp://127.0.0.1", s.port);
	way_open(&w, &settings);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name,
			  mail_send(w.sender, w.arena, rows[i].from, rows[i].to, rows[i].message,
				    &w.why),
			  rows[i].want);
	mail_sender_destroy(w.sender);
	scripted_stop(&s);
	CHECK_INT("nobody was spoken to", s.connections, 0);
	arena_destroy(w.arena);
}

/* A server with many clients has its descriptors far up, where select() cannot go. */
static void test_high_descriptors(void)
{
	enum { HIGH = 1100 };
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	struct rlimit before, more;
	struct scripted s = {.ehlo = NULL};
	int fds[HIGH], count = 0;

	getrlimit(RLIMIT_NOFILE, &before);
	more = before;
	more.rlim_cur = HIGH + 200;
	if (setrlimit(RLIMIT_NOFILE, &more) != 0) {
		unit_skip("not so many descriptors are allowed");
		arena_destroy(w.arena);
		return;
	}
	while (count < HIGH && (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		count++;
	CHECK_INT("opened", count, HIGH);
	CHECK_INT("sent", converse(&w, &s, "smtp://127.0.0.1", "zoe@example.net", LATE_S),
		  MAIL_RESULT_SENT);
	while (count > 0)
		close(fds[--count]);
	setrlimit(RLIMIT_NOFILE, &before);
	arena_destroy(w.arena);
}

/* ---- into a folder ----------------------------------------------------------------------- */

static int is_mail(const struct dirent *d)
{
	return d->d_name[0] != '.' || (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0);
}

static void check_drop(const char *folder, const char *name, int n)
{
	char path[512], body[sizeof(message) + 16];
	struct stat st;
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CHECK_TRUE(name, text_ends(text_from(name), TEXT(".eml")) && name[0] != '.');
	CHECK_TRUE("only for the owner", stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	file = fopen(path, "r");
	if (!CHECK_TRUE(path, file != NULL))
		return;
	len = fread(body, 1, sizeof(body), file);
	fclose(file);
	CHECK_TEXT("a message", text_sub(text_of(body, len), 1, len),
		   text_of(message + 1, sizeof(message) - 2));
	CHECK_INT("in the order of sending", body[0], 'A' + n);
	unlink(path);
}

static void test_folder(void)
{
	struct way w = {.arena = arena_create(ARENA_BYTES)};
	char dir[] = "/tmp/fasti-drop-XXXXXX", body[sizeof(message)];
	struct mail_settings settings = {0};
	struct dirent **names;
	const char *folder;
	int count;

	CHECK_TRUE("folder", mkdtemp(dir) != NULL);
	folder = arena_printf(w.arena, "%s/mail", dir);
	settings.smtp = arena_printf(w.arena, "file:%s", folder);
	way_open(&w, &settings);
	memcpy(body, message, sizeof(message));
	for (int i = 0; i < 12; i++) {
		body[0] = (char)('A' + i);
		CHECK_INT("sent",
			  mail_send(w.sender, w.arena, TEXT("alice@example.org"),
				    TEXT("zoe@example.net"), text_of(body, sizeof(body) - 1),
				    &w.why),
			  MAIL_RESULT_SENT);
	}
	count = scandir(folder, &names, is_mail, alphasort);
	CHECK_INT("one file each, and nothing else", count, 12);
	for (int i = 0; i < count; i++) {
		check_drop(folder, names[i]->d_name, i);
		free(names[i]);
	}
	free(names);
	CHECK_INT("the folder goes", rmdir(folder), 0);
	CHECK_INT("no folder", send_to(&w, "zoe@example.net"), MAIL_RESULT_LATER);
	check_why("no folder", &w, "No such file");
	rmdir(dir);
	mail_sender_destroy(w.sender);
	arena_destroy(w.arena);
}

UNIT_SUITE("mail_sender", {"settings", test_settings}, {"files of the settings", test_files},
	   {"not set: mail waits", test_not_set}, {"plain SMTP, kept connections", test_plain},
	   {"SMTPUTF8 (RFC 6531)", test_utf8}, {"TLS and AUTH (RFC 3207, RFC 4954)", test_tls},
	   {"what answers mean (RFC 5321 §4.2)", test_answers},
	   {"commands at once (RFC 2920)", test_pipelining},
	   {"a stop waits for no answer", test_stop},
	   {"STARTTLS that does not come", test_starttls_refused}, {"no SMTPUTF8", test_no_utf8},
	   {"the server is down", test_down}, {"a kept connection is dead", test_kept_is_dead},
	   {"what is never sent", test_refused_here},
	   {"descriptors past 1023", test_high_descriptors}, {"into a folder", test_folder})
