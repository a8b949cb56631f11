/*
 * load - requests over kept-alive connections, each answer checked
 *
 *	load PORT PID CONNECTIONS SECONDS FILE once|cycle
 *
 * FILE holds requests, each as a line "STATUS COUNT HASH… LENGTH" followed by
 * LENGTH bytes of request: the answer's status must be STATUS (0: any), and
 * when COUNT > 0 its body's CRC-32 one of those given. `once` sends each
 * request once and stops; `cycle` begins again until SECONDS are over. Prints one line
 * of JSON: requests, wrong answers, seconds, the server's CPU, latencies.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { MAX_CONNECTIONS = 1024, MAX_HASHES = 4, ANSWER_BYTES = 4 << 20 };

struct request {
	const char *at;
	size_t len;
	int status, hash_count;
	uint64_t hashes[MAX_HASHES];
};

struct connection {
	int fd;
	const struct request *rq;
	size_t sent, got;
	int64_t begun_ns;
	char *answer;
};

static struct request *requests;
static size_t request_count, next_request;
static bool cycle;
static int64_t *latencies;
static size_t done, wrong, latency_max = 4 << 20;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void read_requests(const char *path)
{
	FILE *file = fopen(path, "re");
	size_t cap = 0;
	char line[256];

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file)) {
		struct request r = {0};
		char *p = line, *text;

		r.status = (int)strtol(p, &p, 10);
		r.hash_count = (int)strtol(p, &p, 10);
		for (int i = 0; i < r.hash_count && i < MAX_HASHES; i++)
			r.hashes[i] = strtoull(p, &p, 16);
		r.len = strtoul(p, &p, 10);
		text = malloc(r.len + 1);
		if (!text || fread(text, 1, r.len, file) != r.len || fgetc(file) != '\n')
			die("requests");
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

/* User and system time of a process, all threads, in microseconds. */
static int64_t cpu_us(int pid)
{
	char path[64], text[1024], *p;
	unsigned long user, system;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	p = strrchr(text, ')');
	if (!p || sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
			 &system) != 2)
		return 0;
	return (int64_t)(user + system) * (1000000 / sysconf(_SC_CLK_TCK));
}

static void open_connection(struct connection *c, int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->answer = malloc(ANSWER_BYTES);
	if (!c->answer)
		die("memory");
}

/* Send the next request whole: requests are smaller than a socket's buffer. */
static bool send_next(struct connection *c)
{
	if (next_request == request_count) {
		if (!cycle)
			return false;
		next_request = 0;
	}
	c->rq = &requests[next_request++];
	c->got = 0;
	c->begun_ns = clock_monotonic_ns();
	for (size_t sent = 0; sent < c->rq->len;) {
		ssize_t n = send(c->fd, c->rq->at + sent, c->rq->len - sent, MSG_NOSIGNAL);

		if (n < 0)
			die("send");
		sent += (size_t)n;
	}
	return true;
}

/* CRC-32 as zlib counts it, so that the script that wrote FILE agrees. */
static uint64_t crc(const char *at, size_t len)
{
	static uint32_t table[256];
	uint32_t c = 0xffffffffu;

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

static void judge(const struct connection *c, int status, const char *body, size_t len)
{
	bool right = !c->rq->status || status == c->rq->status;

	if (right && c->rq->hash_count > 0) {
		uint64_t h = crc(body, len);

		right = false;
		for (int i = 0; i < c->rq->hash_count; i++)
			right = right || c->rq->hashes[i] == h;
	}
	if (!right && wrong++ < 3)
		fprintf(stderr, "wrong answer %d to %.*s\n%.*s\n", status, 200, c->rq->at,
			(int)(len < 400 ? len : 400), body);
}

/* Is the whole answer there? With Content-Length, or without a body (RFC 9112 §6.3). */
static bool whole(struct connection *c)
{
	const char *end, *length;
	size_t body = 0, head;
	int status;

	c->answer[c->got] = 0;
	end = strstr(c->answer, "\r\n\r\n");
	if (!end)
		return false;
	head = (size_t)(end - c->answer) + 4;
	status = (int)strtol(c->answer + 9, NULL, 10);
	length = strcasestr(c->answer, "\r\nContent-Length:");
	if (length && length < end)
		body = strtoul(length + 17, NULL, 10);
	else if (status != 204 && status != 304) {
		fprintf(stderr, "%.*s", (int)head, c->answer);
		die("an answer without Content-Length");
	}
	if (c->got < head + body)
		return false;
	judge(c, status, c->answer + head, body);
	return true;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static struct connection connections[MAX_CONNECTIONS];
	struct epoll_event events[64];
	int64_t begun, end, cpu;
	size_t count, open = 0;
	int port, pid, poll_fd = epoll_create1(EPOLL_CLOEXEC);

	if (argc != 7)
		return 2;
	port = (int)strtol(argv[1], NULL, 10);
	pid = (int)strtol(argv[2], NULL, 10);
	count = strtoul(argv[3], NULL, 10);
	read_requests(argv[5]);
	cycle = strcmp(argv[6], "cycle") == 0;
	latencies = malloc(latency_max * sizeof(*latencies));
	if (!latencies || count > MAX_CONNECTIONS || request_count == 0)
		return 2;
	for (size_t i = 0; i < count; i++)
		open_connection(&connections[i], port);
	begun = clock_monotonic_ns();
	end = begun + (int64_t)(strtod(argv[4], NULL) * 1e9);
	cpu = cpu_us(pid);
	for (size_t i = 0; i < count; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &connections[i]};

		if (send_next(&connections[i]))
			open++;
		epoll_ctl(poll_fd, EPOLL_CTL_ADD, connections[i].fd, &e);
	}
	while (open > 0) {
		int ready = epoll_wait(poll_fd, events, 64, 30000);

		if (ready == 0)
			die("no answer for 30 s");
		for (int i = 0; i < ready; i++) {
			struct connection *c = events[i].data.ptr;
			ssize_t n = recv(c->fd, c->answer + c->got, ANSWER_BYTES - 1 - c->got, 0);

			if (n <= 0)
				die("the server hung up");
			c->got += (size_t)n;
			if (!whole(c))
				continue;
			if (done < latency_max)
				latencies[done] = clock_monotonic_ns() - c->begun_ns;
			done++;
			if (clock_monotonic_ns() >= end || !send_next(c))
				open--;
		}
	}
	cpu = cpu_us(pid) - cpu;
	end = clock_monotonic_ns();
	count = done < latency_max ? done : latency_max;
	qsort(latencies, count, sizeof(*latencies), compare);
	printf("{\"requests\":%zu,\"wrong\":%zu,\"seconds\":%.3f,\"cpu_us\":%.2f,"
	       "\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
	       done, wrong, (double)(end - begun) / 1e9, (double)cpu / (double)done,
	       (double)latencies[count / 2] / 1e3, (double)latencies[count * 99 / 100] / 1e3);
	return wrong > 0;
}
