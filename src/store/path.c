/* path - names below the home of an owner. See path.h. */
#include "store/path.h"

#include "base/arena.h"

struct text path_join(struct arena *a, struct text folder, struct text name)
{
	if (name.len == 0)
		return folder;
	return text_from(arena_printf(a, "%.*s/%.*s", TEXT_ARG(folder), TEXT_ARG(name)));
}

struct text path_parent(struct text path)
{
	size_t len = path.len;

	while (len > 0 && path.at[len - 1] != '/')
		len--;
	return text_of(path.at, len > 0 ? len - 1 : 0);
}

struct text path_leaf(struct text path)
{
	size_t before = path_parent(path).len;

	return text_sub(path, before + (before > 0), path.len);
}

bool path_is_below(struct text path, struct text root)
{
	return path.len > root.len && path.at[root.len] == '/' && text_starts(path, root);
}
