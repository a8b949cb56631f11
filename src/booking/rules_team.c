/* rules_team - the hosts of a meeting by several, in and out; see rules.h */
#include "booking/rules_priv.h"

#include "base/arena.h"
#include "json/read.h"
#include "json/write.h"

enum { MAX_PRIORITY = 100 };

static const char *const mode_words[] = {"none", "round_robin", "collective", "pools", NULL};

/* ---- reading ----------------------------------------------------------------------------------
 */

static const struct fault *read_host(struct arena *a, const struct json *v,
				     struct booking_team_host *out)
{
	const struct json *weight = json_get(v, "weight"), *priority = json_get(v, "priority");
	const struct fault *f = rules_check_keys(a, v, " name weight priority optional ", NULL);

	*out = (struct booking_team_host){.weight = 1};
	if (!f)
		f = rules_read_text(a, v, "name", &out->name);
	if (!f)
		f = rules_read_bool(a, v, "optional", &out->optional);
	if (!f && json_kind(weight) != JSON_KIND_NONE && !rules_read_int32(weight, &out->weight))
		f = rules_wrong(a, "weight", "must be a whole number");
	if (!f && json_kind(priority) != JSON_KIND_NONE &&
	    !rules_read_int32(priority, &out->priority))
		f = rules_wrong(a, "priority", "must be a whole number");
	return f;
}

/* The "hosts" of a team or of a pool. */
static const struct fault *read_hosts(struct arena *a, const struct json *v,
				      struct booking_pool *pool)
{
	const struct json *list = json_get(v, "hosts");
	size_t count = json_item_count(list);
	struct booking_team_host *hosts;

	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_HOSTS)
		return rules_wrong(a, "team", "needs a list of at most 200 \"hosts\"");
	hosts = arena_alloc_array(a, count, sizeof(*hosts));
	for (size_t i = 0; i < count; i++)
		if (read_host(a, json_item(list, i), &hosts[i]))
			return rules_wrong(a, "team",
					   "has hosts like {\"name\":\"anna\",\"weight\":1,"
					   "\"priority\":0,\"optional\":false}");
	pool->hosts = hosts;
	pool->host_count = count;
	return NULL;
}

/* Those whom a pool can choose from. */
static int32_t required_of(const struct booking_pool *pool)
{
	int32_t count = 0;

	for (size_t i = 0; i < pool->host_count; i++)
		count += !pool->hosts[i].optional;
	return count;
}

static const struct fault *read_one_pool(struct arena *a, const struct json *v,
					 struct booking_team *team, struct booking_pool *pools)
{
	const struct fault *f = rules_check_keys(a, v, " mode hosts ", NULL);

	if (f)
		return rules_wrong(a, "team",
				   "has \"mode\" and \"hosts\"; \"pools\" only with the "
				   "mode pools");
	f = read_hosts(a, v, &pools[0]);
	if (!f)
		pools[0].need = team->mode == TEAM_ROUND_ROBIN ? 1 : required_of(&pools[0]);
	team->pool_count = 1;
	return f;
}

static const struct fault *read_pools(struct arena *a, const struct json *v,
				      struct booking_team *team, struct booking_pool *pools)
{
	const struct json *list = json_get(v, "pools");
	const struct fault *f = NULL;

	team->pool_count = json_item_count(list);
	if (json_kind(list) != JSON_KIND_LIST || team->pool_count > RULES_MAX_POOLS ||
	    rules_check_keys(a, v, " mode pools ", NULL))
		return rules_wrong(a, "team", "needs a list of at most 8 \"pools\"");
	for (size_t i = 0; !f && i < team->pool_count; i++) {
		const struct json *pool = json_item(list, i);

		if (rules_check_keys(a, pool, " need hosts ", NULL) ||
		    !rules_read_int32(json_get(pool, "need"), &pools[i].need))
			f = rules_wrong(a, "team", "has pools like {\"need\":1,\"hosts\":[…]}");
		else
			f = read_hosts(a, pool, &pools[i]);
	}
	return f;
}

