#include "models/history/suggestion_book.h"

#include <string.h>

struct pk_ledger_range pk_suggestions_of(const struct pk_suggestion_book *book, uint32_t item,
                                         uint32_t warehouse)
{
    if (book == NULL)
        return (struct pk_ledger_range){0, 0};
    return pk_pair_rows_of(book->rows, book->count, sizeof *book->rows, item, warehouse);
}

bool pk_suggestion_counts(const struct pk_suggestion *suggestion, int64_t data_revision)
{
    return pk_suggestion_is_open(suggestion) || (suggestion->end == PK_SUGGESTION_END_INBOUND &&
                                                 suggestion->closed_revision > data_revision);
}

int32_t pk_suggestion_last_date(const struct pk_suggestion *suggestion)
{
    return suggestion->arrival_date + PK_SUGGESTION_EXPIRY_DAYS;
}

bool pk_suggestion_is_inbound(const struct pk_suggestion_book *book,
                              const struct pk_suggestion *suggestion, int64_t data_revision,
                              int32_t as_of_date, int32_t next_date, const char *own_supplier_id)
{
    const bool is_own = own_supplier_id != NULL && suggestion->as_of_date == as_of_date &&
                        strcmp(suggestion->supplier_id, own_supplier_id) == 0;
    return suggestion->order_units > 0 && !is_own &&
           (!book->is_past || suggestion->as_of_date <= as_of_date) &&
           pk_suggestion_counts(suggestion, data_revision) &&
           next_date <= pk_suggestion_last_date(suggestion);
}

int32_t pk_suggestion_eta_date(const struct pk_suggestion *suggestion, int32_t as_of_date)
{
    const int32_t waiting_days = as_of_date - suggestion->as_of_date;
    const bool is_on_its_way =
        suggestion->state == PK_SUGGESTION_EXPORTED || suggestion->state == PK_SUGGESTION_CLOSED;
    return suggestion->arrival_date + (is_on_its_way || waiting_days < 0 ? 0 : waiting_days);
}
