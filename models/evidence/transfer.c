#include "models/evidence/transfer.h"

#include <math.h>

/* Series of the item at hand: they lie together. */
static void range_of(const struct pk_shop *shop, size_t series, size_t *out_first, size_t *out_last)
{
    size_t first = series, last = series + 1;
    while (first > 0 && shop->series[first - 1].item == shop->series[series].item)
        first--;
    while (last < shop->series_count && shop->series[last].item == shop->series[series].item)
        last++;
    *out_first = first;
    *out_last = last;
}

/* Decides every other warehouse of the item once and notes what it can spare. */
static enum pk_status open_book(const struct pk_view *view, size_t series,
                                struct pk_transfer_book *book,
                                struct pk_decision_memory *donor_memory, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    size_t first, last;
    enum pk_status status = PK_OK;
    range_of(shop, series, &first, &last);
    book->item = shop->series[series].item;
    book->count = 0;
    for (size_t i = first; i < last && status == PK_OK; i++) {
        struct pk_series_facts facts;
        struct pk_reorder decision;
        status = pk_decide_reorder(view, i, &none, NULL, donor_memory, &facts, &decision, error);
        if (status != PK_OK || !facts.stock.is_known || book->count == PK_TRANSFER_DONOR_COUNT_MAX)
            continue;
        /* What is on its way cannot be sent on yet. */
        const double spare = fmin(decision.excess_units, (double)decision.sellable_units);
        book->donors[book->count].warehouse = shop->series[i].warehouse;
        book->donors[book->count++].spare_units = (int64_t)floor(fmax(spare, 0));
    }
    return status;
}

static const struct pk_lane_row *find_lane(const struct pk_ledger *ledger, uint32_t from,
                                           uint32_t to)
{
    for (size_t i = 0; i < ledger->lane_count; i++)
        if (ledger->lanes[i].from_warehouse == from && ledger->lanes[i].to_warehouse == to)
            return &ledger->lanes[i];
    return NULL;
}

/* Units that have to come by the lane to last until bought units arrive. */
static enum pk_status need_by_lane(const struct pk_view *view, size_t series,
                                   const char *supplier_id, int32_t transfer_days,
                                   int32_t cover_days, struct pk_decision_memory *memory,
                                   double *out_need_units, struct pk_error *error)
{
    const struct pk_assumptions by_lane = {
        .stock_units = -1,
        .lead_time_days = -1,
        .what_if = {.has_lead_time = true,
                    .lead_time_days = transfer_days,
                    .review_period_days = cover_days > 1 ? cover_days : 1}};
    struct pk_series_facts facts;
    struct pk_reorder decision;
    enum pk_status status =
        pk_decide_reorder(view, series, &by_lane, supplier_id, memory, &facts, &decision, error);
    if (status == PK_OK)
        *out_need_units = decision.need_units;
    return status;
}

/* The donor whose lane is the fastest, of equals the one with most to spare. Lanes that cost more
 * per unit than buying are left out. SIZE_MAX without any. */
static size_t find_donor(const struct pk_ledger *ledger, const struct pk_transfer_book *book,
                         uint32_t to, int64_t unit_cost_micros, int32_t *out_days)
{
    size_t best = SIZE_MAX;
    *out_days = INT32_MAX;
    for (size_t i = 0; i < book->count; i++) {
        const struct pk_lane_row *lane = find_lane(ledger, book->donors[i].warehouse, to);
        if (lane == NULL || book->donors[i].spare_units < 1 ||
            (unit_cost_micros >= 0 && lane->unit_cost_micros > unit_cost_micros))
            continue;
        if (lane->transfer_days < *out_days ||
            (lane->transfer_days == *out_days &&
             book->donors[i].spare_units > book->donors[best].spare_units)) {
            best = i;
            *out_days = lane->transfer_days;
        }
    }
    return best;
}

enum pk_status pk_transfer_take(const struct pk_view *view, size_t series, int64_t wanted_units,
                                int64_t unit_cost_micros, struct pk_transfer_book *book,
                                struct pk_decision_memory *memory, struct pk_transfer *out_transfer,
                                struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    enum pk_status status = PK_OK;
    int32_t days;
    *out_transfer = (struct pk_transfer){0};
    if (book->count == 0 || book->item != shop->series[series].item)
        status = open_book(view, series, book, memory, error);
    if (status != PK_OK)
        return status;
    const size_t donor = find_donor(&view->data->ledger, book, shop->series[series].warehouse,
                                    unit_cost_micros, &days);
    if (donor == SIZE_MAX || wanted_units < 1)
        return PK_OK;
    const int64_t spare = book->donors[donor].spare_units;
    out_transfer->units = wanted_units < spare ? wanted_units : spare;
    out_transfer->from_warehouse = book->donors[donor].warehouse;
    out_transfer->arrival_date = pk_series_next_date(shop, &shop->series[series]) + days;
    book->donors[donor].spare_units -= out_transfer->units;
    return PK_OK;
}

enum pk_status pk_transfer_find(const struct pk_view *view, size_t series,
                                const struct pk_series_facts *facts,
                                const struct pk_reorder *decision, struct pk_transfer_book *book,
                                const char *supplier_id, struct pk_decision_memory *memory,
                                struct pk_transfer *out_transfer, struct pk_error *error)
{
    const uint32_t to = facts->series->warehouse;
    int32_t best_days;
    enum pk_status status = PK_OK;
    *out_transfer = (struct pk_transfer){0};
    if (book->count == 0 || book->item != facts->series->item)
        status = open_book(view, series, book, memory, error);
    if (status != PK_OK)
        return status;
    const size_t best =
        find_donor(&view->data->ledger, book, to, decision->unit_cost_micros, &best_days);
    if (best == SIZE_MAX)
        return PK_OK;
    double need_units;
    status = need_by_lane(view, series, supplier_id, best_days,
                          decision->next_arrival_date - facts->demand.first_date - best_days,
                          memory, &need_units, error);
    if (status != PK_OK)
        return status;
    out_transfer->units = (int64_t)fmin(need_units, (double)book->donors[best].spare_units);
    out_transfer->from_warehouse = book->donors[best].warehouse;
    out_transfer->arrival_date = facts->demand.first_date + best_days;
    book->donors[best].spare_units -= out_transfer->units;
    return PK_OK;
}
