#include "client/import/invoice_ledger.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/limits.h"
#include "models/base/text_map.h"
#include "models/base/units.h"

/* How often a line stood in the file that is being read, and at most in one file. */
struct occurrences {
    uint32_t file_index;
    uint32_t count;
    uint32_t count_maximum;
};

/* What makes two lines the same line. */
struct line_key {
    uint32_t invoice_index, item_index;
    int32_t quantity;
    uint32_t second; /* since 1970: fits 32 bits until 2106, past PK_DATE_MAX */
};

struct cell_key {
    int32_t date;
    uint32_t item_index;
};

struct name_key {
    uint32_t item_index, description_index;
};

/* How often an item had a description. */
struct name_count {
    struct name_key key;
    uint32_t count;
};

struct pk_invoice_ledger {
    uint32_t file_index;
    struct pk_text_map invoices, item_ids, descriptions;
    struct pk_text_map lines; /* struct line_key */
    struct occurrences *occurrences;
    size_t occurrence_capacity;
    struct pk_text_map cells; /* struct cell_key */
    struct pk_invoice_day *days;
    size_t day_capacity;
    struct pk_text_map names; /* struct name_key */
    struct name_count *name_counts;
    size_t name_capacity;
    struct pk_invoice_line_counts counts;
};

/* The bytes of a key, which has no padding, as a string for a map. */
#define TEXT_OF(key) ((struct pk_text){(const char *)&(key), sizeof(key)})

enum pk_status pk_invoice_ledger_new(struct pk_invoice_ledger **out_ledger, struct pk_error *error)
{
    struct pk_invoice_ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    *out_ledger = ledger;
    return PK_OK;
}

void pk_invoice_ledger_begin_file(struct pk_invoice_ledger *ledger)
{
    ledger->file_index++;
}

/* True if this occurrence is more than any file before had of the line. */
static enum pk_status count_occurrence(struct pk_invoice_ledger *ledger,
                                       const struct pk_invoice_line *line, uint32_t item_index,
                                       bool *out_counts, struct pk_error *error)
{
    struct line_key key = {.item_index = item_index,
                           .quantity = (int32_t)line->quantity,
                           .second = (uint32_t)((int64_t)line->date * 86400 + line->day_seconds)};
    uint32_t index = 0;
    bool is_new = false;
    enum pk_status status =
        pk_text_map_add(&ledger->invoices, line->invoice, &key.invoice_index, NULL, error);
    if (status == PK_OK)
        status = pk_text_map_add(&ledger->lines, TEXT_OF(key), &index, &is_new, error);
    if (status == PK_OK && is_new)
        status = pk_array_reserve(&ledger->occurrences, &ledger->occurrence_capacity,
                                  ledger->lines.count, sizeof *ledger->occurrences, "lines", error);
    if (status != PK_OK)
        return status;
    struct occurrences *seen = &ledger->occurrences[index];
    if (is_new)
        *seen = (struct occurrences){0};
    if (seen->file_index != ledger->file_index) {
        seen->file_index = ledger->file_index;
        seen->count = 0;
    }
    seen->count++;
    *out_counts = seen->count > seen->count_maximum;
    if (*out_counts)
        seen->count_maximum = seen->count;
    return PK_OK;
}

/* Adds to the day only if all three sums stay within the limits. */
static enum pk_status add_to_day(struct pk_invoice_day *day, const struct pk_invoice_line *line,
                                 struct pk_error *error)
{
    struct pk_invoice_day sum = *day;
    if (line->kind == PK_LINE_RETURN) {
        sum.returned_units -= line->quantity;
    } else {
        int64_t amount = pk_money_times(line->price_micros, line->quantity);
        sum.units += line->quantity;
        if (amount > PK_MONEY_MICROS_MAX || sum.paid_amount_micros > PK_MONEY_MICROS_MAX - amount)
            return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "Price",
                                "takes the day's amount beyond the limit of one row");
        sum.paid_amount_micros += amount;
    }
    if (sum.units > PK_UNITS_MAX || sum.returned_units > PK_UNITS_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "Quantity",
                            "takes the day's units beyond the limit of one row");
    *day = sum;
    return PK_OK;
}

static enum pk_status count_units(struct pk_invoice_ledger *ledger,
                                  const struct pk_invoice_line *line, uint32_t item_index,
                                  struct pk_error *error)
{
    const struct cell_key key = {line->date, item_index};
    uint32_t index = 0;
    bool is_new = false;
    enum pk_status status = pk_text_map_add(&ledger->cells, TEXT_OF(key), &index, &is_new, error);
    if (status == PK_OK && is_new)
        status = pk_array_reserve(&ledger->days, &ledger->day_capacity, ledger->cells.count,
                                  sizeof *ledger->days, "days", error);
    if (status != PK_OK)
        return status;
    if (is_new)
        ledger->days[index] = (struct pk_invoice_day){.date = line->date,
                                                      .item_id = ledger->item_ids.keys[item_index]};
    return add_to_day(&ledger->days[index], line, error);
}

