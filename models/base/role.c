#include "models/base/role.h"

static const struct pk_word words[PK_ROLE_COUNT] = {
    [PK_ROLE_NONE] = {"", "", ""},
    [PK_ROLE_TRAFFIC] = {"traffic", "traffic", "流量"},
    [PK_ROLE_PROFIT] = {"profit", "profit", "利润"},
    [PK_ROLE_IMAGE] = {"image", "image", "形象"},
    [PK_ROLE_REGULAR] = {"regular", "regular", "常规"},
};

const struct pk_word *pk_role_word(enum pk_role role)
{
    return &words[role];
}

enum pk_role pk_role_find(struct pk_text name)
{
    const size_t at = pk_word_find(words, PK_ROLE_COUNT, name);
    return at < PK_ROLE_COUNT ? (enum pk_role)at : PK_ROLE_NONE;
}
