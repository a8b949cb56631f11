/* federation_setup - see federation_setup.h */
#include "daemon/federation_setup.h"

#include <unistd.h>

#include "base/arena.h"
#include "daemon/config.h"
#include "federation/gate.h"

enum { APP_SECRET_MAX = 1024, HOLDER_RANDOM_BYTES = 9 };

/* The first line of a file. */
static const struct fault *read_secret(struct arena *a, const char *key, const char *path,
				       struct text *out)
{
	char line[APP_SECRET_MAX + 2];
	FILE *file = fopen(path, "re");
	bool well = file && fgets(line, sizeof(line), file);
	size_t len = well ? strcspn(line, "\r\n") : 0;
	const struct fault *f = NULL;

	if (file)
		fclose(file);
	if (len == 0 || len > APP_SECRET_MAX)
		f = fault_make(a, FAULT_BAD_REQUEST, key,
			       "The first line of %s is no secret of at most %d octets.", path,
			       APP_SECRET_MAX);
	else
		*out = text_of(arena_copy(a, line, len), len);
	explicit_bzero(line, sizeof(line));
	return f;
}

static struct text without_slash(const char *url)
{
	struct text t = text_from(url);

	while (text_ends(t, TEXT("/")))
		t.len--;
	return t;
}

/* An application as one provider knows it; not configured, its provider is not offered. */
static const struct fault *set_app(struct arena *a, const char *key, const char *secret_file,
				   struct federation_app *app)
{
	if (app->client_id.len == 0)
		return NULL;
	if (!secret_file)
		return fault_make(a, FAULT_BAD_REQUEST, key, "A client id needs its %s.", key);
	return read_secret(a, key, secret_file, &app->secret);
}

static const struct fault *set_apps(struct arena *a, const struct config *c, struct federation *out)
{
	const struct fault *f;

	out->apps[PROVIDER_GOOGLE] = (struct federation_app){
		.client_id = text_from(c->google_client),
		.auth_url = text_from(c->google_auth),
		.token_url = text_from(c->google_token),
		.revoke_url = text_from(c->google_revoke),
		.api_url = without_slash(c->google_api),
	};
	out->apps[PROVIDER_OUTLOOK] = (struct federation_app){
		.client_id = text_from(c->outlook_client),
		.auth_url = text_from(c->outlook_auth),
		.token_url = text_from(c->outlook_token),
		.api_url = without_slash(c->outlook_api),
	};
	f = set_app(a, "google.secret_file", c->google_secret, &out->apps[PROVIDER_GOOGLE]);
	if (f)
		return f;
	return set_app(a, "outlook.secret_file", c->outlook_secret, &out->apps[PROVIDER_OUTLOOK]);
}

/* No other process goes by it, nor this one after it began anew. */
static struct text holder_name(struct arena *a)
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	return text_from(arena_printf(a, "%s:%d:%.*s", host, (int)getpid(),
				      TEXT_ARG(secret_token(a, HOLDER_RANDOM_BYTES))));
}

const struct fault *federation_setup(struct arena *a, const struct config *c,
				     struct federation *out)
{
	out->holder = holder_name(a);
	out->ca_file = c->fed_ca;
	out->allow_private = strcmp(c->fed_private, "on") == 0;
	out->hears = out->allow_private || text_starts_nocase(text_from(c->url), TEXT("https:"));
	out->poll_s = c->fed_poll * 60;
	out->max_age_s = c->fed_max_age * 60;
	out->gate = gate_create();
	if (!out->gate)
		return fault_static(FAULT_OUT_OF_MEMORY);
	return set_apps(a, c, out);
}

void federation_fini(struct federation *fed)
{
	gate_destroy(fed->gate);
	fed->gate = NULL;
}
