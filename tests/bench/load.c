/*
 * load - requests over kept-alive connections, each answer checked
 *
 *	load PORT CONNECTIONS SECONDS FILE once|cycle
 *
 * FILE holds requests, each as a line "STATUS SLOT ETAG CHECK… LENGTH" followed by
 * LENGTH bytes of request. The answer's status must be STATUS (0: any). CHECK is
 * "any", or "all COUNT SUM…", one of which must be the body's CRC-32; "but COUNT SUM…" leaves
 * the lines out that may differ from answer to answer (UID, DTSTAMP). With a SLOT (else -1) the
 *request holds MARK, which stands for the ETag that the slot's last answer bore, at first ETAG.
 *`once` sends each request once and stops; `cycle` begins again until SECONDS are over. Prints one
 *line of JSON: requests, wrong answers, seconds, latencies.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	MAX_CONNECTIONS = 1024,
	MAX_SUMS = 4,
	MAX_SLOTS = 1024,
	ETAG_BYTES = 128,
	ANSWER_BYTES = 64 * 1024, /* at first */
	ANSWER_MAX = 512 * 1024 * 1024,
};

#define MARK "@ETAG@"

enum check { CHECK_NONE, CHECK_ALL, CHECK_BUT };

struct request {
	const char *at;
	size_t len;
	int status, slot;
	enum check check;
	size_t count; /* of sums */
	uint64_t sums[MAX_SUMS];
};

struct connection {
	int fd;
	const struct request *rq;
	int64_t begun_ns;
	char *answer;
	size_t got, cap;
	/* Once the head is there. */
	size_t head, body; /* their lengths; of a chunked body what was put together */
	size_t next_chunk; /* where its size line begins */
	bool is_chunked, is_last;
};

static struct request *requests;
static size_t request_count, next_request;
static char etags[MAX_SLOTS][ETAG_BYTES];
static bool cycle;
static int port, poll_fd;
static int64_t *latencies;
static size_t done, wrong, latency_max = 4 << 20;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the requests ------------------------------------------------------------------------ */

static void read_check(struct request *r, char **p)
{
	*p += strspn(*p, " ");
	r->check = strncmp(*p, "all", 3) == 0	? CHECK_ALL
		   : strncmp(*p, "but", 3) == 0 ? CHECK_BUT
						: CHECK_NONE;
	*p += strcspn(*p, " ");
	if (r->check == CHECK_NONE)
		return;
	r->count = strtoul(*p, p, 10);
	if (r->count > MAX_SUMS)
		die("sums");
	for (size_t i = 0; i < r->count; i++)
		r->sums[i] = strtoull(*p, p, 16);
}

static void read_slot(struct request *r, char **p)
{
	size_t len;

	r->slot = (int)strtol(*p, p, 10);
	*p += strspn(*p, " ");
	len = strcspn(*p, " ");
	if (r->slot >= MAX_SLOTS || len >= ETAG_BYTES)
		die("slot");
	if (r->slot >= 0)
		memcpy(etags[r->slot], *p, len);
	*p += len;
}

static void read_requests(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t cap = 0;
	char line[512];

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file)) {
		struct request r = {0};
		char *p = line, *text;

		r.status = (int)strtol(p, &p, 10);
		read_slot(&r, &p);
		read_check(&r, &p);
		r.len = strtoul(p, &p, 10);
		text = malloc(r.len + 1);
		if (!text || fread(text, 1, r.len, file) != r.len || fgetc(file) != '\n')
			die("requests");
		text[r.len] = 0;
		r.at = text;
		if (request_count == cap) {
			cap = cap ? 2 * cap : 1024;
			requests = realloc(requests, cap * sizeof(*requests));
			if (!requests)
				die("memory");
		}
		requests[request_count++] = r;
	}
	fclose(file);
}

/* ---- connections ------------------------------------------------------------------------- */

static void open_connection(struct connection *c)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

static void send_bytes(const struct connection *c, const char *at, size_t len, bool more)
{
	while (len > 0) {
		ssize_t n = send(c->fd, at, len, MSG_NOSIGNAL | (more ? MSG_MORE : 0));

		if (n < 0)
			die("send");
		at += n;
		len -= (size_t)n;
	}
}

