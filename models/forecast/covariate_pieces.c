#include "models/forecast/covariate_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/limits.h"

/* Rows of one covariate: name, scope by scope, ascending by date. */
struct covariate_run {
    const struct pk_covariate **rows;
    size_t count;
    double largest; /* magnitude up to as-of */
};

static int compare_scope(const struct pk_covariate *a, const struct pk_covariate *b)
{
    int order = pk_compare_index(a->item, b->item);
    order = order != 0 ? order : pk_compare_index(a->category, b->category);
    return order != 0 ? order : pk_compare_index(a->warehouse, b->warehouse);
}

static int compare_rows(const void *left, const void *right)
{
    const struct pk_covariate *a = *(const struct pk_covariate *const *)left;
    const struct pk_covariate *b = *(const struct pk_covariate *const *)right;
    const int order = compare_scope(a, b);
    return order != 0 ? order : (a->date > b->date) - (a->date < b->date);
}

static struct pk_scoped_piece piece_of(const struct pk_design *design,
                                       const struct pk_covariate *row, double value,
                                       int32_t from_date, int32_t to_date)
{
    return (struct pk_scoped_piece){
        row->item,
        row->category,
        row->warehouse,
        {(uint32_t)(design->covariate_at + row->name), (float)value, from_date, to_date}};
}

/* What a scope says most days, behind its last row. */
static enum pk_status hold(struct pk_piece_list *list, struct pk_design *design,
                           const struct covariate_run *run, struct pk_error *error)
{
    const struct pk_covariate *first = run->rows[0], *last = run->rows[run->count - 1];
    size_t told = 0, lately = 0;
    double sum = 0;
    for (size_t i = 0; i < run->count && run->rows[i]->date <= design->as_of_date; i++) {
        told += fabs(run->rows[i]->value) > 0;
        if (run->rows[i]->date > design->as_of_date - PK_HELD_COVARIATE_DAYS) {
            sum += run->rows[i]->value;
            lately++;
        }
    }
    const int32_t until = last->date < design->as_of_date ? last->date : design->as_of_date;
    const double days = (double)until - first->date + 1;
    if (lately == 0 || (double)told <= PK_HELD_COVARIATE_SHARE * days)
        return PK_OK;
    const enum pk_status status =
        pk_array_reserve(&design->held, &design->held_capacity, design->held_count + 1,
                         sizeof *design->held, "covariates", error);
    if (status != PK_OK)
        return status;
    const int32_t from = last->date + 1;
    design->held[design->held_count++] =
        (struct pk_held_covariate){first->item, first->category, first->warehouse, from};
    const double value = fmax(-1.25, fmin(sum / (double)lately / run->largest, 1.25));
    const struct pk_scoped_piece piece =
        piece_of(design, first, value, from, design->as_of_date + PK_DAYS_OF_SUPPLY_MAX + 7);
    pk_piece_list_append(list, &piece);
    return PK_OK;
}

static enum pk_status append_name(struct pk_piece_list *list, struct pk_design *design,
                                  struct covariate_run run, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < run.count; i++) {
        const struct pk_covariate *row = run.rows[i];
        const double value = fmax(-1.25, fmin(row->value / run.largest, 1.25));
        const struct pk_scoped_piece piece = piece_of(design, row, value, row->date, row->date);
        pk_piece_list_append(list, &piece);
    }
    for (size_t from = 0, until; from < run.count && status == PK_OK; from = until) {
        for (until = from + 1;
             until < run.count && compare_scope(run.rows[from], run.rows[until]) == 0; until++)
            ;
        const struct covariate_run scope = {run.rows + from, until - from, run.largest};
        status = hold(list, design, &scope, error);
    }
    return status;
}

enum pk_status pk_covariate_pieces_append(struct pk_piece_list *list, struct pk_design *design,
                                          const struct pk_shop *shop, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    const struct pk_covariate **rows = malloc((shop->covariate_count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for covariates");
    for (size_t i = 0, end; i < shop->covariate_count && status == PK_OK; i = end) {
        const uint32_t name = shop->covariates[i].name;
        struct covariate_run run = {rows, 0, 0};
        for (end = i; end < shop->covariate_count && shop->covariates[end].name == name; end++) {
            const struct pk_covariate *row = &shop->covariates[end];
            if (row->date <= design->as_of_date)
                run.largest = fmax(run.largest, fabs(row->value));
            rows[run.count++] = row;
        }
        if (!(run.largest > 0) || strcmp(shop->covariate_names[name], "closed") == 0)
            continue;
        qsort(rows, run.count, sizeof *rows, compare_rows);
        status = append_name(list, design, run, error);
    }
    free(rows);
    return status;
}

bool pk_covariate_is_held(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                          int32_t last_date)
{
    const struct pk_series *one = &shop->series[series];
    const uint32_t category = shop->items[one->item].category;
    const int32_t said = design->as_of_date + PK_HELD_COVARIATE_SAID_DAYS;
    for (size_t i = 0; i < design->held_count; i++) {
        const struct pk_held_covariate *held = &design->held[i];
        if (held->from_date <= last_date && held->from_date <= said &&
            (held->item == PK_INDEX_NONE || held->item == one->item) &&
            (held->item != PK_INDEX_NONE || held->category == PK_INDEX_NONE ||
             held->category == category) &&
            (held->warehouse == PK_INDEX_NONE || held->warehouse == one->warehouse))
            return true;
    }
    return false;
}
