#include "models/forecast/advance_days.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/price.h"

#define ROUND_COUNT 3 /* reweightings of the new rows */

void pk_group_days_done(struct pk_group_days *days)
{
    if (days == NULL)
        return;
    pk_cells_done(&days->cells);
    free(days->x);
    free(days->rows);
    free(days->row_of);
    free(days->days);
    memset(days, 0, sizeof *days);
}

double pk_group_days_mean(const struct pk_group_days *days, size_t index, size_t bucket,
                          const double deviation[PK_SERIES_DEVIATION_COUNT])
{
    const size_t at = days->cells.class_of[index] * days->bucket_count + bucket;
    const struct pk_day_row *row = &days->rows[days->row_of[at]];
    const double date =
        days->first_date + ((double)bucket + 0.5) * (double)days->group->bucket_days;
    return row->mean * (double)days->days[index * days->bucket_count + bucket].price *
           exp(pk_own_log_factor(deviation, date, row->feast_effect, row->own));
}

/* Row of the design of a base bucket or a cell. */
static void design_row(const struct pk_group_days *days, size_t columns, size_t row, double *out)
{
    if (row < days->bucket_count)
        memcpy(out, days->x + row * columns, columns * sizeof *out);
    else
        pk_cells_row(&days->cells, row - days->bucket_count, days->x, columns, out);
}

static size_t bucket_of_row(const struct pk_group_days *days, size_t row)
{
    return row < days->bucket_count ? row : days->cells.cells[row - days->bucket_count].bucket;
}

/* Means, own rows and events under the present shape. */
static void set_rows(struct pk_group_days *days, const struct pk_design *design,
                     const struct pk_group_shape *shape, double *x)
{
    const size_t columns = design->column_count;
    for (size_t r = 0; r < days->bucket_count + days->cells.cell_count; r++) {
        struct pk_day_row *row = &days->rows[r];
        design_row(days, columns, r, x);
        row->mean = pk_shape_mean(shape->gamma, shape->log_scale, x, columns);
        row->feast_effect = pk_own_feast_effect(design, shape->gamma, x);
        pk_own_row(design, x, row->own);
        row->event = false;
        for (size_t j = design->promotion_at; j < design->covariate_at; j++)
            row->event |= design->columns[j].event && fabs(x[j]) > 0;
    }
}

static void set_row_of(struct pk_group_days *days)
{
    const size_t count = days->bucket_count;
    for (size_t one = 0; one < days->cells.class_count; one++) {
        uint32_t *row_of = days->row_of + one * count;
        for (size_t t = 0; t < count; t++)
            row_of[t] = (uint32_t)t;
        for (size_t i = days->cells.class_starts[one]; i < days->cells.class_starts[one + 1]; i++) {
            const struct pk_class_bucket *at = &days->cells.class_buckets[i];
            row_of[at->bucket] = (uint32_t)(count + at->cell);
        }
    }
}

/* Exposure of a bucket before availability is known: 0 outside of life and on closed days. */
static void open_day(const struct pk_group_days_source *source, const struct pk_item *item,
                     bool has_sold, int32_t date, const uint8_t *closed, struct pk_day *day)
{
    const int32_t length = source->group->bucket_days;
    const bool launched =
        item->launch_date != PK_DATE_NONE && item->launch_date >= source->history_first_date &&
        item->launch_date < date + length && item->launch_date <= source->shop->as_of_date;
    int32_t closed_days = 0;
    *day = (struct pk_day){0, 0, 1, PK_BUCKET_BEFORE_LIFE, false};
    if (!(has_sold || launched) || (item->end_date != PK_DATE_NONE && date > item->end_date))
        return;
    for (int32_t i = 0; i < length; i++)
        closed_days += closed[i];
    day->state = closed_days == length ? PK_BUCKET_CLOSED : PK_BUCKET_OPEN;
    day->exposure = 1 - (float)closed_days / (float)length;
}

/* The rule of panel.h for a row of sales. */
static void sell(const struct pk_sales_bucket *row, struct pk_day *day)
{
    if (row->demand_units > 0)
        day->units += row->demand_units;
    if (day->state != PK_BUCKET_OPEN || !(row->available_ratio >= 0) ||
        (row->available_ratio <= 0 && row->demand_units >= 1))
        return;
    if (row->available_ratio <= 0) {
        day->state = PK_BUCKET_STOCKED_OUT;
        day->exposure = 0;
    } else if (row->available_ratio < 1) {
        day->exposure *= row->available_ratio;
    }
}

