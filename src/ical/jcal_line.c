/* jcal_line - separators, and the case of names, in a content line; see jcal_priv.h */

#include "ical/jcal_priv.h"

size_t jcal_find_separator(struct text t, char separator, size_t from)
{
	for (size_t i = from; i < t.len; i++) {
		if (t.at[i] == '\\')
			i++;
		else if (t.at[i] == separator)
			return i;
	}
	return t.len;
}

void jcal_put_upper(struct buf *out, struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		buf_put_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
}
