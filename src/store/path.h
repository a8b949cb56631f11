/*
 * path - names of collections and what stands in them, below the home of their owner
 *
 * "plain/in/file.txt": segments with a slash between them, none in front and none behind. Folders
 * are called by their whole paths (collection.h), locks stand on them (lock.h). Pure.
 */
#ifndef STORE_PATH_H
#define STORE_PATH_H

#include "base/text.h"

struct arena;

/* "folder/name"; without a name the folder's own. */
struct text path_join(struct arena *a, struct text folder, struct text name);
/* Without its last segment; empty: it stands in the home. */
struct text path_parent(struct text path);
/* The last segment. */
struct text path_leaf(struct text path);
/* Is it inside of what stands at root? */
bool path_is_below(struct text path, struct text root);

#endif
