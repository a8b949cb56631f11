/*
 * http - requests in, answers out
 *
 * libmicrohttpd with epoll and a thread pool behind one small interface. Here
 * a request is checked (framing, header block, path), authenticated, read
 * within its limits, routed by a table, and answered in one packet; what it
 * means is for the rooms above. Never knows DAV or JSON.
 *
 * Owns RFC 9110 and 9112 as far as a server sees them, RFC 7617 (Basic).
 *
 * Reading order: request.h (what a handler sees) · server.h (start, stop,
 * limits) · route.h (the table) · auth.h, session.h (who is asking) · check.h (what is
 * refused before anything else) · exchange.c (the life of a request) · run.c and await.c (on which
 * thread, and when) · answer.c, raw.c and trouble.c (what libmicrohttpd does not answer well) ·
 * listener.c, connection.c and reaper.c (who may come, and how long one may take) · delay.c and
 * linger.c (who is answered later, and who still sends).
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#endif
