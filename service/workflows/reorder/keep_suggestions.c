#include "service/workflows/reorder/keep_suggestions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/hash.h"
#include "models/base/text.h"
#include "models/base/units.h"
#include "models/history/suggestion_book.h"
#include "service/store/suggestion_store.h"

/* The id of a new suggestion lives here, everything else in the snapshot. */
struct kept_change {
    struct pk_suggestion_change change;
    char suggestion_id[PK_SUGGESTION_ID_SIZE];
};

void pk_suggestion_keeping_done(struct pk_suggestion_keeping *keeping)
{
    free(keeping->changes);
    *keeping = (struct pk_suggestion_keeping){NULL, 0, 0};
}

static void name_suggestion(const struct pk_suggestion *row, char out_id[PK_SUGGESTION_ID_SIZE])
{
    const struct pk_civil day = pk_date_to_civil(row->as_of_date);
    uint64_t hash = PK_HASH_START;
    hash = pk_hash_bytes(hash, row->item_id, strlen(row->item_id) + 1);
    hash = pk_hash_bytes(hash, row->warehouse_id, strlen(row->warehouse_id) + 1);
    hash = pk_hash_bytes(hash, row->supplier_id, strlen(row->supplier_id) + 1);
    const size_t size = pk_text_format(out_id, PK_SUGGESTION_ID_SIZE, "S%04d%02d%02d-%012llx",
                                       (int)day.year % 10000, (int)day.month, (int)day.day,
                                       (unsigned long long)(hash >> 16));
    if (row->sequence > 1)
        pk_text_format(out_id + size, PK_SUGGESTION_ID_SIZE - size, "-%d", (int)row->sequence);
}

/* One number for all that is agreed with the supplier and for the service that is wanted. */
static int64_t key_of_terms(const struct pk_reorder_line *line)
{
    static const struct pk_supply_row none;
    const struct pk_supply_row *supply = line->supply == NULL ? &none : line->supply;
    const int64_t numbers[] = {
        supply->lead_time_days,    supply->review_period_days,
        supply->min_order_units,   supply->pack_size_units,
        supply->max_stock_units,   line->decision.unit_cost_micros,
        supply->order_cost_micros, llround(line->decision.critical_ratio * 1e6)};
    return (int64_t)pk_hash_bytes(PK_HASH_START, numbers, sizeof numbers);
}

static struct pk_order_basis basis_of(const struct pk_view *view,
                                      const struct pk_reorder_line *line)
{
    const struct pk_reorder *decision = &line->decision;
    const struct pk_shop *shop = &view->data->shop;
    return (struct pk_order_basis){
        .stock_units = (double)decision->sellable_units,
        .inbound_units = decision->inbound_units + (double)line->transfer_units,
        .demand_units = decision->expected_demand_units,
        .need_units = decision->need_units,
        .protection_days =
            decision->next_arrival_date - pk_series_next_date(shop, &shop->series[line->series]),
        .terms_key = key_of_terms(line),
    };
}

/* What is kept of the series that a line is about. */
struct history {
    const struct pk_suggestion *standing; /* of this as-of day and supplier: a person decided */
    const struct pk_suggestion *written;  /* of this as-of day and supplier: a plan wrote it */
    const struct pk_suggestion *before;   /* the last one of the supplier before this decision */
    int32_t sequence;                     /* of a suggestion of this as-of day */
};

static struct history read_history(const struct pk_view *view, const struct pk_ledger_range *range,
                                   const char *supplier_id, int32_t as_of_date)
{
    struct history history = {.sequence = 1};
    for (size_t i = range->first; i < range->last; i++) {
        const struct pk_suggestion *row = view->suggestions->rows[i].stored;
        if (strcmp(row->supplier_id, supplier_id) != 0 || row->as_of_date > as_of_date)
            continue;
        if (row->as_of_date < as_of_date) {
            history.before = row;
        } else if (pk_suggestion_counts(row, view->data->data_revision)) {
            history.standing = row;
        } else if (row->state == PK_SUGGESTION_SUGGESTED ||
                   row->end == PK_SUGGESTION_END_SUPERSEDED) {
            history.written = row;
            history.sequence = row->sequence;
        } else {
            history.before = row;
            history.sequence = row->sequence + 1;
        }
    }
    return history;
}

static enum pk_status note(struct pk_suggestion_keeping *keeping,
                           enum pk_suggestion_change_kind kind, const struct pk_suggestion *row,
                           const char *suggestion_id, struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&keeping->changes, &keeping->capacity, keeping->count + 1,
                         sizeof *keeping->changes, "suggestions", error);
    if (status != PK_OK)
        return status;
    struct kept_change *change = &keeping->changes[keeping->count++];
    change->change = (struct pk_suggestion_change){kind, *row};
    pk_text_format(change->suggestion_id, sizeof change->suggestion_id, "%s", suggestion_id);
    return PK_OK;
}

/* Whether a plan takes back a stored one, and as what. A 0 that was decided is settled by its
 * day. */
static enum pk_suggestion_end end_of(const struct pk_suggestion *row, int32_t as_of_date,
                                     int32_t next_date, const char *kept_id)
{
    if (strcmp(row->suggestion_id, kept_id) == 0)
        return PK_SUGGESTION_END_NONE;
    /* Also of a later day: the last day can go back when wrong sales are deleted. */
    if (row->state == PK_SUGGESTION_SUGGESTED)
        return PK_SUGGESTION_END_SUPERSEDED;
    if (!pk_suggestion_is_open(row) || row->as_of_date >= as_of_date)
        return PK_SUGGESTION_END_NONE;
    if (row->order_units == 0)
        return PK_SUGGESTION_END_SUPERSEDED;
    return next_date > pk_suggestion_last_date(row) ? PK_SUGGESTION_END_EXPIRED
                                                    : PK_SUGGESTION_END_NONE;
}

