/* The best of the first plans of a markdown, for tests that compare all plans with single
 * prices. */
#ifndef PK_TESTS_SUPPORT_BEST_PLAN_H
#define PK_TESTS_SUPPORT_BEST_PLAN_H

#include "models/decision/clearance/markdown.h"

static inline const struct pk_markdown_plan *best_plan(const struct pk_markdown *markdown,
                                                       size_t count)
{
    const struct pk_markdown_plan *best = &markdown->plans[0];
    for (size_t i = 1; i < count; i++)
        if (markdown->plans[i].value > best->value)
            best = &markdown->plans[i];
    return best;
}

#endif
