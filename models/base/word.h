/* A word of the files: a code that is the same in every language, and how tables show it. */
#ifndef PK_BASE_WORD_H
#define PK_BASE_WORD_H

#include <stddef.h>

#include "models/base/text.h"

struct pk_word {
    const char *name; /* in files and on the wire */
    const char *english, *chinese;
};

/* Index of the word with that name; `count` if there is none. */
size_t pk_word_find(const struct pk_word *words, size_t count, struct pk_text name);

#endif