/* Send the next request whole: requests are smaller than a socket's buffer. */
static bool send_next(struct connection *c)
{
	const struct request *r;
	const char *mark;

	if (next_request == request_count) {
		if (!cycle)
			return false;
		next_request = 0;
	}
	r = c->rq = &requests[next_request++];
	c->got = c->head = c->body = 0;
	c->is_chunked = c->is_last = false;
	c->begun_ns = clock_monotonic_ns();
	mark = r->slot >= 0 ? strstr(r->at, MARK) : NULL;
	if (mark) {
		send_bytes(c, r->at, (size_t)(mark - r->at), true);
		send_bytes(c, etags[r->slot], strlen(etags[r->slot]), true);
		mark += strlen(MARK);
		send_bytes(c, mark, r->len - (size_t)(mark - r->at), false);
	} else {
		send_bytes(c, r->at, r->len, false);
	}
	return true;
}

/* ---- answers ----------------------------------------------------------------------------- */

/* CRC-32 as zlib counts it, so that the script that wrote FILE agrees. */
static uint64_t crc(uint64_t before, const char *at, size_t len)
{
	static uint32_t table[256];
	uint32_t c = (uint32_t)before ^ 0xffffffffu;

	for (uint32_t i = 0; !table[1] && i < 256; i++) {
		uint32_t v = 255 - i;

		for (int bit = 0; bit < 8; bit++)
			v = v & 1 ? 0xedb88320u ^ (v >> 1) : v >> 1;
		table[255 - i] = v;
	}
	for (size_t i = 0; i < len; i++)
		c = table[(c ^ (unsigned char)at[i]) & 255] ^ (c >> 8);
	return c ^ 0xffffffffu;
}

/* A field of the head; its length in *len_out, NULL when it is not there. */
static const char *field(const struct connection *c, const char *name, size_t *len_out)
{
	const char *at = strcasestr(c->answer, name);

	if (!at || at >= c->answer + c->head)
		return NULL;
	at += strlen(name);
	at += strspn(at, " ");
	*len_out = strcspn(at, "\r");
	return at;
}

static uint64_t crc_of_lines(const char *at, size_t len)
{
	const char *end = at + len, *next;
	uint64_t sum = 0;

	for (; at < end; at = next) {
		next = memchr(at, '\n', (size_t)(end - at));
		next = next ? next + 1 : end;
		if (strncmp(at, "UID:", 4) != 0 && strncmp(at, "DTSTAMP:", 8) != 0)
			sum = crc(sum, at, (size_t)(next - at));
	}
	return sum;
}

static bool body_is_right(const struct request *r, const char *body, size_t len)
{
	uint64_t sum;

	if (r->check == CHECK_NONE)
		return true;
	sum = r->check == CHECK_ALL ? crc(0, body, len) : crc_of_lines(body, len);
	for (size_t i = 0; i < r->count; i++)
		if (r->sums[i] == sum)
			return true;
	return false;
}

static void judge(const struct connection *c)
{
	int status = (int)strtol(c->answer + 9, NULL, 10);
	const char *etag, *body = c->answer + c->head;
	size_t len;
	bool right =
		(!c->rq->status || status == c->rq->status) && body_is_right(c->rq, body, c->body);

	if (right && c->rq->slot >= 0) {
		etag = field(c, "\r\nETag:", &len);
		right = etag && len < ETAG_BYTES;
		if (right) {
			memcpy(etags[c->rq->slot], etag, len);
			etags[c->rq->slot][len] = 0;
		}
	}
	if (!right && wrong++ < 3)
		fprintf(stderr, "wrong answer %d to %.*s\n%.*s\n", status, 200, c->rq->at,
			(int)(c->head + c->body < 800 ? c->head + c->body : 800), c->answer);
}

/* What a server says while it is still at work is no answer (RFC 9110 §15.2). */
static const char *end_of_head(struct connection *c)
{
	const char *end;

	while ((end = strstr(c->answer, "\r\n\r\n")) && c->answer[9] == '1') {
		c->got -= (size_t)(end - c->answer) + 4;
		memmove(c->answer, end + 4, c->got + 1);
	}
	return end;
}

/* A body's length is said, or it is chunked, or there is none (RFC 9112 §6.3). */
static void read_head(struct connection *c)
{
	const char *end = end_of_head(c), *value;
	int status;
	size_t len;

	if (!end)
		return;
	status = (int)strtol(c->answer + 9, NULL, 10);
	c->head = (size_t)(end - c->answer) + 4;
	c->next_chunk = c->head;
	if ((value = field(c, "\r\nContent-Length:", &len)))
		c->body = strtoul(value, NULL, 10);
	else if (field(c, "\r\nTransfer-Encoding:", &len))
		c->is_chunked = true;
	else if (status != 204 && status != 304)
		die("an answer of unknown length");
}

