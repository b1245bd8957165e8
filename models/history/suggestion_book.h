/* The orders of earlier plans as a decision sees them: which of the stored suggestions count as
 * inbound, and when their units come. */
#ifndef PK_HISTORY_SUGGESTION_BOOK_H
#define PK_HISTORY_SUGGESTION_BOOK_H

#include <stddef.h>

#include "models/history/ledger_index.h"
#include "models/history/suggestion.h"

/* A stored suggestion with its place in the shop. */
struct pk_placed_suggestion {
    uint32_t item, warehouse;
    const struct pk_suggestion *stored; /* not owned */
};

struct pk_suggestion_book {
    const struct pk_placed_suggestion *rows; /* ascending (item, warehouse); those of a supplier
                                                together, ascending as-of day */
    size_t count;
    bool is_past; /* the as-of day is not the live one: suggestions of later days are left out */
};

/* The rows of an item in a warehouse; empty if `book` is NULL. */
struct pk_ledger_range pk_suggestions_of(const struct pk_suggestion_book *book, uint32_t item,
                                         uint32_t warehouse);

/* Whether a suggestion is an order that no inbound line stands for yet, as the data of a
 * revision show it. Approved, overridden and exported suggestions are. A closed one is if the
 * inbound line that closed it came with a later revision. */
bool pk_suggestion_counts(const struct pk_suggestion *suggestion, int64_t data_revision);

/* The last day on which a suggestion counts if no inbound line names it:
 * arrival_date + PK_SUGGESTION_EXPIRY_DAYS. */
int32_t pk_suggestion_last_date(const struct pk_suggestion *suggestion);

/* Whether a suggestion is inbound for a decision at the end of as_of_date. It has units, it
 * counts (pk_suggestion_counts), next_date is not after its last day, and it is not of a later
 * day if the book is of the past. A suggestion of `own_supplier_id` from as_of_date itself is
 * never inbound: the decision plans that order anew. own_supplier_id = NULL leaves out none. */
bool pk_suggestion_is_inbound(const struct pk_suggestion_book *book,
                              const struct pk_suggestion *suggestion, int64_t data_revision,
                              int32_t as_of_date, int32_t next_date, const char *own_supplier_id);

/* The day on which the units of a suggestion come in, seen from as_of_date. Exported and closed
 * ones come on their arrival date. Approved and overridden ones are not ordered yet: they come
 * later by the days that have passed since the plan. */
int32_t pk_suggestion_eta_date(const struct pk_suggestion *suggestion, int32_t as_of_date);

#endif
