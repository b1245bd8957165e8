#include "service/workflows/review/raise_decisions.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/lower_bound.h"
#include "models/base/units.h"
#include "service/store/raised_store.h"

struct raising {
    const struct pk_shop *shop;
    const struct pk_review_request *request;
    int32_t date;
    struct pk_raised_list *before; /* of the last review of an earlier day */
    struct pk_raised_list *today;  /* of this day, if it was reviewed before */
    struct pk_raised *rows;
    size_t row_count;
};

/* A series as the rows name it. */
struct series_ids {
    const char *item_id, *warehouse_id;
};

static int compare_series(const struct pk_raised *row, const struct series_ids *ids)
{
    const int order = strcmp(row->item_id, ids->item_id);
    return order != 0 ? order : strcmp(row->warehouse_id, ids->warehouse_id);
}

static bool is_before_series(const void *row, const void *key)
{
    return compare_series(row, key) < 0;
}

static const struct pk_raised *find(const struct pk_raised_list *list, const char *item_id,
                                    const char *warehouse_id,
                                    const struct pk_review_finding *finding)
{
    const struct series_ids ids = {item_id, warehouse_id};
    if (list == NULL)
        return NULL;
    size_t at = pk_lower_bound(list->rows, list->count, sizeof *list->rows, is_before_series, &ids);
    for (; at < list->count && compare_series(&list->rows[at], &ids) == 0; at++)
        if (pk_raise_is_same(finding, &list->rows[at]))
            return &list->rows[at];
    return NULL;
}

static const char *item_of(const struct raising *raising, const struct pk_review_line *line)
{
    return raising->shop->items[raising->shop->series[line->series].item].item_id;
}

static const char *warehouse_of(const struct raising *raising, const struct pk_review_line *line)
{
    return raising->shop->warehouses[raising->shop->series[line->series].warehouse];
}

static void judge(const struct raising *raising, struct pk_review *review)
{
    for (size_t i = 0; i < review->line_count; i++) {
        struct pk_review_line *line = &review->lines[i];
        const struct pk_review_finding *main = &line->findings[0];
        const struct pk_raised *before =
            find(raising->before, item_of(raising, line), warehouse_of(raising, line), main);
        const enum pk_raise_change change = pk_raise_judge(main, raising->date, before);
        line->change = change;
        line->since_date = before == NULL ? raising->date : before->since_date;
        if (change == PK_RAISE_OPEN) {
            review->open_count++;
            review->open_value += main->value;
        } else {
            review->raised_count++;
            review->raised_value += main->value;
        }
    }
}