/* Put the chunks that are there together (§7.1); nobody here sends trailers. */
static void join_chunks(struct connection *c)
{
	while (!c->is_last) {
		char *line = c->answer + c->next_chunk, *end = strstr(line, "\r\n");
		size_t size = strtoul(line, NULL, 16), at;

		if (!end)
			return;
		at = (size_t)(end - c->answer) + 2;
		if (c->got < at + size + 2)
			return;
		memmove(c->answer + c->head + c->body, c->answer + at, size);
		c->body += size;
		c->next_chunk = at + size + 2;
		c->is_last = size == 0;
	}
}

/* Is the whole answer there? */
static bool whole(struct connection *c)
{
	c->answer[c->got] = 0;
	if (c->head == 0)
		read_head(c);
	if (c->head > 0 && c->is_chunked)
		join_chunks(c);
	return c->head > 0 && (c->is_chunked ? c->is_last : c->got >= c->head + c->body);
}

/* Some answer by HTTP/1.0, or have had enough of a connection. */
static bool is_kept(const struct connection *c)
{
	size_t len;
	const char *value = field(c, "\r\nConnection:", &len);

	return strncmp(c->answer, "HTTP/1.0", 8) != 0 &&
	       !(value && strncasecmp(value, "close", 5) == 0);
}

static void receive(struct connection *c)
{
	ssize_t n;

	if (c->cap - c->got < ANSWER_BYTES / 2) {
		c->cap = c->cap ? 2 * c->cap : ANSWER_BYTES;
		c->answer = c->cap <= ANSWER_MAX ? realloc(c->answer, c->cap) : NULL;
		if (!c->answer)
			die("memory");
	}
	n = recv(c->fd, c->answer + c->got, c->cap - 1 - c->got, 0);
	if (n <= 0)
		die("the server hung up");
	c->got += (size_t)n;
}

/* Read what has come. False: the answer was the connection's last. */
static bool go_on(struct connection *c, int64_t end)
{
	receive(c);
	if (!whole(c))
		return true;
	judge(c);
	if (done < latency_max)
		latencies[done] = clock_monotonic_ns() - c->begun_ns;
	done++;
	if (!is_kept(c)) {
		close(c->fd);
		open_connection(c);
	}
	return clock_monotonic_ns() < end && send_next(c);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_result(double seconds)
{
	size_t count = done < latency_max ? done : latency_max;

	qsort(latencies, count, sizeof(*latencies), compare);
	printf("{\"requests\":%zu,\"wrong\":%zu,\"seconds\":%.3f,\"p50_us\":%.1f,\"p99_us\":%.1f}"
	       "\n",
	       done, wrong, seconds, (double)latencies[count / 2] / 1e3,
	       (double)latencies[count * 99 / 100] / 1e3);
}

int main(int argc, char **argv)
{
	static struct connection connections[MAX_CONNECTIONS];
	struct epoll_event events[64];
	int64_t begun, end;
	size_t count, open = 0;

	if (argc != 6)
		return 2;
	poll_fd = epoll_create1(EPOLL_CLOEXEC);
	port = (int)strtol(argv[1], NULL, 10);
	count = strtoul(argv[2], NULL, 10);
	read_requests(argv[4]);
	cycle = strcmp(argv[5], "cycle") == 0;
	latencies = malloc(latency_max * sizeof(*latencies));
	if (!latencies || count > MAX_CONNECTIONS || request_count == 0)
		return 2;
	for (size_t i = 0; i < count; i++)
		open_connection(&connections[i]);
	begun = clock_monotonic_ns();
	end = begun + (int64_t)(strtod(argv[3], NULL) * 1e9);
	for (size_t i = 0; i < count; i++)
		open += send_next(&connections[i]);
	while (open > 0) {
		/* Not epoll_wait, which the library has for libmicrohttpd (src/http/epoll.c). */
		int ready = epoll_pwait(poll_fd, events, 64, 120000, NULL);

		if (ready == 0)
			die("no answer for two minutes");
		for (int i = 0; i < ready; i++)
			open -= !go_on(events[i].data.ptr, end);
	}
	print_result((double)(clock_monotonic_ns() - begun) / 1e9);
	return wrong > 0;
}
