#include "models/forecast/covariate_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* A value of the name of `row` in its scope. */
static void append_piece(struct pk_piece_list *list, const struct pk_design *design,
                         const struct pk_covariate *row, double value, int32_t from_date,
                         int32_t to_date)
{
    const struct pk_scoped_piece piece = {row->item,
                                          row->category,
                                          row->warehouse,
                                          {(uint32_t)(design->covariate_at + row->name),
                                           (float)fmax(-1.25, fmin(value, 1.25)), from_date,
                                           to_date}};
    pk_piece_list_append(list, &piece);
}

/* What a scope says most days, behind its last row. */
static void hold(struct pk_piece_list *list, const struct pk_design *design,
                 const struct covariate_run *run)
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
    if (lately > 0 && (double)told > PK_HELD_COVARIATE_SHARE * days)
        append_piece(list, design, first, sum / (double)lately / run->largest, last->date + 1,
                     design->as_of_date + PK_DAYS_OF_SUPPLY_MAX + 7);
}

static void append_name(struct pk_piece_list *list, const struct pk_design *design,
                        const struct covariate_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        append_piece(list, design, run->rows[i], run->rows[i]->value / run->largest,
                     run->rows[i]->date, run->rows[i]->date);
    for (size_t from = 0, until; from < run->count; from = until) {
        for (until = from + 1;
             until < run->count && compare_scope(run->rows[from], run->rows[until]) == 0; until++)
            ;
        const struct covariate_run scope = {run->rows + from, until - from, run->largest};
        hold(list, design, &scope);
    }
}

enum pk_status pk_covariate_pieces_append(struct pk_piece_list *list,
                                          const struct pk_design *design,
                                          const struct pk_shop *shop, struct pk_error *error)
{
    const struct pk_covariate **rows = malloc((shop->covariate_count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for covariates");
    for (size_t i = 0, end; i < shop->covariate_count; i = end) {
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
        append_name(list, design, &run);
    }
    free(rows);
    return PK_OK;
}

/* What is told is a day long, what is held is longer, and begins behind one of the last days. */
static bool holds_column(const struct pk_design *design, const struct pk_event_scope *scope,
                         size_t column, int32_t last_date)
{
    size_t i;
    const struct pk_event_piece *pieces = pk_design_pieces(design, scope, column, &i);
    for (; i > 0 && pieces[i - 1].from_date > design->as_of_date - PK_HELD_COVARIATE_DAYS; i--)
        if (pieces[i - 1].to_date > pieces[i - 1].from_date && pieces[i - 1].from_date <= last_date)
            return true;
    return false;
}

bool pk_covariate_is_held(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                          int32_t last_date)
{
    const struct pk_event_scope *scopes[PK_SERIES_SCOPE_COUNT_MAX + 1];
    const size_t count = pk_design_all_scopes(design, shop, series, scopes);
    const int32_t said = design->as_of_date + PK_HELD_COVARIATE_SAID_DAYS;
    for (size_t column = design->covariate_at; column < design->column_count; column++)
        for (size_t i = 0; i < count; i++)
            if (holds_column(design, scopes[i], column, last_date < said ? last_date : said))
                return true;
    return false;
}
