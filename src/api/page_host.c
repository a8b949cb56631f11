/* page_host - /host: the pages of who has an account here; see page.h */
#include "api/page.h"

/* One page; what it shows, its script asks for once somebody is signed in. */
void page_host(struct http_request *rq)
{
	if (rq->segment_count == 1)
		page_answer(rq, 200, "host.html", NULL, 0);
	else
		page_answer_words(rq, 404, PAGE_NO_FILE);
}
