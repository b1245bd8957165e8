#include "models/history/suggestion.h"

#include <string.h>

static const char *const names[PK_SUGGESTION_STATE_COUNT] = {"suggested", "approved", "overridden",
                                                             "exported", "closed"};

const char *pk_suggestion_state_name(enum pk_suggestion_state state)
{
    return (unsigned)state < PK_SUGGESTION_STATE_COUNT ? names[state] : "";
}

int pk_suggestion_state_find(const char *name)
{
    for (int state = 0; state < PK_SUGGESTION_STATE_COUNT; state++)
        if (strcmp(names[state], name) == 0)
            return state;
    return -1;
}

bool pk_suggestion_is_open(const struct pk_suggestion *suggestion)
{
    return suggestion->state == PK_SUGGESTION_APPROVED ||
           suggestion->state == PK_SUGGESTION_OVERRIDDEN ||
           suggestion->state == PK_SUGGESTION_EXPORTED;
}
