/* answering - see answering.h */
#include "answering.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum { REQUEST_MAX = 256 * 1024, PLACES = 18 };

static void send_all(int fd, const char *at, size_t len)
{
	while (len) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

/* Bytes of the whole request; 0: its header is not there yet. */
static size_t whole_size(struct text got)
{
	static const struct text length = TEXT_INIT("\r\nContent-Length: ");
	ptrdiff_t end = text_find(got, TEXT("\r\n\r\n"));
	ptrdiff_t at;
	int64_t body = 0;

	if (end < 0)
		return 0;
	at = text_find(text_sub(got, 0, (size_t)end + 2), length);
	if (at >= 0) {
		size_t from = (size_t)at + length.len;
		ptrdiff_t to = text_find(text_sub(got, from, got.len), TEXT("\r\n"));

		CHECK_TRUE("length of a request",
			   text_to_int64(text_sub(got, from, (size_t)to), 0, REQUEST_MAX, &body));
	}
	return (size_t)end + 4 + (size_t)body;
}

/* One request of a connection; false: it is over. */
static bool serve_one(struct answering *s, int fd, char *at)
{
	size_t len = 0;
	const char *answer;

	while (len == 0 || whole_size(text_of(at, len)) == 0 ||
	       whole_size(text_of(at, len)) > len) {
		ssize_t n = recv(fd, at + len, REQUEST_MAX - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
	}
	answer = s->answer(s->ctx, text_of(at, len));
	if (answer)
		send_all(fd, answer, strlen(answer));
	return answer != NULL;
}

static void *serve(void *ctx)
{
	struct answering *s = ctx;
	struct pollfd fds[PLACES] = {{s->wake[0], POLLIN, 0}, {s->fd, POLLIN, 0}};
	char *request = malloc(REQUEST_MAX);
	nfds_t count = 2;

	while (request && poll(fds, count, -1) > 0 && !fds[0].revents) {
		for (nfds_t i = count; i-- > 2;) {
			if (!fds[i].revents || serve_one(s, fds[i].fd, request))
				continue;
			close(fds[i].fd);
			fds[i] = fds[--count];
		}
		if (fds[1].revents && count < PLACES)
			fds[count++] = (struct pollfd){accept(s->fd, NULL, NULL), POLLIN, 0};
	}
	while (count > 2)
		close(fds[--count].fd);
	free(request);
	return NULL;
}

void answering_start(struct answering *s, answering_fn answer, void *ctx)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	socklen_t len = sizeof(in);

	*s = (struct answering){.answer = answer, .ctx = ctx};
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->fd, (struct sockaddr *)&in, sizeof(in)) || listen(s->fd, 16) ||
	    getsockname(s->fd, (struct sockaddr *)&in, &len) || pipe(s->wake) ||
	    pthread_create(&s->thread, NULL, serve, s))
		abort();
	s->port = ntohs(in.sin_port);
}

void answering_stop(struct answering *s)
{
	if (write(s->wake[1], "", 1) != 1)
		abort();
	pthread_join(s->thread, NULL);
	close(s->wake[0]);
	close(s->wake[1]);
	close(s->fd);
}
