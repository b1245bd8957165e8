#include "service/workflows/promotion/list_promotions.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/promotion_phase.h"

/* Rows read from the store at a time. */
#define ROWS_PER_READ 1000

struct outline_list {
    struct pk_promotion_outline *outlines;
    size_t count, capacity;
};

static const struct pk_cell *cell(const struct pk_record *record, const char *name)
{
    int index = pk_dataset_column(pk_dataset_get(PK_DATASET_PROMOTIONS), pk_text_from(name));
    return &record->cells[index];
}

static void copy_text(const struct pk_record *record, const char *name, char *out, size_t size)
{
    const struct pk_cell *one = cell(record, name);
    int length = one->state == PK_CELL_SET ? (int)one->text.size : 0;
    pk_text_format(out, size, "%.*s", length, length > 0 ? one->text.bytes : "");
}

static void widen(int32_t *start_date, int32_t *end_date, int32_t from_date, int32_t to_date)
{
    if (*start_date == PK_DATE_NONE || from_date < *start_date)
        *start_date = from_date;
    if (*end_date == PK_DATE_NONE || to_date > *end_date)
        *end_date = to_date;
}

static struct pk_promotion_outline *find_or_add(struct outline_list *list, const char *promotion_id)
{
    for (size_t i = list->count; i-- > 0;)
        if (strcmp(list->outlines[i].promotion_id, promotion_id) == 0)
            return &list->outlines[i];
    if (pk_array_reserve(&list->outlines, &list->capacity, list->count + 1, sizeof *list->outlines,
                         "promotions", NULL) != PK_OK)
        return NULL;
    struct pk_promotion_outline *outline = &list->outlines[list->count++];
    *outline = (struct pk_promotion_outline){.start_date = PK_DATE_NONE, .end_date = PK_DATE_NONE};
    pk_text_format(outline->promotion_id, sizeof outline->promotion_id, "%s", promotion_id);
    for (size_t i = 0; i < PK_OUTLINE_PHASE_COUNT; i++)
        outline->phases[i] = (struct pk_outline_phase){
            pk_promotion_phase_word(PK_PHASE_PRESALE + i)->name, PK_DATE_NONE, PK_DATE_NONE};
    return outline;
}

static enum pk_status add_row(void *context, const struct pk_record *record, struct pk_error *error)
{
    char promotion_id[PK_ID_BYTES_MAX_PLUS_NUL];
    char phase[16];
    copy_text(record, "promotion_id", promotion_id, sizeof promotion_id);
    copy_text(record, "phase", phase, sizeof phase);
    struct pk_promotion_outline *outline = find_or_add(context, promotion_id);
    if (outline == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the list of promotions");
    if (outline->row_count == 0) {
        copy_text(record, "name", outline->name, sizeof outline->name);
        copy_text(record, "kind", outline->kind, sizeof outline->kind);
        copy_text(record, "status", outline->status, sizeof outline->status);
    }
    int32_t from_date = (int32_t)cell(record, "start_date")->integer;
    int32_t to_date = (int32_t)cell(record, "end_date")->integer;
    outline->row_count++;
    widen(&outline->start_date, &outline->end_date, from_date, to_date);
    for (size_t i = 0; i < PK_OUTLINE_PHASE_COUNT; i++)
        if (strcmp(phase, outline->phases[i].name) == 0)
            widen(&outline->phases[i].start_date, &outline->phases[i].end_date, from_date, to_date);
    const struct pk_cell *discount = cell(record, "discount_ratio");
    if (discount->state == PK_CELL_SET && discount->number > outline->discount_ratio_maximum)
        outline->discount_ratio_maximum = discount->number;
    return PK_OK;
}

static int compare_outlines(const void *left, const void *right)
{
    const struct pk_promotion_outline *a = left;
    const struct pk_promotion_outline *b = right;
    if (a->start_date != b->start_date)
        return a->start_date < b->start_date ? -1 : 1;
    return strcmp(a->promotion_id, b->promotion_id);
}

enum pk_status pk_list_promotions(struct pk_store *store,
                                  struct pk_promotion_outline **out_outlines, size_t *out_count,
                                  struct pk_error *error)
{
    const struct pk_list_filter everything = {"", "", PK_DATE_NONE, PK_DATE_NONE};
    struct outline_list list = {0};
    char token[PK_PAGE_TOKEN_SIZE] = "";
    enum pk_status status;
    do {
        char next_token[PK_PAGE_TOKEN_SIZE];
        status = pk_store_list(store, PK_DATASET_PROMOTIONS, &everything, token, ROWS_PER_READ,
                               add_row, &list, next_token, error);
        memcpy(token, next_token, sizeof token);
    } while (status == PK_OK && token[0] != '\0');
    if (status != PK_OK) {
        free(list.outlines);
        return status;
    }
    if (list.count > 0)
        qsort(list.outlines, list.count, sizeof *list.outlines, compare_outlines);
    *out_outlines = list.outlines;
    *out_count = list.count;
    return PK_OK;
}
