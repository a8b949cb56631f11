/* imap_fixture - the thread, and what it says by itself */
#include "imap_fixture.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

#define ALL "IMAP4rev1 AUTH=PLAIN IDLE MOVE UIDPLUS NAMESPACE"

static const struct imap_line usual[] = {
	{"", "* OK ready\r\n"},
	{"AUTHENTICATE PLAIN", "+ \r\n"},
	{"SELECT", "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 12] next\r\n" IMAP_TAG
		   " OK [READ-WRITE] selected\r\n"},
	{"NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n" IMAP_TAG " OK\r\n"},
	{"LIST", "* LIST (\\Noselect) \"/\" \"\"\r\n" IMAP_TAG " OK\r\n"},
	{"IDLE", "+ idling\r\n"},
	{"LOGOUT", "* BYE\r\n" IMAP_TAG " OK\r\n" IMAP_CLOSE},
};

/* ---- saying ------------------------------------------------------------------------------- */

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

static bool put_filled(int fd, const char *answer, size_t len, const char *tag)
{
	struct text rest = text_of(answer, len), part;

	while (text_next(&rest, IMAP_TAG[0], &part))
		if (!put(fd, part.at, part.len) || (rest.at && !put(fd, tag, strlen(tag))))
			return false;
	return true;
}

/* False: the conversation is over. */
static bool answer_with(int fd, const char *answer, const char *tag)
{
	size_t len = strcspn(answer, IMAP_CLOSE IMAP_ENDLESS IMAP_SILENCE);
	char c;

	if (!put_filled(fd, answer, len, tag))
		return false;
	switch (answer[len]) {
	case '\2': return false;
	case '\3':
		while (put_filled(fd, answer, len, tag))
			continue;
		return false;
	case '\4':
		while (recv(fd, &c, 1, 0) > 0)
			continue;
		return false;
	default: return true;
	}
}

static const char *find(const struct imap_line *lines, size_t count, const char *command)
{
	for (size_t i = 0; i < count && lines[i].command; i++) {
		bool fits = lines[i].command[0]
				    ? text_starts(text_from(command), text_from(lines[i].command))
				    : !command[0];

		if (fits)
			return lines[i].answer;
	}
	return NULL;
}

static bool reply(const struct imapd *s, int fd, const char *command, const char *tag)
{
	const char *answer = find(s->lines, IMAP_LINES, command);
	char line[256];

	if (!answer)
		answer = find(usual, ARRAY_LEN(usual), command);
	if (!answer && text_starts(text_from(command), TEXT("CAPABILITY"))) {
		snprintf(line, sizeof(line), "* CAPABILITY %s\r\n" IMAP_TAG " OK\r\n",
			 s->can ? s->can : ALL);
		answer = line;
	}
	return answer_with(fd, answer ? answer : IMAP_TAG " OK done\r\n", tag);
}

/* ---- hearing ------------------------------------------------------------------------------ */

static bool read_line(int fd, char *line, size_t size)
{
	size_t len = 0;

	while (len + 1 < size && recv(fd, &line[len], 1, 0) == 1)
		if (line[len++] == '\n') {
			line[len - (len > 1 && line[len - 2] == '\r' ? 2 : 1)] = '\0';
			return true;
		}
	return false;
}

static void note(struct imapd *s, const char *line)
{
	size_t len = strlen(line);

	if (s->heard_len + len + 2 > sizeof(s->heard))
		return;
	memcpy(s->heard + s->heard_len, line, len);
	s->heard_len += len;
	s->heard[s->heard_len++] = '\n';
	s->heard[s->heard_len] = '\0';
}

/* What begins with no tag goes on with the command before: a password, DONE. */
static void converse(struct imapd *s, int fd)
{
	char line[8192], tag[16] = "*";
	bool well = reply(s, fd, "", tag);

	while (well && read_line(fd, line, sizeof(line))) {
		size_t blank = strcspn(line, " ");
		bool tagged = line[0] == 'f' && line[blank] == ' ' && blank < sizeof(tag) &&
			      strspn(line + 1, "0123456789") == blank - 1;

		if (tagged)
			snprintf(tag, sizeof(tag), "%.*s", (int)blank, line);
		note(s, tagged ? line + blank + 1 : line);
		well = tagged ? reply(s, fd, line + blank + 1, tag)
			      : answer_with(fd, IMAP_TAG " OK\r\n", tag);
	}
}

static void *serve(void *ctx)
{
	struct imapd *s = ctx;
	int fd, on = 1;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
		/* Answers leave in pieces, and each at once. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		converse(s, fd);
		close(fd);
	}
	return NULL;
}

/* ---- life --------------------------------------------------------------------------------- */

void imapd_start(struct imapd *s)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_INT("listen", bind(s->fd, (struct sockaddr *)&at, sizeof(at)) + listen(s->fd, 8), 0);
	CHECK_INT("port", getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
	s->port = ntohs(at.sin_port);
	CHECK_INT("thread", pthread_create(&s->thread, NULL, serve, s), 0);
}

void imapd_stop(struct imapd *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
}

bool imapd_heard(const struct imapd *s, const char *lines)
{
	const char *at = strstr(s->heard, lines);

	return at && (at == s->heard || at[-1] == '\n');
}
