/*
 * fold - text as it is compared where upper and lower case are one (Unicode §5.18)
 *
 * Full case folding, so that "STRASSE" is "straße" too; without locales and without normalization:
 * a letter and its mark are not one with the letter that has the mark, as keyboards write it.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/text.h"

struct arena;

/* Of what is no valid UTF-8 the letters A-Z alone are folded. */
struct text text_fold(struct arena *a, struct text t);

#endif
