#include "service/store/rules/suggestion_life.h"

#include <string.h>

#include "models/base/date.h"
#include "models/base/format.h"
#include "models/base/limits.h"
#include "models/base/text.h"

struct pk_suggestion_put pk_suggestion_put(const struct pk_suggestion_stored *stored,
                                           bool has_later, int64_t planned_units)
{
    const bool is_suggested = stored->is_known && stored->state == PK_SUGGESTION_SUGGESTED;
    const bool is_superseded = stored->is_known && stored->state == PK_SUGGESTION_CLOSED &&
                               stored->end == PK_SUGGESTION_END_SUPERSEDED;
    const bool is_written = !has_later && (!stored->is_known || is_suggested || is_superseded);
    return (struct pk_suggestion_put){
        .is_written = is_written,
        .is_noted = is_written && !(is_suggested && stored->order_units == planned_units),
        .from_state = stored->is_known ? (int)stored->state : -1};
}

bool pk_suggestion_may_end(enum pk_suggestion_state stored, enum pk_suggestion_state seen)
{
    return stored == seen;
}

const char *pk_suggestion_end_reason(enum pk_suggestion_end end)
{
    return end == PK_SUGGESTION_END_EXPIRED ? "expired" : "superseded";
}

void pk_suggestion_first_kept_id(int32_t as_of_date, char out_id[PK_SUGGESTION_ID_SIZE])
{
    const struct pk_civil day = pk_date_to_civil(as_of_date - PK_SUGGESTION_KEPT_DAYS);
    pk_text_format(out_id, PK_SUGGESTION_ID_SIZE, "S%04d%02d%02d", (int)day.year % 10000,
                   (int)day.month, (int)day.day);
}

enum pk_status pk_suggestion_refuse_unknown(const char *suggestion_id, struct pk_error *error)
{
    return pk_error_set(error, PK_NOT_FOUND, "suggestion_id",
                        "'%.64s' is unknown; suggestion list shows them", suggestion_id);
}

enum pk_status pk_suggestion_decide(const char *suggestion_id, enum pk_suggestion_state state,
                                    enum pk_suggestion_end end, enum pk_suggestion_state to_state,
                                    bool *out_moves, struct pk_error *error)
{
    static const char *const ends[] = {"", "a later plan took its place; list the suggested ones",
                                       "an inbound line names it", "no inbound line came in time"};
    if (state == PK_SUGGESTION_EXPORTED)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "suggestion_id",
                            "'%.64s' has been exported; change the order itself and its inbound "
                            "line",
                            suggestion_id);
    if (state == PK_SUGGESTION_CLOSED)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "suggestion_id", "'%.64s' is closed: %s",
                            suggestion_id, ends[end & 3]);
    *out_moves = to_state != PK_SUGGESTION_APPROVED || state == PK_SUGGESTION_SUGGESTED;
    return PK_OK;
}

bool pk_suggestion_state_is_decided(enum pk_suggestion_state state)
{
    return state == PK_SUGGESTION_APPROVED || state == PK_SUGGESTION_OVERRIDDEN;
}

bool pk_suggestion_is_exported(const struct pk_suggestion *suggestion, const char *export_id,
                               const char *supplier_id)
{
    return export_id[0] != '\0' && pk_suggestion_state_is_decided(suggestion->state) &&
           suggestion->order_units > 0 &&
           (supplier_id == NULL || strcmp(suggestion->supplier_id, supplier_id) == 0);
}

int32_t pk_suggestion_export_arrival(const struct pk_suggestion *suggestion, int32_t as_of_date)
{
    if (as_of_date == PK_DATE_NONE || as_of_date <= suggestion->as_of_date)
        return suggestion->arrival_date;
    return suggestion->arrival_date + (as_of_date - suggestion->as_of_date);
}

const char *pk_suggestion_export_supplier(const char *supplier_id)
{
    return supplier_id == NULL ? "*" : supplier_id;
}

enum pk_status pk_suggestion_check_export(const char *export_id, struct pk_text stored,
                                          const char *supplier_id, struct pk_error *error)
{
    if (pk_text_equal(stored, pk_text_from(pk_suggestion_export_supplier(supplier_id))))
        return PK_OK;
    return pk_error_set(error, PK_FAILED_PRECONDITION, "request_id",
                        "'%.64s' was an export of another supplier; give a new one", export_id);
}

struct pk_text pk_suggestion_named_by(const struct pk_dataset *dataset,
                                      const struct pk_record *record)
{
    static const struct pk_text none = {"", 0};
    if (dataset->kind != PK_DATASET_INBOUND || record->deleted)
        return none;
    const struct pk_cell *cell =
        &record->cells[pk_dataset_column(dataset, pk_text_from("suggestion_id"))];
    return cell->state == PK_CELL_SET ? cell->text : none;
}

bool pk_suggestion_state_is_closable(enum pk_suggestion_state state)
{
    return state != PK_SUGGESTION_CLOSED;
}

int64_t pk_suggestion_closed_revision(int64_t data_revision, bool row_was_written)
{
    return data_revision + row_was_written;
}

bool pk_suggestion_state_is_open(enum pk_suggestion_state state)
{
    return pk_suggestion_state_is_decided(state) || state == PK_SUGGESTION_EXPORTED;
}
