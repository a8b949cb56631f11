/* answer - what is answered for an owner. See answer.h. */
#include "store/answer.h"

#include "store/db_priv.h"

static const struct sql sql_get = {"SELECT week, member_of, ahead_days, notice_min, longest_min"
				   " FROM answer_limits WHERE owner = $1"};
static const struct sql sql_put = {
	"INSERT INTO answer_limits (owner, week, member_of, ahead_days, notice_min, longest_min)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner) DO UPDATE SET week = $2,"
	" member_of = $3, ahead_days = $4, notice_min = $5, longest_min = $6"};
static const struct sql sql_answers = {"UPDATE owner SET answers = $2 WHERE id = $1"};

struct found {
	struct arena *arena;
	struct answer_limits *limits;
};

static bool take_limits(void *ctx, struct db_row *row)
{
	struct found *found = ctx;
	struct answer_limits *l = found->limits;

	l->week = row_text(found->arena, row, 0);
	l->member_of = row_int(row, 1);
	l->ahead_days = row_int(row, 2);
	l->notice_min = row_int(row, 3);
	l->longest_min = row_int(row, 4);
	return true;
}

const struct fault *answer_limits_get(struct db *db, struct arena *a, const struct owner *owner,
				      struct answer_limits *out)
{
	struct found found = {a, out};

	*out = (struct answer_limits){.answers = owner->answers};
	return db_query(db, a, &sql_get, DB_ARGS(DB_INT(owner->id)), take_limits, &found);
}

const struct fault *answers_set(struct db *db, struct arena *a, int64_t owner,
				enum owner_answers answers)
{
	return db_exec(db, a, &sql_answers, DB_ARGS(DB_INT(owner), DB_INT(answers)), NULL);
}

const struct fault *answer_limits_set(struct db *db, struct arena *a, int64_t owner,
				      const struct answer_limits *l)
{
	const struct fault *f = answers_set(db, a, owner, l->answers);

	if (f)
		return f;
	return db_exec(db, a, &sql_put,
		       DB_ARGS(DB_INT(owner), DB_TEXT(l->week), DB_INT(l->member_of),
			       DB_INT(l->ahead_days), DB_INT(l->notice_min),
			       DB_INT(l->longest_min)),
		       NULL);
}