/* Days of one series; its rows are ascending, so only their end is read. */
static void fill_series(const struct pk_group_days_source *source, size_t index, uint8_t *closed,
                        struct pk_group_days *days)
{
    const struct pk_shop *shop = source->shop;
    const struct pk_sales *sales = source->sales;
    const size_t series = source->group->series[index];
    const int32_t length = source->group->bucket_days;
    const struct pk_item *item = &shop->items[shop->series[series].item];
    struct pk_day *own = days->days + index * days->bucket_count;
    bool has_sold = source->series[series].first_sale_date != PK_DATE_NONE;
    size_t from = sales->starts[series + 1];
    while (from > sales->starts[series] && sales->buckets[from - 1].date >= days->first_date)
        from--;
    pk_closures_fill(source->closures, shop, series, days->first_date,
                     days->bucket_count * (size_t)length, closed);
    for (size_t t = 0; t < days->bucket_count; t++) {
        const int32_t date = days->first_date + (int32_t)t * length;
        size_t until = from;
        while (until < sales->starts[series + 1] && sales->buckets[until].date < date + length)
            has_sold |= sales->buckets[until++].demand_units > 0;
        open_day(source, item, has_sold, date, closed + t * (size_t)length, &own[t]);
        for (; from < until; from++)
            sell(&sales->buckets[from], &own[t]);
    }
}

/* What prices make of a series' days. `promoted` and `log_price` are scratch for the days and the
 * buckets. */
static void price_series(const struct pk_group_days_source *source, size_t index, uint8_t *promoted,
                         struct pk_log_price *log_price, struct pk_group_days *days)
{
    const size_t series = source->group->series[index];
    const struct pk_series_model *model = &source->series[series];
    struct pk_day *own = days->days + index * days->bucket_count;
    if (!(model->usual_price_micros > 0) ||
        !pk_price_fill(source->design, source->shop, series, model->usual_price_micros,
                       days->first_date, days->group->bucket_days, days->bucket_count, promoted,
                       log_price))
        return;
    for (size_t t = 0; t < days->bucket_count; t++)
        own[t].price = (float)pk_price_factor(&model->elasticity, &log_price[t]);
}

/* Bulk orders outside events, by the bounds that the fit's sweeps left. */
static void cap_series(const struct pk_group_days_source *source, size_t index,
                       struct pk_group_days *days)
{
    const struct pk_series_state *state = &source->states[source->group->series[index]];
    const uint32_t *row_of = days->row_of + days->cells.class_of[index] * days->bucket_count;
    for (size_t t = 0; t < days->bucket_count; t++) {
        struct pk_day *day = &days->days[index * days->bucket_count + t];
        const struct pk_day_row *row = &days->rows[row_of[t]];
        const double mean = (double)(state->constant_level * day->price) * row->mean * days->trend;
        if (row->event || !(day->units > 0) || !(day->exposure > 0) || !(mean > 0))
            continue;
        const float units =
            pk_level_capped(day->units, mean, state->size_floor, (double)state->inverse_dispersion,
                            state->floor_only != 0 ? 0 : source->huber_c);
        day->is_capped = units < day->units;
        day->units = units;
    }
}

/* Rows of the regression that the days add. */
struct added_rows {
    size_t count, width, extra_count;
    double *x; /* count x width */
    double *units, *level, *share;
    double *precision, *prior; /* of the columns that nobody had seen: extra_count */
    uint32_t *columns;         /* design column of each of the width columns but the trend's */
};

static void added_rows_done(struct added_rows *rows)
{
    free(rows->x);
    free(rows->columns);
}

