/* What tables call things, in English and Chinese. Files never go through here: their keys and
 * codes are the same in every language. */
#ifndef PK_CLIENT_WORDING_H
#define PK_CLIENT_WORDING_H

#include <stdbool.h>

/* The heading of a column or figure by its key ("order_units": "order", "订货量"); the key itself
 * if there is none. Static. */
const char *pk_wording(const char *key, bool is_chinese);

/* The sentence of a reason's code; the code itself if this client does not know it. Static, or
 * `code`. */
const char *pk_wording_reason(const char *code, bool is_chinese);

#endif
