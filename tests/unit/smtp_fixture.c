/*
 * smtp_fixture - mail servers for tests of the sender
 */
#include "smtp_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* ---- the real one ------------------------------------------------------------------------ */

void smtp_fixture_certificate(const char *dir, const char *name)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
		 " -days 30 -subj /CN=%s -addext subjectAltName=DNS:%s -keyout %s/k.pem"
		 " -out %s/c.pem 2>/dev/null",
		 name, name, dir, dir);
	CHECK_INT("certificate", system(line), 0);
}

static void exec_server(const struct smtpd *s, const char *options)
{
	char port[64], log[64], cert[64], key[64];

	snprintf(port, sizeof(port), "%s/port", s->dir);
	snprintf(log, sizeof(log), "%s/log", s->dir);
	snprintf(cert, sizeof(cert), "%s/c.pem", s->dir);
	snprintf(key, sizeof(key), "%s/k.pem", s->dir);
	/* A test that ends early leaves no server behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Tests are run from the root of the checkout. */
	if (!options)
		execl("/usr/bin/python3", "python3", "tests/tools/smtpd.py", port, log, NULL);
	else if (!options[0])
		execl("/usr/bin/python3", "python3", "tests/tools/smtpd.py", port, log, cert, key,
		      NULL);
	else
		execl("/usr/bin/python3", "python3", "tests/tools/smtpd.py", port, log, cert, key,
		      options, NULL);
	_exit(127);
}

static int read_port(const struct smtpd *s)
{
	char path[64];
	FILE *file;
	int port = 0;

	snprintf(path, sizeof(path), "%s/port", s->dir);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &port) != 1)
		port = 0;
	fclose(file);
	return port;
}

void smtpd_start(struct smtpd *s, const char *options)
{
	snprintf(s->dir, sizeof(s->dir), "/tmp/fasti-smtp-XXXXXX");
	CHECK_TRUE("folder", mkdtemp(s->dir) != NULL);
	if (options)
		smtp_fixture_certificate(s->dir, "localhost");
	fflush(NULL);
	s->pid = fork();
	if (s->pid == 0)
		exec_server(s, options);
	while (!(s->port = read_port(s)) && waitpid(s->pid, NULL, WNOHANG) == 0)
		usleep(10 * 1000);
	CHECK_TRUE("tests/tools/smtpd.py", s->port > 0);
}

void smtpd_stop(struct smtpd *s)
{
	char line[64];

	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	snprintf(line, sizeof(line), "rm -rf %s", s->dir);
	CHECK_INT("removed", system(line), 0);
}

struct text smtpd_log(const struct smtpd *s, struct arena *a)
{
	enum { LOG_MAX = 1 << 20 };
	char path[64], *at = arena_alloc(a, LOG_MAX);
	size_t len = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/log", s->dir);
	file = fopen(path, "r");
	if (file) {
		len = fread(at, 1, LOG_MAX, file);
		fclose(file);
	}
	return text_of(at, len);
}

/* ---- the scripted one -------------------------------------------------------------------- */

static const struct script_line usual[] = {
	{"MAIL FROM:", "250 ok\r\n"}, {"RCPT TO:", "250 ok\r\n"}, {"DATA", "354 go on\r\n"},
	{".", "250 queued\r\n"},      {"RSET", "250 ok\r\n"},	  {"QUIT", SCRIPT_CLOSE},
	{"AUTH", "235 ok\r\n"},	      {"STARTTLS", "220 go\r\n"}, {"", "220 ready\r\n"},
};

static bool put(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* True once the client is gone, or so many milliseconds later false. */
static bool is_gone(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	return poll(&p, 1, ms) > 0 && recv(fd, &c, 1, MSG_DONTWAIT) <= 0;
}

/* False: the conversation is over. */
static bool give(int fd, const char *answer)
{
	if (strcmp(answer, SCRIPT_CLOSE) == 0)
		return false;
	if (strcmp(answer, SCRIPT_SILENCE) == 0) {
		while (!is_gone(fd, -1))
			;
		return false;
	}
	if (strcmp(answer, SCRIPT_ENDLESS) == 0) {
		while (put(fd, "250-more and more ", 18))
			;
		return false;
	}
	if (strcmp(answer, SCRIPT_TRICKLE) == 0) {
		while (!is_gone(fd, 50) && put(fd, "2", 1))
			;
		return false;
	}
	return put(fd, answer, strlen(answer)) && text_ends(text_from(answer), TEXT("\n"));
}

static bool answers(const char *command, const char *line)
{
	if (!command)
		return false;
	return command[0] ? strncmp(line, command, strlen(command)) == 0 : !line[0];
}

static const char *find_answer(const struct scripted *s, const char *line)
{
	for (size_t i = 0; i < SCRIPT_LINES; i++)
		if (answers(s->lines[i].command, line))
			return s->lines[i].answer;
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (answers(usual[i].command, line))
			return usual[i].answer;
	return "500 what\r\n";
}

/* One line without its end; false when the client is gone. */
static bool hear(struct scripted *s, int fd, char *line, size_t size)
{
	size_t len = 0;

	while (len < size - 1 && recv(fd, line + len, 1, 0) == 1) {
		if (s->heard_len < SCRIPT_HEARD_MAX - 1)
			s->heard[s->heard_len++] = line[len];
		if (line[len++] == '\n') {
			line[len] = '\0';
			line[strcspn(line, "\r\n")] = '\0';
			return true;
		}
	}
	return false;
}

static bool greet(struct scripted *s, int fd, const char *line)
{
	const char *answer = find_answer(s, line);
	char all[512];

	if (strncmp(line, "EHLO", 4) != 0 || strncmp(answer, "500", 3) != 0)
		return give(fd, answer);
	snprintf(all, sizeof(all), "250-there\r\n%s250 HELP\r\n", s->ehlo ? s->ehlo : "");
	return give(fd, all);
}

static void converse(struct scripted *s, int fd)
{
	bool in_message = false;
	char line[2048];

	if (!give(fd, find_answer(s, "")))
		return;
	while (hear(s, fd, line, sizeof(line))) {
		if (in_message && strcmp(line, ".") != 0)
			continue;
		in_message = strcmp(line, "DATA") == 0 && find_answer(s, line)[0] == '3';
		if (!greet(s, fd, line))
			return;
	}
}

static void *scripted_thread(void *ctx)
{
	struct scripted *s = ctx;

	for (;;) {
		int fd = accept(s->fd, NULL, NULL);

		if (fd < 0)
			return NULL;
		s->connections++;
		converse(s, fd);
		close(fd);
	}
}

void scripted_start(struct scripted *s)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_INT("bind", bind(s->fd, (struct sockaddr *)&in, sizeof(in)), 0);
	CHECK_INT("listen", listen(s->fd, 8), 0);
	CHECK_INT("name", getsockname(s->fd, (struct sockaddr *)&in, &len), 0);
	s->port = ntohs(in.sin_port);
	pthread_create(&s->thread, NULL, scripted_thread, s);
}

void scripted_stop(struct scripted *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	s->heard[s->heard_len] = '\0';
}
