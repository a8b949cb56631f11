/* config - fasti.conf, the environment, and the command line */

#include "daemon/config.h"

#include <errno.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

enum { CONFIG_MAX_BYTES = 64 * 1024 };

struct config_key {
	const char *key, *help;
	size_t offset;
	bool is_number;
	const char *fallback;
	const char *words; /* the only values it takes, apart by blanks; NULL: any text */
	int64_t number, min, max;
};

/* clang-format off */
static const struct config_key config_keys[] = {
#define CONFIG_TEXT(f, k, d, h)		{.key = k, .help = h, .offset = offsetof(struct config, f), .fallback = d},
#define CONFIG_WORD(f, k, d, w, h)	{.key = k, .help = h, .offset = offsetof(struct config, f), .fallback = d, .words = w},
#define CONFIG_NUMBER(f, k, d, a, z, h)	{.key = k, .help = h, .offset = offsetof(struct config, f), .is_number = true, .number = d, .min = a, .max = z},
#include "daemon/config.tbl.h"
#undef CONFIG_TEXT
#undef CONFIG_WORD
#undef CONFIG_NUMBER
};
/* clang-format on */

static bool is_one_of(struct text value, struct text words)
{
	struct text word;

	while (text_next(&words, ' ', &word))
		if (text_equal(word, value))
			return true;
	return false;
}

static const struct fault *config_set_number(struct arena *a, int64_t *field,
					     const struct config_key *k, struct text value,
					     const char *where)
{
	if (text_to_int64(value, k->min, k->max, field))
		return NULL;
	return fault_make(a, FAULT_BAD_REQUEST, k->key,
			  "%s: %s must be a whole number from %lld to %lld.", where, k->key,
			  (long long)k->min, (long long)k->max);
}

static const struct fault *config_set(struct arena *a, struct config *c, const struct config_key *k,
				      struct text value, const char *where)
{
	char *field = (char *)c + k->offset;

	if (k->is_number)
		return config_set_number(a, (int64_t *)(void *)field, k, value, where);
	if (k->words && !is_one_of(value, text_from(k->words)))
		return fault_make(a, FAULT_BAD_REQUEST, k->key, "%s: %s is one of: %s.", where,
				  k->key, k->words);
	*(const char **)(void *)field = value.len == 0 && !k->fallback ? NULL : text_cstr(a, value);
	return NULL;
}

static void config_defaults(struct config *c)
{
	for (size_t i = 0; i < ARRAY_LEN(config_keys); i++) {
		const struct config_key *k = &config_keys[i];
		char *field = (char *)c + k->offset;

		if (k->is_number)
			*(int64_t *)(void *)field = k->number;
		else
			*(const char **)(void *)field = k->fallback;
	}
}

static const struct config_key *config_find(struct text key)
{
	for (size_t i = 0; i < ARRAY_LEN(config_keys); i++)
		if (text_equal(key, text_from(config_keys[i].key)))
			return &config_keys[i];
	return NULL;
}

/* ---- the file ------------------------------------------------------------------------ */

static const struct fault *config_read(struct arena *a, const char *path, struct text *out)
{
	FILE *file = fopen(path, "re");
	char *at = arena_alloc(a, CONFIG_MAX_BYTES + 1);
	size_t len;

	if (!file)
		return fault_make(a, FAULT_BAD_REQUEST, path,
				  "The configuration file %s cannot be read: %s.", path,
				  strerror(errno));
	len = fread(at, 1, CONFIG_MAX_BYTES + 1, file);
	fclose(file);
	if (len > CONFIG_MAX_BYTES)
		return fault_make(a, FAULT_BAD_REQUEST, path, "%s is larger than 64 KiB.", path);
	*out = text_of(at, len);
	return NULL;
}

/* One line: blank, "# …", "[section]" or "key = value". */
static const struct fault *config_line(struct arena *a, struct config *c, struct text line,
				       struct text *section, const char *where)
{
	struct text t = text_trim(line), key, value;
	const struct config_key *k;
	ptrdiff_t equals;

	if (t.len == 0 || t.at[0] == '#' || t.at[0] == ';')
		return NULL;
	if (t.at[0] == '[' && t.at[t.len - 1] == ']') {
		*section = text_trim(text_sub(t, 1, t.len - 2));
		return NULL;
	}
	equals = text_find_char(t, '=', 0);
	if (equals < 0)
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "%s: a line is \"key = value\" or \"[section]\".", where);
	value = text_trim(text_sub(t, (size_t)equals + 1, t.len));
	t = text_trim(text_of(t.at, (size_t)equals));
	key = text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(*section), TEXT_ARG(t)));
	k = config_find(key);
	if (!k)
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "%s: there is no key %.*s; `fasti serve --help` lists them.",
				  where, TEXT_ARG(key));
	return config_set(a, c, k, value, where);
}

static const struct fault *config_file(struct arena *a, struct config *c, const char *path)
{
	struct text rest, line, section = TEXT("");
	const struct fault *f = config_read(a, path, &rest);
	int number = 0;

	while (!f && text_next(&rest, '\n', &line))
		f = config_line(a, c, line, &section, arena_printf(a, "%s:%d", path, ++number));
	return f;
}

/* ---- the environment -------------------------------------------------------------------- */

/* "server.tls_cert" is FASTI_SERVER_TLS_CERT. */
static const char *config_variable(struct arena *a, const char *key)
{
	char *name = arena_printf(a, "FASTI_%s", key);

	for (char *p = name; *p; p++) {
		if (*p == '.')
			*p = '_';
		else if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return name;
}

static const struct fault *config_environment(struct arena *a, struct config *c)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(config_keys) && !f; i++) {
		const char *name = config_variable(a, config_keys[i].key);
		const char *value = getenv(name);

		if (value)
			f = config_set(a, c, &config_keys[i], text_from(value), name);
	}
	return f;
}

/* What is right by itself, and not together. */
static const struct fault *config_check(struct arena *a, const struct config *c)
{
	if (!c->tls_cert == !c->tls_key)
		return NULL;
	return fault_make(a, FAULT_BAD_REQUEST, "server.tls_cert",
			  "server.tls_cert and server.tls_key are set together or not at all: "
			  "%s is missing.",
			  c->tls_cert ? "server.tls_key" : "server.tls_cert");
}

const struct fault *config_load(struct arena *a, const char *path, struct config *out)
{
	const struct fault *f = NULL;

	memset(out, 0, sizeof(*out));
	config_defaults(out);
	if (path)
		f = config_file(a, out, path);
	if (!f)
		f = config_environment(a, out);
	if (!f)
		f = config_check(a, out);
	return f;
}

void config_print_help(void)
{
	for (size_t i = 0; i < ARRAY_LEN(config_keys); i++) {
		const struct config_key *k = &config_keys[i];

		printf("  %-32s %s", k->key, k->help);
		if (k->words)
			printf(" (%s)", k->words);
		if (k->is_number)
			printf(" [%lld]", (long long)k->number);
		else if (k->fallback && *k->fallback)
			printf(" [%s]", k->fallback);
		putchar('\n');
	}
}
