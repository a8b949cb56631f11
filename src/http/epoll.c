/*
 * epoll - waiting for events, as libmicrohttpd means it
 *
 * libmicrohttpd (0.9.75) takes 128 events at a time, and after a full batch asks for more before it
 * serves those it has, with the timeout of the first time, which may be none: a thread whose
 * clients all wait for their answers then waits for them. So the question after a full batch does
 * not wait.
 *
 * The program's definition goes before the C library's for all libraries that it loads (-u in the
 * Makefile makes the linker take it); for everybody else it is the same but for one question more.
 */
#include <stdbool.h>
#include <sys/epoll.h>

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout)
{
	static _Thread_local bool was_full;
	int count = epoll_pwait(epoll, events, max, was_full ? 0 : timeout, NULL);

	was_full = count == max;
	return count;
}