static enum pk_status count_name(struct pk_invoice_ledger *ledger,
                                 const struct pk_invoice_line *line, uint32_t item_index,
                                 struct pk_error *error)
{
    if (line->description.size == 0)
        return PK_OK;
    struct name_key key = {.item_index = item_index};
    uint32_t index = 0;
    bool is_new = false;
    enum pk_status status = pk_text_map_add(&ledger->descriptions, line->description,
                                            &key.description_index, NULL, error);
    if (status == PK_OK)
        status = pk_text_map_add(&ledger->names, TEXT_OF(key), &index, &is_new, error);
    if (status == PK_OK && is_new)
        status = pk_array_reserve(&ledger->name_counts, &ledger->name_capacity, ledger->names.count,
                                  sizeof *ledger->name_counts, "names", error);
    if (status != PK_OK)
        return status;
    if (is_new)
        ledger->name_counts[index] = (struct name_count){.key = key};
    ledger->name_counts[index].count++;
    return PK_OK;
}

enum pk_status pk_invoice_ledger_add(struct pk_invoice_ledger *ledger,
                                     const struct pk_invoice_line *line, struct pk_error *error)
{
    uint32_t item_index = 0;
    bool counts = false;
    enum pk_status status =
        pk_text_map_add(&ledger->item_ids, (struct pk_text){line->item_id, line->item_id_size},
                        &item_index, NULL, error);
    if (status == PK_OK)
        status = count_occurrence(ledger, line, item_index, &counts, error);
    if (status != PK_OK)
        return status;
    ledger->counts.line_count++;
    if (!counts) {
        ledger->counts.repeated_line_count++;
        return PK_OK;
    }
    switch (line->kind) {
    case PK_LINE_NON_GOODS:
        ledger->counts.non_goods_line_count++;
        return PK_OK;
    case PK_LINE_ADJUSTMENT:
        ledger->counts.adjustment_line_count++;
        return PK_OK;
    case PK_LINE_RETURN:
        ledger->counts.return_line_count++;
        break;
    case PK_LINE_DEMAND:
        ledger->counts.demand_line_count++;
        status = count_name(ledger, line, item_index, error);
        break;
    }
    return status == PK_OK ? count_units(ledger, line, item_index, error) : status;
}

static int compare_texts(struct pk_text left, struct pk_text right)
{
    size_t size = left.size < right.size ? left.size : right.size;
    int order = memcmp(left.bytes, right.bytes, size);
    if (order == 0 && left.size != right.size)
        order = left.size < right.size ? -1 : 1;
    return order;
}

static int compare_days(const void *a, const void *b)
{
    const struct pk_invoice_day *left = a;
    const struct pk_invoice_day *right = b;
    if (left->date != right->date)
        return left->date < right->date ? -1 : 1;
    return compare_texts(left->item_id, right->item_id);
}

const struct pk_invoice_day *pk_invoice_ledger_days(struct pk_invoice_ledger *ledger,
                                                    size_t *out_count)
{
    if (ledger->cells.count > 0)
        qsort(ledger->days, ledger->cells.count, sizeof *ledger->days, compare_days);
    *out_count = ledger->cells.count;
    return ledger->days;
}

enum pk_status pk_invoice_ledger_names(const struct pk_invoice_ledger *ledger,
                                       struct pk_item_name **out_names, size_t *out_count,
                                       struct pk_error *error)
{
    size_t item_count = ledger->item_ids.count;
    uint32_t *best_counts = calloc(item_count + 1, sizeof *best_counts);
    struct pk_item_name *names = calloc(item_count + 1, sizeof *names);
    size_t count = 0;
    if (best_counts == NULL || names == NULL) {
        free(best_counts);
        free(names);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    }
    for (size_t i = 0; i < ledger->names.count; i++) {
        const struct name_key key = ledger->name_counts[i].key;
        const size_t item_index = key.item_index;
        const struct pk_text text = ledger->descriptions.keys[key.description_index];
        const uint32_t times = ledger->name_counts[i].count;
        /* Of two that are equally frequent the first in byte order, whatever the order of lines. */
        bool is_better =
            times > best_counts[item_index] ||
            (times == best_counts[item_index] && compare_texts(text, names[item_index].name) < 0);
        if (is_better) {
            best_counts[item_index] = times;
            names[item_index] = (struct pk_item_name){ledger->item_ids.keys[item_index], text};
        }
    }
    for (size_t i = 0; i < item_count; i++)
        if (best_counts[i] > 0)
            names[count++] = names[i];
    free(best_counts);
    *out_names = names;
    *out_count = count;
    return PK_OK;
}

struct pk_invoice_line_counts pk_invoice_ledger_counts(const struct pk_invoice_ledger *ledger)
{
    return ledger->counts;
}

void pk_invoice_ledger_free(struct pk_invoice_ledger *ledger)
{
    if (ledger == NULL)
        return;
    pk_text_map_done(&ledger->invoices);
    pk_text_map_done(&ledger->item_ids);
    pk_text_map_done(&ledger->descriptions);
    pk_text_map_done(&ledger->lines);
    pk_text_map_done(&ledger->cells);
    pk_text_map_done(&ledger->names);
    free(ledger->occurrences);
    free(ledger->days);
    free(ledger->name_counts);
    free(ledger);
}