const struct fault *rules_read_team(struct arena *a, const struct json *object,
				    struct booking_type *out)
{
	const struct json *v = json_get(object, "team");
	struct booking_pool *pools;
	int mode = TEAM_NONE;

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(v) != JSON_KIND_OBJECT || rules_read_word(a, v, "mode", mode_words, &mode) ||
	    mode == TEAM_NONE)
		return rules_wrong(a, "team", "has a \"mode\": round_robin, collective or pools");
	pools = arena_alloc_array(a, RULES_MAX_POOLS, sizeof(*pools));
	out->team.mode = (enum booking_team_mode)mode;
	out->team.pools = pools;
	return mode == TEAM_POOLS ? read_pools(a, v, &out->team, pools)
				  : read_one_pool(a, v, &out->team, pools);
}

/* ---- checking ---------------------------------------------------------------------------------
 */

static bool is_named_before(const struct booking_team *team, size_t pool, size_t host)
{
	struct text name = team->pools[pool].hosts[host].name;

	for (size_t p = 0; p <= pool; p++)
		for (size_t h = 0; h < (p < pool ? team->pools[p].host_count : host); h++)
			if (text_equal(team->pools[p].hosts[h].name, name))
				return true;
	return false;
}

/* What a principal may be called (decisions 28); whether there is one is asked elsewhere. */
static bool may_be_name(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      (i > 0 && (c == '.' || c == '_' || c == '-'))))
			return false;
	}
	return name.len > 0 && name.len <= RULES_MAX_SLUG_BYTES;
}

static const struct fault *check_host(struct arena *a, const struct booking_team *team, size_t pool,
				      size_t host)
{
	const struct booking_team_host *h = &team->pools[pool].hosts[host];

	if (!may_be_name(h->name))
		return rules_wrong(a, "team", "names hosts by their names here");
	if (h->weight < 1 || h->weight > RULES_MAX_WEIGHT)
		return rules_wrong(a, "team", "has weights from 1 to 100");
	if (h->priority < 0 || h->priority > MAX_PRIORITY)
		return rules_wrong(a, "team", "has priorities from 0 to 100");
	/* Nobody can be two of those who are needed. */
	if (is_named_before(team, pool, host))
		return rules_wrong(a, "team", "names a host twice");
	return NULL;
}

const struct fault *rules_check_team(struct arena *a, const struct booking_type *t)
{
	const struct booking_team *team = &t->team;
	const struct fault *f = NULL;
	size_t hosts = 0;

	if (team->mode == TEAM_NONE)
		return NULL;
	if (team->pool_count < 1)
		return rules_wrong(a, "team", "needs a pool of hosts");
	for (size_t p = 0; p < team->pool_count; p++) {
		const struct booking_pool *pool = &team->pools[p];

		hosts += pool->host_count;
		if (hosts > RULES_MAX_HOSTS)
			return rules_wrong(a, "team", "may have at most 200 hosts");
		if (pool->need < 1 || pool->need > required_of(pool))
			return rules_wrong(a, "team",
					   "needs at least one host, and no more of a pool than "
					   "those in it who are not optional");
		for (size_t h = 0; !f && h < pool->host_count; h++)
			f = check_host(a, team, p, h);
	}
	return f;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static void put_hosts(struct json_writer *w, const struct booking_pool *pool)
{
	json_key(w, "hosts");
	json_begin_list(w);
	for (size_t i = 0; i < pool->host_count; i++) {
		const struct booking_team_host *h = &pool->hosts[i];

		json_begin_object(w);
		json_key(w, "name");
		json_add_text(w, h->name);
		json_key(w, "weight");
		json_add_int(w, h->weight);
		json_key(w, "priority");
		json_add_int(w, h->priority);
		json_key(w, "optional");
		json_add_bool(w, h->optional);
		json_end_object(w);
	}
	json_end_list(w);
}

static void put_pools(struct json_writer *w, const struct booking_team *team)
{
	json_key(w, "pools");
	json_begin_list(w);
	for (size_t i = 0; i < team->pool_count; i++) {
		json_begin_object(w);
		json_key(w, "need");
		json_add_int(w, team->pools[i].need);
		put_hosts(w, &team->pools[i]);
		json_end_object(w);
	}
	json_end_list(w);
}

void rules_put_team(struct json_writer *w, const struct booking_team *team)
{
	if (team->mode == TEAM_NONE)
		return;
	json_key(w, "team");
	json_begin_object(w);
	json_key(w, "mode");
	json_add_str(w, mode_words[team->mode]);
	if (team->mode == TEAM_POOLS)
		put_pools(w, team);
	else
		put_hosts(w, &team->pools[0]);
	json_end_object(w);
}
