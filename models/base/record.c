/* Records of a dataset (models/base/dataset.h): a cell for each column, checked against the rules
 * of its table. */
#include <string.h>

#include "models/base/dataset.h"
#include "models/base/dataset_columns.h"
#include "models/base/date.h"

/* A wire string that is empty, or a wire date of 0, means "not given". */
static void normalize_cell(const struct pk_column *column, struct pk_cell *cell)
{
    bool is_text = column->type == PK_COLUMN_ID || column->type == PK_COLUMN_TEXT ||
                   column->type == PK_COLUMN_CHOICE;
    bool is_empty =
        cell->state == PK_CELL_SET && ((is_text && cell->text.size == 0) ||
                                       (column->type == PK_COLUMN_DATE && cell->integer == 0));
    if (is_empty)
        cell->state = PK_CELL_NONE;
}

static int find_cell(const struct pk_dataset *dataset, const char *name)
{
    /* Once per row of an import: exact names only, no synonyms. */
    for (size_t i = 0; i < dataset->column_count; i++)
        if (strcmp(dataset->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

static enum pk_status check_order(const struct pk_dataset *dataset, const struct pk_record *record,
                                  const char *lower_name, const char *upper_name,
                                  struct pk_error *error)
{
    int lower_index = find_cell(dataset, lower_name);
    int upper_index = find_cell(dataset, upper_name);
    if (lower_index < 0 || upper_index < 0)
        return PK_OK;
    const struct pk_cell *low = &record->cells[lower_index];
    const struct pk_cell *high = &record->cells[upper_index];
    if (low->state != PK_CELL_SET || high->state != PK_CELL_SET || low->integer <= high->integer)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, upper_name, "must not be before %s",
                        lower_name);
}

static enum pk_status check_cancelled(const struct pk_dataset *dataset,
                                      const struct pk_record *record, struct pk_error *error)
{
    const struct pk_cell *units = &record->cells[find_cell(dataset, "units")];
    const struct pk_cell *cancelled = &record->cells[find_cell(dataset, "cancelled_units")];
    if (units->state == PK_CELL_SET && cancelled->state == PK_CELL_SET &&
        cancelled->integer > units->integer)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "cancelled_units",
                            "%lld is more than units %lld; units are gross, before cancellations",
                            (long long)cancelled->integer, (long long)units->integer);
    return PK_OK;
}

static enum pk_status check_different(const struct pk_dataset *dataset,
                                      const struct pk_record *record, const char *first_name,
                                      const char *second_name, struct pk_error *error)
{
    const struct pk_cell *first = &record->cells[find_cell(dataset, first_name)];
    const struct pk_cell *second = &record->cells[find_cell(dataset, second_name)];
    if (!pk_text_equal(first->text, second->text))
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, second_name, "is the same as %s; give another",
                        first_name);
}

static enum pk_status check_component(const struct pk_dataset *dataset,
                                      const struct pk_record *record, struct pk_error *error)
{
    enum pk_status status =
        check_different(dataset, record, "parent_item_id", "component_item_id", error);
    return status == PK_OK ? check_order(dataset, record, "valid_from", "valid_to", error) : status;
}

/* An adjustment says what it does in exactly one way; an absent column says nothing. */
static enum pk_status check_adjustment(const struct pk_dataset *dataset,
                                       const struct pk_record *record, struct pk_error *error)
{
    const bool has_units = record->cells[find_cell(dataset, "units")].state == PK_CELL_SET;
    const bool has_ratio = record->cells[find_cell(dataset, "ratio")].state == PK_CELL_SET;
    if (has_units == has_ratio)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "ratio",
                            "and units are %s; give one of them: ratio 1.2 for a fifth more, or "
                            "units to add over the whole range",
                            has_units ? "both given" : "both missing");
    return check_order(dataset, record, "start_date", "end_date", error);
}

static enum pk_status check_weekdays(const struct pk_dataset *dataset,
                                     const struct pk_record *record, struct pk_error *error)
{
    const struct pk_cell *weekdays = &record->cells[find_cell(dataset, "order_weekdays")];
    uint8_t mask = 0;
    if (weekdays->state != PK_CELL_SET || pk_weekdays_parse(weekdays->text, &mask))
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, "order_weekdays",
                        "'%.*s' is no list of weekdays; write 1 for Monday to 7 for Sunday, as "
                        "in '1 4'",
                        weekdays->text.size > 40 ? 40 : (int)weekdays->text.size,
                        weekdays->text.bytes);
}

static enum pk_status check_across(const struct pk_dataset *dataset, const struct pk_record *record,
                                   struct pk_error *error)
{
    switch (dataset->kind) {
    case PK_DATASET_PROMOTIONS:
    case PK_DATASET_CLOSURES:
        return check_order(dataset, record, "start_date", "end_date", error);
    case PK_DATASET_ITEMS:
        return check_order(dataset, record, "launch_date", "end_date", error);
    case PK_DATASET_COMPONENTS:
        return check_component(dataset, record, error);
    case PK_DATASET_LANES:
        return check_different(dataset, record, "from_warehouse_id", "to_warehouse_id", error);
    case PK_DATASET_TARGETS:
        return check_order(dataset, record, "period_start", "period_end", error);
    case PK_DATASET_ADJUSTMENTS:
        return check_adjustment(dataset, record, error);
    case PK_DATASET_SUPPLIERS:
        return check_weekdays(dataset, record, error);
    case PK_DATASET_SALES:
        return check_cancelled(dataset, record, error);
    default:
        return PK_OK;
    }
}

enum pk_status pk_record_check(const struct pk_dataset *dataset, struct pk_record *record,
                               struct pk_error *error)
{
    for (size_t i = 0; i < dataset->column_count; i++) {
        const struct pk_column *column = &dataset->columns[i];
        struct pk_cell *cell = &record->cells[i];
        normalize_cell(column, cell);
        bool needed = column->is_key || !record->deleted;
        enum pk_status status = PK_OK;
        if (cell->state == PK_CELL_ABSENT && column->is_key &&
            column->presence != PK_COLUMN_REQUIRED)
            cell->state = PK_CELL_NONE;
        if (column->presence == PK_COLUMN_REQUIRED && cell->state != PK_CELL_SET && needed)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                                "is missing; every row needs a value here");
        if (cell->state == PK_CELL_NONE && column->presence == PK_COLUMN_DEFAULT)
            status = pk_cell_parse(column, pk_text_from(""), cell, error);
        else if (cell->state == PK_CELL_SET && needed)
            status = pk_cell_check(column, cell, error);
        if (status != PK_OK)
            return status;
    }
    return record->deleted ? PK_OK : check_across(dataset, record, error);
}
