/* rules_member - one member of the rules, read strictly; see rules_priv.h */
#include "booking/rules_priv.h"

#include "base/arena.h"
#include "json/read.h"

const struct fault *rules_wrong(struct arena *a, const char *key, const char *why)
{
	return fault_make(a, FAULT_UNPROCESSABLE, key, "\"%s\" %s.", key, why);
}

struct known_keys {
	const char *rules, *others;
	struct text unknown;
};

/* words has a blank on both sides of each word; a key with one in it is none of them. */
static bool is_among(struct text key, const char *words)
{
	if (text_find_char(key, ' ', 0) >= 0)
		return false;
	for (const char *at = words; at && (at = strchr(at, ' ')) != NULL; at++)
		if (key.len > 0 && strncmp(at + 1, key.at, key.len) == 0 && at[1 + key.len] == ' ')
			return true;
	return false;
}

static bool check_key(struct text key, const struct json *value, void *ctx)
{
	struct known_keys *k = ctx;

	(void)value;
	if (is_among(key, k->rules) || is_among(key, k->others))
		return true;
	k->unknown = key;
	return false;
}

const struct fault *rules_check_keys(struct arena *a, const struct json *object, const char *rules,
				     const char *others)
{
	struct known_keys k = {rules, others, TEXT_NONE};

	if (json_kind(object) != JSON_KIND_OBJECT)
		return fault_make(a, FAULT_UNPROCESSABLE, NULL, "The rules are no JSON object.");
	json_for_each(object, check_key, &k);
	if (!k.unknown.at)
		return NULL;
	return rules_wrong(a, text_cstr(a, text_sub(k.unknown, 0, 60)), "is not known here");
}

const struct fault *rules_read_word(struct arena *a, const struct json *object, const char *key,
				    const char *const words[], int *out)
{
	const struct json *v = json_get(object, key);
	struct text word;

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (json_text(v, &word))
		for (int i = 0; words[i]; i++)
			if (text_equal(word, text_from(words[i]))) {
				*out = i;
				return NULL;
			}
	return rules_wrong(a, key, "is none of the words that may stand here");
}

const struct fault *rules_read_text(struct arena *a, const struct json *object, const char *key,
				    struct text *out)
{
	const struct json *v = json_get(object, key);

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (!json_text(v, out))
		return rules_wrong(a, key, "must be a text");
	*out = text_dup(a, *out);
	return NULL;
}

const struct fault *rules_read_bool(struct arena *a, const struct json *object, const char *key,
				    bool *out)
{
	const struct json *v = json_get(object, key);

	if (json_kind(v) == JSON_KIND_NONE || json_bool(v, out))
		return NULL;
	return rules_wrong(a, key, "must be true or false");
}

bool rules_read_int32(const struct json *v, int32_t *out)
{
	int64_t value;

	if (!json_int(v, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	*out = (int32_t)value;
	return true;
}
