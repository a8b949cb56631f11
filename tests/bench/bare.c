/*
 * bare - the limit: libmicrohttpd with a fixed 600-byte answer and nothing else
 *
 * bare THREADS; prints its port and serves on loopback until it is killed.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <unistd.h>

static struct MHD_Response *answer;

static enum MHD_Result serve(void *ctx, struct MHD_Connection *c, const char *url,
			     const char *method, const char *version, const char *body,
			     size_t *body_size, void **state)
{
	(void)ctx, (void)url, (void)method, (void)version, (void)body;
	if (!*state) {
		*state = &answer;
		return MHD_YES;
	}
	*body_size = 0;
	return MHD_queue_response(c, 200, answer);
}

int main(int argc, char **argv)
{
	static char text[600];
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Daemon *d;
	unsigned threads = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2;

	memset(text, 'x', sizeof(text));
	answer = MHD_create_response_from_buffer(sizeof(text), text, MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(answer, "Content-Type", "application/json");
	d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, serve, NULL,
			     MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_THREAD_POOL_SIZE, threads,
			     MHD_OPTION_END);
	if (!d)
		return 1;
	printf("%u\n", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	for (;;)
		pause();
}