static int compare_lines(const void *left, const void *right)
{
    const struct pk_review_line *a = left;
    const struct pk_review_line *b = right;
    const bool a_is_open = a->change == PK_RAISE_OPEN, b_is_open = b->change == PK_RAISE_OPEN;
    if (a_is_open != b_is_open)
        return a_is_open ? 1 : -1;
    if (a->value_micros != b->value_micros)
        return a->value_micros > b->value_micros ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

/* The same action twice in one line is one decision: the dearer one stands for it. */
static bool is_repeated(const struct pk_review_line *line, size_t index)
{
    const struct pk_review_finding *finding = &line->findings[index];
    for (size_t i = 0; i < index; i++) {
        const struct pk_raised earlier = {.action = pk_review_action_name(line->findings[i].action),
                                          .reason = pk_reason_code(line->findings[i].reason)};
        if (pk_raise_is_same(finding, &earlier))
            return true;
    }
    return false;
}

static void note(struct raising *raising, const struct pk_review_line *line, size_t index,
                 bool is_shown)
{
    const struct pk_review_finding *finding = &line->findings[index];
    const char *item_id = item_of(raising, line), *warehouse_id = warehouse_of(raising, line);
    const struct pk_raised *before = find(raising->before, item_id, warehouse_id, finding);
    const struct pk_raised *today = find(raising->today, item_id, warehouse_id, finding);
    struct pk_raised row = {.item_id = item_id,
                            .warehouse_id = warehouse_id,
                            .action = pk_review_action_name(finding->action),
                            .reason = pk_reason_code(finding->reason),
                            .value_micros = pk_money_from_double(finding->value),
                            .since_date = before == NULL ? raising->date : before->since_date,
                            .shown_date = PK_DATE_NONE};
    if (is_shown || (today != NULL && today->shown_date == raising->date)) {
        row.shown_date = raising->date;
        row.shown_value_micros = row.value_micros;
        row.shown_severity = pk_review_severity(finding->reason);
    } else if (before != NULL) {
        row.shown_date = before->shown_date;
        row.shown_value_micros = before->shown_value_micros;
        row.shown_severity = before->shown_severity;
    }
    raising->rows[raising->row_count++] = row;
}

static int compare_rows(const void *left, const void *right)
{
    const struct pk_raised *a = left;
    const struct pk_raised *b = right;
    int order = compare_series(a, &(struct series_ids){b->item_id, b->warehouse_id});
    if (order == 0)
        order = strcmp(a->action, b->action);
    return order != 0 ? order : strcmp(a->reason, b->reason);
}

static bool is_kept(const struct raising *raising)
{
    if (raising->today == NULL || raising->today->count != raising->row_count)
        return false;
    for (size_t i = 0; i < raising->row_count; i++) {
        const struct pk_raised *a = &raising->rows[i], *b = &raising->today->rows[i];
        if (compare_rows(a, b) != 0 || a->value_micros != b->value_micros ||
            a->since_date != b->since_date || a->shown_date != b->shown_date ||
            a->shown_value_micros != b->shown_value_micros ||
            a->shown_severity != b->shown_severity)
            return false;
    }
    return true;
}

static enum pk_status keep(struct raising *raising, const struct pk_review *review,
                           struct pk_error *error)
{
    size_t shown_count = 0;
    size_t finding_count = 0;
    for (size_t i = 0; i < review->line_count; i++)
        finding_count += review->lines[i].finding_count;
    raising->rows = malloc((finding_count + 1) * sizeof *raising->rows);
    if (raising->rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
    for (size_t i = 0; i < review->line_count; i++) {
        const struct pk_review_line *line = &review->lines[i];
        const bool is_shown = line->change != PK_RAISE_OPEN &&
                              shown_count < (size_t)raising->request->line_count_maximum;
        shown_count += is_shown;
        for (size_t f = 0; f < line->finding_count; f++)
            if (!is_repeated(line, f))
                note(raising, line, f, is_shown && f == 0);
    }
    if (raising->row_count > 0)
        qsort(raising->rows, raising->row_count, sizeof *raising->rows, compare_rows);
    return is_kept(raising) ? PK_OK
                            : pk_store_save_raised(raising->request->store, raising->date,
                                                   raising->rows, raising->row_count, error);
}

enum pk_status pk_raise_decisions(const struct pk_shop *shop,
                                  const struct pk_review_request *request, struct pk_review *review,
                                  struct pk_error *error)
{
    struct raising raising = {.shop = shop, .request = request, .date = review->date};
    enum pk_status status = PK_OK;
    if (request->store != NULL)
        status = pk_store_load_raised(request->store, review->date - 1, &raising.before, error);
    if (status == PK_OK && request->store != NULL && request->is_live)
        status = pk_store_load_raised(request->store, review->date, &raising.today, error);
    if (status == PK_OK && raising.today != NULL && raising.today->as_of_date != review->date) {
        pk_raised_list_free(raising.today);
        raising.today = NULL;
    }
    if (status == PK_OK) {
        judge(&raising, review);
        if (review->line_count > 1)
            qsort(review->lines, review->line_count, sizeof *review->lines, compare_lines);
        struct pk_error failure = {.status = PK_OK};
        if (request->store != NULL && request->is_live && keep(&raising, review, &failure) != PK_OK)
            review->unkept = failure;
    }
    pk_raised_list_free(raising.before);
    pk_raised_list_free(raising.today);
    free(raising.rows);
    return status;
}
