/*
 * oauth_scene.h - a federation whose providers' token endpoint says what a case wants
 */
#ifndef TESTS_OAUTH_SCENE_H
#define TESTS_OAUTH_SCENE_H

#include <stdatomic.h>

#include "answering.h"
#include "federation/provider.h"
#include "house_fixture.h"

struct oauth_scene {
	struct arena *arena;
	struct calendar calendar;
	struct federation fed;
	struct answering server;
	const char *status, *says;
	void (*meanwhile)(struct oauth_scene *s); /* before it answers; or NULL */
	atomic_int asked;
	char last[16 * 1024];
	char answer[64 * 1024];
	/* of cases with a store */
	struct house_fixture house;
	struct connection connection;
	struct store_fixture *x;
};

void oauth_scene_open(struct oauth_scene *s);
void oauth_scene_close(struct oauth_scene *s);
/* What is answered from now on; borrowed. */
void oauth_scene_says(struct oauth_scene *s, const char *status, const char *what);
/* What is asked next is the first that the gate sees. */
void oauth_scene_forget_pauses(struct oauth_scene *s);
/* Whether the last request held this. */
bool oauth_scene_heard(const struct oauth_scene *s, const char *field);

#endif
