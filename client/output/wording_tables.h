/* The tables behind pk_wording: headings of columns, and the words that stand in them, by the noun
 * that they are words of. A key stands in one table only. The words of roles, phases and kinds of
 * promotions are those of models/base, which the service speaks too. */
#ifndef PK_CLIENT_WORDING_TABLES_H
#define PK_CLIENT_WORDING_TABLES_H

#include "models/base/word.h"

struct pk_words {
    const struct pk_word *words;
    size_t count;
};

extern const struct pk_words pk_wording_headings;

#define PK_WORDING_WORD_TABLE_COUNT 10
extern const struct pk_words pk_wording_words[PK_WORDING_WORD_TABLE_COUNT];

#endif