/* Columns of the days' rows: those of the state, the trend, then those that nobody had seen. */
static enum pk_status added_rows_init(struct added_rows *rows, const struct pk_group_days *days,
                                      const struct pk_group_days_source *source,
                                      const struct pk_group_shape *shape, double *full,
                                      struct pk_error *error)
{
    const struct pk_group_state *state = source->state;
    const size_t columns = source->design->column_count;
    const size_t count = days->bucket_count + days->cells.cell_count;
    memset(rows, 0, sizeof *rows);
    rows->count = count;
    rows->columns = malloc((columns + PK_STATE_TREND_COUNT + 1) * sizeof *rows->columns);
    unsigned char *is_known = calloc(columns + 1, 1);
    enum pk_status status = PK_OK;
    if (rows->columns == NULL || is_known == NULL)
        goto no_memory;
    rows->width = state->column_count + PK_STATE_TREND_COUNT;
    memcpy(rows->columns, state->columns, state->column_count * sizeof *rows->columns);
    for (size_t j = 0; j < state->column_count; j++)
        is_known[state->columns[j]] = 1;
    for (size_t r = 0; r < count; r++) {
        design_row(days, columns, r, full);
        for (size_t j = 0; j < columns; j++) {
            if (is_known[j] || !(fabs(full[j]) > 0))
                continue;
            is_known[j] = 1;
            rows->columns[rows->width++] = (uint32_t)j;
            rows->extra_count++;
        }
    }
    rows->x = calloc(count * rows->width + 3 * count + 2 * rows->extra_count + 1, sizeof *rows->x);
    if (rows->x == NULL)
        goto no_memory;
    rows->units = rows->x + count * rows->width;
    rows->level = rows->units + count;
    rows->share = rows->level + count;
    rows->precision = rows->share + count;
    rows->prior = rows->precision + rows->extra_count;
    for (size_t i = 0; i < rows->extra_count; i++) {
        const size_t j = rows->columns[rows->width - rows->extra_count + i];
        const double sd = source->design->columns[j].prior_sd;
        rows->precision[i] = state->precision_scale / (sd * sd);
        rows->prior[i] = shape->gamma[j];
    }
    for (size_t r = 0; r < count; r++) {
        double *row = rows->x + r * rows->width;
        const double ahead = (double)(bucket_of_row(days, r) + 1) * source->group->bucket_days;
        design_row(days, columns, r, full);
        for (size_t j = 0; j < rows->width; j++)
            if (j < state->column_count || j >= state->column_count + PK_STATE_TREND_COUNT)
                row[j] = full[rows->columns[j]];
        row[state->column_count] = 1;
        row[state->column_count + 1] = ahead / PK_STATE_YEAR_DAYS;
    }
    goto cleanup;
no_memory:
    status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu rows", count);
cleanup:
    free(is_known);
    return status;
}

/* What was sold, the levels behind it and each row's part of its bucket. */
static void sum_rows(const struct pk_group_days_source *source, const struct pk_group_days *days,
                     struct added_rows *rows)
{
    for (size_t i = 0; i < source->group->series_count; i++) {
        const uint32_t *row_of = days->row_of + days->cells.class_of[i] * days->bucket_count;
        const double level = (double)source->states[source->group->series[i]].constant_level;
        for (size_t t = 0; t < days->bucket_count; t++) {
            const struct pk_day *day = &days->days[i * days->bucket_count + t];
            rows->units[row_of[t]] += day->exposure > 0 ? (double)day->units : 0;
            rows->level[row_of[t]] += level * (double)(day->exposure * day->price);
        }
    }
    for (size_t t = 0; t < days->bucket_count; t++) {
        double all = 0;
        for (size_t r = 0; r < rows->count; r++)
            all += bucket_of_row(days, r) == t ? rows->level[r] : 0;
        for (size_t r = 0; r < rows->count; r++)
            if (bucket_of_row(days, r) == t)
                rows->share[r] = all > 0 ? rows->level[r] / all : 1;
    }
}

/* The rows enter a copy of the equations under weights of the last solution, a few times. */
static enum pk_status solve_rows(const struct pk_group_state *state, struct added_rows *rows,
                                 double *beta, double *x, struct pk_error *error)
{
    struct pk_row_factor factor = {0};
    enum pk_status status = PK_OK;
    for (int round = 0; round < ROUND_COUNT && status == PK_OK; round++) {
        pk_row_factor_done(&factor);
        status = pk_row_factor_copy(&state->factor, rows->extra_count, rows->precision, rows->prior,
                                    &factor, error);
        if (status != PK_OK)
            break;
        if (round == 0)
            pk_row_factor_solve(&factor, beta);
        for (size_t r = 0; r < rows->count; r++) {
            if (!(rows->level[r] > 0))
                continue;
            double eta = 0, target, weight;
            memcpy(x, rows->x + r * rows->width, rows->width * sizeof *x);
            for (size_t j = 0; j < rows->width; j++)
                eta += x[j] * beta[j];
            pk_shape_working_row(rows->units[r], rows->level[r], eta,
                                 state->dispersion * rows->share[r], &target, &weight);
            pk_row_factor_add(&factor, x, target, weight);
        }
        pk_row_factor_solve(&factor, beta);
    }
    pk_row_factor_done(&factor);
    return status;
}

