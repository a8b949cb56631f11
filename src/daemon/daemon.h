/*
 * daemon - the program around the house
 *
 * Reads the configuration, makes the house, starts and stops the server and the
 * workers that take jobs, and holds the commands of the command line. Knows every
 * room and is known by none but main.c.
 *
 * Reading order: command.h, commands.c (the table of commands) · config.h · setup.h (store
 * and keys for a command) · serve.h · jobs.h (workers) · chores.h · observe.h (/healthz,
 * /readyz, /metrics).
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#endif