static enum pk_status take_back(const struct pk_view *view, const struct pk_ledger_range *range,
                                struct pk_suggestion_keeping *keeping,
                                const struct pk_reorder_line *line, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_series *series = &shop->series[line->series];
    enum pk_status status = PK_OK;
    for (size_t i = range->first; i < range->last && status == PK_OK; i++) {
        struct pk_suggestion row = *view->suggestions->rows[i].stored;
        row.end = end_of(&row, pk_series_as_of_date(shop, series),
                         pk_series_next_date(shop, series), line->suggestion_id);
        if (row.end != PK_SUGGESTION_END_NONE && row.state != PK_SUGGESTION_CLOSED)
            status = note(keeping, PK_SUGGESTION_END, &row, row.suggestion_id, error);
    }
    return status;
}

/* What a person decided stands, whatever the plan says now. */
static void stand_by(const struct pk_suggestion *standing, struct pk_reorder_line *line)
{
    line->decision.order_units = standing->order_units;
    line->order_amount_micros =
        line->decision.unit_cost_micros < 0
            ? -1
            : pk_money_times(line->decision.unit_cost_micros, standing->order_units);
    pk_text_format(line->suggestion_id, sizeof line->suggestion_id, "%s", standing->suggestion_id);
    line->state = pk_suggestion_state_name(
        standing->state == PK_SUGGESTION_CLOSED ? PK_SUGGESTION_EXPORTED : standing->state);
}

static bool is_equal(const struct pk_suggestion *a, const struct pk_suggestion *b)
{
    const struct pk_order_basis *x = &a->basis, *y = &b->basis;
    return a->state == b->state && a->planned_units == b->planned_units &&
           a->arrival_date == b->arrival_date && a->order_by_date == b->order_by_date &&
           a->unit_cost_micros == b->unit_cost_micros && x->stock_units == y->stock_units &&
           x->inbound_units == y->inbound_units && x->demand_units == y->demand_units &&
           x->need_units == y->need_units && x->protection_days == y->protection_days &&
           x->terms_key == y->terms_key;
}

/* A suggestion of this plan: the same id as before if it was written before. */
static enum pk_status suggest(const struct history *history, struct pk_suggestion_keeping *keeping,
                              const struct pk_suggestion *row, struct pk_reorder_line *line,
                              struct pk_error *error)
{
    name_suggestion(row, line->suggestion_id);
    if (keeping == NULL)
        return PK_OK;
    line->state = pk_suggestion_state_name(PK_SUGGESTION_SUGGESTED);
    if (history->written != NULL && is_equal(row, history->written))
        return PK_OK;
    return note(keeping, PK_SUGGESTION_PUT, row, line->suggestion_id, error);
}

static void tell_change(const struct pk_suggestion *before, const struct pk_order_basis *basis,
                        struct pk_reorder_line *line)
{
    if (before == NULL)
        return;
    line->previous_units = before->planned_units;
    line->change =
        pk_order_change_explain(&before->basis, before->planned_units, basis, line->planned_units);
}

enum pk_status pk_suggestion_settle(const struct pk_view *view,
                                    struct pk_suggestion_keeping *keeping,
                                    struct pk_reorder_line *line, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_series *series = &shop->series[line->series];
    const struct pk_ledger_range range =
        pk_suggestions_of(view->suggestions, series->item, series->warehouse);
    enum pk_status status = PK_OK;
    line->suggestion_id[0] = '\0';
    line->state = "";
    line->planned_units = line->decision.order_units;
    line->previous_units = -1;
    if (!isnan(line->decision.position_units) && line->decision.next_arrival_date != PK_DATE_NONE) {
        struct pk_suggestion row = {
            .item_id = line->item->item_id,
            .warehouse_id = line->warehouse_id,
            .supplier_id = line->supply == NULL ? "" : line->supply->supplier_id,
            .as_of_date = pk_series_as_of_date(shop, series),
            .planned_units = line->planned_units,
            .order_units = line->planned_units,
            .arrival_date = line->decision.arrival_date,
            .order_by_date = line->decision.order_by_date,
            .unit_cost_micros = line->decision.unit_cost_micros,
            .basis = basis_of(view, line),
        };
        const struct history history = read_history(view, &range, row.supplier_id, row.as_of_date);
        row.sequence = history.sequence;
        tell_change(history.standing != NULL ? history.standing : history.before, &row.basis, line);
        if (history.standing != NULL)
            stand_by(history.standing, line);
        else if (line->planned_units > 0)
            status = suggest(&history, keeping, &row, line, error);
    }
    if (status == PK_OK && keeping != NULL)
        status = take_back(view, &range, keeping, line, error);
    return status;
}

enum pk_status pk_suggestions_save(struct pk_store *store,
                                   const struct pk_suggestion_keeping *keeping,
                                   struct pk_error *error)
{
    struct pk_suggestion_change *changes = NULL;
    size_t count = 0;
    if (keeping->count == 0)
        return PK_OK;
    changes = malloc(keeping->count * sizeof *changes);
    if (changes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for suggestions");
    /* What ends makes room for what is written. */
    for (int kind = PK_SUGGESTION_END; kind >= PK_SUGGESTION_PUT; kind--)
        for (size_t i = 0; i < keeping->count; i++) {
            if ((int)keeping->changes[i].change.kind != kind)
                continue;
            changes[count] = keeping->changes[i].change;
            changes[count++].row.suggestion_id = keeping->changes[i].suggestion_id;
        }
    enum pk_status status = pk_store_save_suggestions(store, changes, count, error);
    free(changes);
    return status;
}
