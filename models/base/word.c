#include "models/base/word.h"

size_t pk_word_find(const struct pk_word *words, size_t count, struct pk_text name)
{
    size_t at = 0;
    while (at < count && !pk_text_equal(pk_text_from(words[at].name), name))
        at++;
    return at;
}