/* Adds the days to the group's equations and takes the new coefficients over. */
static enum pk_status update_shape(const struct pk_group_days *days,
                                   const struct pk_group_days_source *source,
                                   struct pk_group_shape *shape, double *full,
                                   struct pk_error *error)
{
    const struct pk_group_state *state = source->state;
    struct added_rows rows;
    enum pk_status status = added_rows_init(&rows, days, source, shape, full, error);
    double *beta = status == PK_OK ? malloc((2 * rows.width + 1) * sizeof *beta) : NULL;
    if (status == PK_OK && beta == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a shape");
    if (status == PK_OK) {
        sum_rows(source, days, &rows);
        status = solve_rows(state, &rows, beta, beta + rows.width, error);
    }
    for (size_t j = 0; status == PK_OK && j < rows.width; j++)
        if (!isfinite(beta[j]))
            status = pk_error_set(error, PK_INTERNAL, "", "the shape is not finite");
    for (size_t j = 0; status == PK_OK && j < rows.width; j++)
        if (j < state->column_count || j >= state->column_count + PK_STATE_TREND_COUNT)
            shape->gamma[rows.columns[j]] = beta[j];
    free(beta);
    added_rows_done(&rows);
    return status;
}

static enum pk_status allocate(const struct pk_group_days_source *source,
                               struct pk_group_days *days, struct pk_error *error)
{
    const size_t buckets = days->bucket_count, series = source->group->series_count;
    enum pk_status status = pk_cells_build(
        source->design, source->shop, source->group->series, series, source->group->category,
        days->first_date, source->group->bucket_days, buckets, &days->cells, error);
    if (status != PK_OK)
        return status;
    days->x = malloc((buckets * source->design->column_count + 1) * sizeof *days->x);
    days->rows = calloc(buckets + days->cells.cell_count + 1, sizeof *days->rows);
    days->row_of = malloc((days->cells.class_count * buckets + 1) * sizeof *days->row_of);
    days->days = malloc((series * buckets + 1) * sizeof *days->days);
    if (days->x == NULL || days->rows == NULL || days->row_of == NULL || days->days == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu series", series);
    return pk_design_fill(source->design, source->group->category, days->first_date,
                          source->group->bucket_days, buckets, days->x, error);
}

/* Log drift of the aggregate at the fit's end. */
static double trend_of(const struct pk_group_state *state, const struct pk_group_shape *shape,
                       double *beta)
{
    if (state->column_count == 0)
        return 1;
    pk_row_factor_solve(&state->factor, beta);
    return exp(beta[state->column_count] - shape->log_scale);
}

enum pk_status pk_group_days_init(struct pk_group_days *days,
                                  const struct pk_group_days_source *source,
                                  struct pk_group_shape *shape, struct pk_error *error)
{
    const int32_t length = source->group->bucket_days;
    const size_t columns = source->design->column_count;
    struct pk_group_days made = {.group = source->group,
                                 .first_date = source->fitted_as_of_date + length};
    made.bucket_count = (size_t)((source->shop->as_of_date - source->fitted_as_of_date) / length);
    double *full = malloc((columns + PK_STATE_TREND_COUNT + 1) * sizeof *full);
    uint8_t *closed = malloc(made.bucket_count * (size_t)length + 1);
    struct pk_log_price *log_price = malloc((made.bucket_count + 1) * sizeof *log_price);
    enum pk_status status =
        full == NULL || closed == NULL || log_price == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a row of the design")
            : allocate(source, &made, error);
    if (status != PK_OK)
        goto cleanup;
    made.trend = trend_of(source->state, shape, full);
    set_row_of(&made);
    set_rows(&made, source->design, shape, full);
    for (size_t i = 0; i < source->group->series_count; i++) {
        fill_series(source, i, closed, &made);
        price_series(source, i, closed, log_price, &made);
        cap_series(source, i, &made);
    }
    if (source->state->column_count > 0) {
        status = update_shape(&made, source, shape, full, error);
        set_rows(&made, source->design, shape, full);
    }
cleanup:
    free(full);
    free(closed);
    free(log_price);
    if (status == PK_OK)
        *days = made;
    else
        pk_group_days_done(&made);
    return status;
}
