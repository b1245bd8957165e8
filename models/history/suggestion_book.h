/* What is kept of earlier orders, as a decision sees it: which suggestions count as inbound, and
 * what a plan of one item x warehouse x supplier has to respect. */
#ifndef PK_HISTORY_SUGGESTION_BOOK_H
#define PK_HISTORY_SUGGESTION_BOOK_H

#include <stddef.h>

#include "models/history/ledger_index.h"
#include "models/history/suggestion.h"

/* A stored suggestion with its place in the shop. */
struct pk_placed_suggestion {
    uint32_t item, warehouse;
    const struct pk_suggestion *stored;
};

struct pk_suggestion_book {
    const struct pk_placed_suggestion *rows; /* ascending (item, warehouse); those of a supplier
                                                together, ascending as-of day */
    size_t count;
    bool is_past; /* of another day than the live one: later suggestions are not there yet */
};

/* The rows of one item x warehouse; empty without a book. */
struct pk_ledger_range pk_suggestions_of(const struct pk_suggestion_book *book, uint32_t item,
                                         uint32_t warehouse);

/* Approved, overridden or exported as this state of the data sees it: closed by an inbound line that is
 * not in it yet is still open. */
bool pk_suggestion_counts(const struct pk_suggestion *suggestion, int64_t data_revision);

/* The day until which it counts if no inbound line names it. */
int32_t pk_suggestion_last_date(const struct pk_suggestion *suggestion);

/* Whether it is inbound for a decision at the end of an as-of day: open, with units, not given up, and
 * in the past not of a later day. `own_supplier_id` leaves out that supplier's of the day itself; NULL = none. */
bool pk_suggestion_is_inbound(const struct pk_suggestion_book *book,
                              const struct pk_suggestion *suggestion, int64_t data_revision,
                              int32_t as_of_date, int32_t next_date, const char *own_supplier_id);

/* When its units come in, seen from an as-of day: approved ones are not ordered yet, so that they come
 * the later the later they are exported. */
int32_t pk_suggestion_eta_date(const struct pk_suggestion *suggestion, int32_t as_of_date);

#endif
