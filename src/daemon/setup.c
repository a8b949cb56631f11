/* setup - the store and keys that a command works with */

#include "daemon/setup.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/text.h"
#include "dav/target.h"
#include "ical/ical.h"
#include "store/store.h"

/* The store that is named: on the command line, then in the configuration; NULL: by its folder. */
static const char *named_store(const struct setup *s, const struct setup_choice *choice)
{
	const char *environment = getenv("FASTI_STORE");

	if (choice->store || choice->data)
		return choice->store;
	if (s->config.store_url)
		return s->config.store_url;
	return environment && *environment ? environment : NULL;
}

static const struct fault *setup_place(struct setup *s, const struct setup_choice *choice,
				       bool may_create)
{
	const char *data = choice->data;

	s->store_url = named_store(s, choice);
	if (!s->store_url && !data)
		data = "./fasti-data";
	if (data && may_create && mkdir(data, 0700) != 0 && errno != EEXIST)
		return fault_make(s->arena, FAULT_UNAVAILABLE, data,
				  "The data folder %s cannot be made: %s.", data, strerror(errno));
	s->config.data = data;
	if (!s->store_url)
		s->store_url = arena_printf(s->arena, "sqlite:%s/fasti.db", data);
	return NULL;
}

/* Beside the data; for a store that is elsewhere, beside the SQLite file or here. */
static void setup_key_place(struct setup *s)
{
	struct text url = text_from(s->store_url), path;
	size_t slash;

	if (s->config.key_file) {
		s->key_file = s->config.key_file;
		return;
	}
	if (s->config.data) {
		s->key_file = arena_printf(s->arena, "%s/secret.key", s->config.data);
		return;
	}
	if (!text_starts(url, TEXT("sqlite:"))) {
		s->key_file = "secret.key";
		return;
	}
	path = text_sub(url, 7, url.len);
	for (slash = path.len; slash > 0 && path.at[slash - 1] != '/';)
		slash--;
	s->key_file = arena_printf(s->arena, "%.*ssecret.key", (int)slash, path.at);
}

const struct fault *setup_open(struct arena *a, const struct setup_choice *choice,
			       enum setup_need need, struct setup *out)
{
	struct store_options options = {.may_create = need == SETUP_MAKE, .may_migrate = true};
	const struct fault *f;

	memset(out, 0, sizeof(*out));
	out->arena = a;
	f = secret_init(a);
	if (!f)
		f = config_load(a, choice->config, &out->config);
	if (!f)
		f = setup_place(out, choice, options.may_create);
	if (f)
		return f;
	ical_init();
	setup_key_place(out);
	out->calendar.principal_of = dav_principal_name;
	out->calendar.strict_if_match = strcmp(out->config.merge_if_match, "off") == 0;
	options.url = out->store_url;
	options.writers = (size_t)out->config.store_writers;
	out->calendar.attachment_max = (int64_t)out->config.attachment_mb << 20;
	out->calendar.attachments_max = (int64_t)out->config.attachments_mb << 20;
	out->calendar.keep = (struct calendar_keep){
		.inbox_days = out->config.inbox_days,
		.inbox_items = out->config.inbox_items,
		.note_days = out->config.explain_days,
	};
	f = store_open(a, &options, &out->calendar.store);
	if (!f && need != SETUP_STORE)
		f = secret_key_load(a, out->key_file, options.may_create, &out->calendar.key);
	if (f)
		setup_close(out);
	return f;
}

void setup_close(struct setup *s)
{
	store_close(s->calendar.store);
	s->calendar.store = NULL;
}

/* ---- a driven clock -------------------------------------------------------------------------- */

static bool listens_on_loopback(const char *listen)
{
	struct text t = text_from(listen);

	return text_starts(t, TEXT("127.")) || text_starts(t, TEXT("[::1]:")) ||
	       text_starts(t, TEXT("localhost:"));
}

const struct fault *setup_drive_clock(struct arena *a, const char *file, const char *listen)
{
	if (!file)
		return NULL;
	if (!listens_on_loopback(listen))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "--test-clock is refused unless the server listens on loopback.");
	if (access(file, R_OK))
		return fault_make(a, FAULT_BAD_REQUEST, NULL, "--test-clock %s cannot be read.",
				  file);
	clock_use_file(file);
	return NULL;
}
