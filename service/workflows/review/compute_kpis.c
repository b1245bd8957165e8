#include "service/workflows/review/compute_kpis.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/evidence/campaign_results.h"
#include "models/evidence/sales_path.h"
#include "service/store/store.h"
#include "service/work/series_run.h"

static const char *const scope_names[] = {"total", "category", "warehouse", "channel", "role"};

/* The window asked for, the one right before, and the same dates of the year before. */
#define WINDOW_COUNT 3

/* Series that one thread loads in a row. */
#define PART_SERIES 32

/* What a thread works with. */
struct loader {
    struct pk_kpi_memory *memory;
    struct pk_sales_path_memory path;
};

/* One series loaded, and not added yet. */
struct loaded {
    size_t series;
    struct pk_kpi_series windows[WINDOW_COUNT];
    struct pk_series_path path;
    double days[]; /* of the path: its units, then its amounts */
};

/* Everything one answer works with. */
struct kpi_work {
    struct pk_store *store;
    const struct pk_view *view;
    const struct pk_kpi_request *request;
    struct pk_kpi_window windows[WINDOW_COUNT];
    bool has_campaign[WINDOW_COUNT];
    struct pk_campaign campaigns[WINDOW_COUNT]; /* that ended last in the window or before it */
    struct pk_kpi *sums[WINDOW_COUNT];          /* total, then scopes */
    struct pk_sales_path path;                  /* empty without targets of units or gmv */
    pk_kpi_take *take;
    void *context;
};

static int32_t year_before(int32_t date)
{
    struct pk_civil civil = pk_date_to_civil(date);
    civil.year--;
    if (civil.month == 2 && civil.day == 29)
        civil.day = 28;
    return pk_date_from_civil(civil);
}

static int32_t first_sale_date(const struct pk_shop_data *data)
{
    int32_t first = data->shop.as_of_date + 1;
    for (size_t i = 0; i < data->shop.series_count; i++)
        if (data->sales.starts[i] < data->sales.starts[i + 1] &&
            data->sales.buckets[data->sales.starts[i]].date < first)
            first = data->sales.buckets[data->sales.starts[i]].date;
    return first;
}

static bool is_item_deal(const struct pk_shop *shop, const char *promotion_id)
{
    struct pk_campaign_walk walk = pk_campaign_walk_begin(shop, promotion_id, PK_INDEX_NONE);
    const struct pk_promotion *row;
    while ((row = pk_campaign_walk_next(&walk)) != NULL)
        if (row->item == PK_INDEX_NONE)
            return false;
    return true;
}

bool pk_kpi_campaign(const struct pk_shop *shop, int32_t to_date, struct pk_campaign *out_campaign)
{
    const struct pk_promotion *last = NULL;
    bool last_is_deal = true;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        struct pk_campaign campaign;
        if (row->start_date > to_date)
            break;
        if (row->end_date > to_date)
            continue;
        const bool is_deal = is_item_deal(shop, row->promotion_id);
        const bool is_later = last == NULL || is_deal < last_is_deal ||
                              (is_deal == last_is_deal && row->end_date > last->end_date);
        if (!is_later || !pk_campaign_find(shop, row->promotion_id, NULL, &campaign) ||
            campaign.end_date > to_date)
            continue;
        last = row;
        last_is_deal = is_deal;
        *out_campaign = campaign;
    }
    return last != NULL;
}

static void set_windows(struct kpi_work *work)
{
    const int32_t from = work->request->from_date, to = work->request->to_date;
    const int32_t first = first_sale_date(work->view->data);
    work->windows[0] = (struct pk_kpi_window){.from_date = from, .to_date = to, .is_known = true};
    work->windows[1].from_date = from - (to - from + 1);
    work->windows[1].to_date = from - 1;
    work->windows[2].from_date = year_before(from);
    work->windows[2].to_date = year_before(to);
    for (size_t i = 0; i < WINDOW_COUNT; i++) {
        if (i > 0)
            work->windows[i].is_known = work->windows[i].from_date >= first;
        work->has_campaign[i] =
            pk_kpi_campaign(&work->view->data->shop, work->windows[i].to_date, &work->campaigns[i]);
    }
}

static bool is_of_promotion(enum pk_metric metric)
{
    return metric == PK_METRIC_STOCKING_ACCURACY || metric == PK_METRIC_STOCKING_WITHIN_RATIO ||
           metric == PK_METRIC_GAP_RATIO;
}

/* Where the expected sales of a scope lie on the path; those of a channel have the shop's shape. */
static size_t path_scope(const struct kpi_work *work, const struct pk_target_scope *scope)
{
    if (scope->category != PK_INDEX_NONE)
        return pk_sales_path_category(&work->path, scope->category);
    if (scope->warehouse != PK_INDEX_NONE)
        return pk_sales_path_warehouse(&work->path, scope->warehouse);
    return 0;
}

/* The target of a figure: units and money of the window's days, a ratio of its last day. */
static void find_target(const struct kpi_work *work, const struct pk_target_scope *scope,
                        struct pk_kpi_figure *figure)
{
    const char *name = pk_metric_name(figure->value.metric);
    if (scope == NULL)
        return;
    if (figure->value.metric == PK_METRIC_UNITS || figure->value.metric == PK_METRIC_GMV) {
        figure->has_target =
            work->path.scope_count > 0 &&
            pk_sales_path_target(&work->path, path_scope(work, scope), name, scope,
                                 work->request->from_date, work->request->to_date, &figure->target);
        return;
    }
    const struct pk_target_row *row =
        pk_target_on(&work->view->data->ledger, name, scope, work->request->to_date);
    figure->has_target = row != NULL;
    figure->target = row == NULL ? 0 : row->value;
}

static enum pk_status hand_on(const struct kpi_work *work, const struct pk_target_scope *target,
                              struct pk_kpi_figure *figure, struct pk_error *error)
{
    const struct pk_campaign *campaign = &work->campaigns[0];
    figure->from_date = work->request->from_date;
    figure->to_date = work->request->to_date;
    if (is_of_promotion(figure->value.metric) && work->has_campaign[0]) {
        figure->from_date = campaign->start_date;
        figure->to_date = campaign->end_date;
    }
    find_target(work, target, figure);
    return work->take(work->context, figure, error);
}

/* The figures of scope `index` of the sums, with those of the windows before. */
static enum pk_status give(const struct kpi_work *work, size_t index, const char *scope,
                           const char *scope_id, const struct pk_target_scope *target,
                           struct pk_error *error)
{
    struct pk_metric_value values[WINDOW_COUNT][PK_METRIC_COUNT];
    for (size_t i = 0; i < WINDOW_COUNT; i++) {
        pk_kpi_finish(&work->sums[i][index], values[i]);
        const bool is_known =
            i == 0 || (work->windows[i].is_known && work->sums[i][index].any_item);
        for (size_t m = 0; m < PK_METRIC_COUNT; m++)
            values[i][m].is_defined &= is_known;
    }
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < PK_METRIC_COUNT && status == PK_OK; i++) {
        struct pk_kpi_figure figure = {.scope = scope,
                                       .scope_id = scope_id,
                                       .value = values[0][i],
                                       .previous = values[1][i],
                                       .year_before = values[2][i]};
        status = hand_on(work, target, &figure, error);
    }
    return status;
}

#define CHANNEL_METRIC_COUNT 4

static void channel_values(const struct pk_channel_sum *sum,
                           struct pk_metric_value out_values[CHANNEL_METRIC_COUNT])
{
    const double units = (double)sum->units;
    const double amount = (double)sum->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
    const double returned = (double)sum->returned_units, cancelled = (double)sum->cancelled_units;
    out_values[0] = (struct pk_metric_value){PK_METRIC_UNITS, true, units, units, 1};
    out_values[1] =
        (struct pk_metric_value){PK_METRIC_GMV, sum->paid_amount_micros >= 0, amount, amount, 1};
    out_values[2] = (struct pk_metric_value){PK_METRIC_RETURN_RATIO, units > 0,
                                             units > 0 ? returned / units : 0, returned, units};
    out_values[3] = (struct pk_metric_value){PK_METRIC_CANCEL_RATIO, units > 0,
                                             units > 0 ? cancelled / units : 0, cancelled, units};
}

/* Of the same channel in another window; undefined without. */
static void channel_values_of(const struct pk_channel_sum *sums, size_t count, const char *channel,
                              struct pk_metric_value out_values[CHANNEL_METRIC_COUNT])
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sums[i].channel, channel) == 0) {
            channel_values(&sums[i], out_values);
            return;
        }
    memset(out_values, 0, CHANNEL_METRIC_COUNT * sizeof *out_values);
}

/* Sales figures alone: a channel has no stock of its own. */
static enum pk_status give_channels(const struct kpi_work *work, struct pk_error *error)
{
    struct pk_channel_sum *sums[WINDOW_COUNT] = {NULL};
    size_t counts[WINDOW_COUNT] = {0};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < WINDOW_COUNT && status == PK_OK; i++)
        if (work->windows[i].is_known)
            status = pk_store_sum_channels(work->store, work->windows[i].from_date,
                                           work->windows[i].to_date, &sums[i], &counts[i], error);
    for (size_t i = 0; i < counts[0] && status == PK_OK; i++) {
        const char *channel = sums[0][i].channel;
        const struct pk_target_scope target = {channel, "", PK_INDEX_NONE, PK_INDEX_NONE};
        struct pk_metric_value values[WINDOW_COUNT][CHANNEL_METRIC_COUNT];
        for (size_t w = 0; w < WINDOW_COUNT; w++)
            channel_values_of(sums[w], counts[w], channel, values[w]);
        for (size_t v = 0; v < CHANNEL_METRIC_COUNT && status == PK_OK; v++) {
            struct pk_kpi_figure figure = {.scope = "channel",
                                           .scope_id = channel,
                                           .value = values[0][v],
                                           .previous = values[1][v],
                                           .year_before = values[2][v]};
            status = hand_on(work, &target, &figure, error);
        }
    }
    for (size_t i = 0; i < WINDOW_COUNT; i++)
        free(sums[i]);
    return status;
}

static size_t scope_of(const struct pk_shop *shop, const struct pk_series *series,
                       enum pk_kpi_scope by)
{
    switch (by) {
    case PK_KPI_CATEGORY:
        return shop->items[series->item].category;
    case PK_KPI_WAREHOUSE:
        return series->warehouse;
    case PK_KPI_ROLE:
        return shop->items[series->item].role;
    case PK_KPI_TOTAL:
    case PK_KPI_CHANNEL:
        break;
    }
    return 0;
}

static size_t scope_count(const struct pk_shop *shop, enum pk_kpi_scope by)
{
    size_t counts[] = {0, shop->category_count, shop->warehouse_count, 0, PK_ROLE_COUNT};
    return counts[by];
}

static const char *scope_id(const struct pk_shop *shop, enum pk_kpi_scope by, size_t index)
{
    if (by == PK_KPI_CATEGORY)
        return shop->categories[index];
    return by == PK_KPI_WAREHOUSE ? shop->warehouses[index]
                                  : pk_role_word((enum pk_role)index)->name;
}

static struct pk_target_scope target_scope(enum pk_kpi_scope by, size_t index)
{
    struct pk_target_scope scope = {"", "", PK_INDEX_NONE, PK_INDEX_NONE};
    if (by == PK_KPI_CATEGORY)
        scope.category = (uint32_t)index;
    if (by == PK_KPI_WAREHOUSE)
        scope.warehouse = (uint32_t)index;
    return scope;
}

/* The days that targets of the window ask about. */
static enum pk_status lay_path(struct kpi_work *work, struct pk_error *error)
{
    int32_t from_date = work->request->from_date, to_date = work->request->to_date;
    if (!pk_targets_widen(&work->view->data->ledger, &from_date, &to_date))
        return PK_OK;
    return pk_sales_path_new(work->view, from_date, to_date, &work->path, error);
}

static enum pk_status begin_loader(const void *context, void *memory, struct pk_error *error)
{
    struct loader *loader = memory;
    (void)context;
    loader->memory = pk_kpi_memory_new();
    return loader->memory == NULL
               ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for key figures")
               : PK_OK;
}

static void end_loader(void *memory)
{
    struct loader *loader = memory;
    pk_kpi_memory_free(loader->memory);
    pk_sales_path_memory_done(&loader->path);
}

static enum pk_status load_series(const void *context, void *memory, size_t series, void *row,
                                  bool *out_is_kept, struct pk_error *error)
{
    const struct kpi_work *work = context;
    struct loader *loader = memory;
    struct loaded *loaded = row;
    struct pk_series_facts facts;
    (void)out_is_kept;
    loaded->series = series;
    loaded->path.units = loaded->days;
    loaded->path.amount = loaded->days + work->path.day_count;
    enum pk_status status = pk_kpi_series_load(work->view, series, work->windows, WINDOW_COUNT,
                                               loader->memory, &facts, loaded->windows, error);
    if (status == PK_OK && work->path.scope_count > 0)
        status = pk_sales_path_load(&work->path, work->view, series, &facts.demand, &loader->path,
                                    &loaded->path, error);
    return status;
}

static enum pk_status add_loaded(void *context, void *row, struct pk_error *error)
{
    struct kpi_work *work = context;
    const struct loaded *loaded = row;
    const struct pk_shop *shop = &work->view->data->shop;
    const enum pk_kpi_scope by = work->request->by;
    (void)error;
    for (size_t i = 0; i < WINDOW_COUNT; i++) {
        if (!work->windows[i].is_known)
            continue;
        pk_kpi_add_series(&work->sums[i][0], &loaded->windows[i]);
        if (scope_count(shop, by) > 0)
            pk_kpi_add_series(&work->sums[i][1 + scope_of(shop, &shop->series[loaded->series], by)],
                              &loaded->windows[i]);
    }
    if (work->path.scope_count > 0)
        pk_sales_path_add(&work->path, &loaded->path);
    return PK_OK;
}

static enum pk_status add_series(struct kpi_work *work, struct pk_error *error)
{
    const struct pk_series_work series_work = {
        .parts = {&work->view->data->shop, NULL, PART_SERIES},
        .thread_count = work->request->thread_count,
        .noun = "key figures",
        .context = work,
        .memory_size = sizeof(struct loader),
        .begin = begin_loader,
        .end = end_loader,
        .row_size = sizeof(struct loaded) + 2 * work->path.day_count * sizeof(double),
        .make = load_series,
        .take = add_loaded};
    return pk_series_run(&series_work, error);
}

static void end_work(struct kpi_work *work)
{
    pk_sales_path_done(&work->path);
    free(work->sums[0]);
}

/* What the campaign of one window did, as `promo compare` tells it, into the sums of each scope. */
static enum pk_status add_campaign(struct kpi_work *work, size_t window,
                                   const struct pk_view *campaign_before,
                                   const struct pk_series_selection *everything,
                                   struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const enum pk_kpi_scope by = work->request->by;
    struct pk_campaign_results results = {0};
    struct pk_error failure = {0};
    const enum pk_status status =
        pk_campaign_results_load(work->view, campaign_before, work->campaigns[window].promotion_id,
                                 everything, &results, &failure);
    if (status == PK_FAILED_PRECONDITION) /* the history begins after it did */
        return PK_OK;
    if (status != PK_OK) {
        *error = failure;
        return status;
    }
    for (size_t i = 0; i < results.line_count; i++) {
        const struct pk_series *series = &shop->series[results.lines[i].series];
        pk_kpi_add_campaign_line(&work->sums[window][0], &results.lines[i].line);
        if (scope_count(shop, by) > 0)
            pk_kpi_add_campaign_line(&work->sums[window][1 + scope_of(shop, series, by)],
                                     &results.lines[i].line);
    }
    pk_campaign_results_done(&results);
    return PK_OK;
}

/* The gap rate needs the forecast of that time, which is at hand for the window's own campaign
 * alone. */
static enum pk_status add_campaigns(struct kpi_work *work, const struct pk_view *campaign_before,
                                    struct pk_error *error)
{
    const struct pk_series_filter everything = {0};
    struct pk_series_selection selection = {0};
    enum pk_status status =
        pk_series_select(&work->view->data->shop, &everything, &selection, error);
    for (size_t w = 0; w < WINDOW_COUNT && status == PK_OK; w++) {
        if (!work->windows[w].is_known || !work->has_campaign[w])
            continue;
        const bool is_same =
            strcmp(work->campaigns[w].promotion_id, work->campaigns[0].promotion_id) == 0;
        status = add_campaign(work, w, is_same ? campaign_before : NULL, &selection, error);
    }
    pk_series_selection_done(&selection);
    return status;
}

enum pk_status pk_compute_kpis(struct pk_store *store, const struct pk_view *view,
                               const struct pk_view *campaign_before,
                               const struct pk_kpi_request *request, pk_kpi_take *take,
                               void *context, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const size_t scopes = scope_count(shop, request->by);
    struct kpi_work work = {
        .store = store, .view = view, .request = request, .take = take, .context = context};
    struct pk_kpi *sums = calloc(WINDOW_COUNT * (1 + scopes), sizeof *sums);
    const struct pk_target_scope everything = target_scope(PK_KPI_TOTAL, 0);
    enum pk_status status = PK_OK;
    if (sums == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for key figures");
    for (size_t i = 0; i < WINDOW_COUNT; i++)
        work.sums[i] = sums == NULL ? NULL : sums + i * (1 + scopes);
    set_windows(&work);
    if (status == PK_OK)
        status = lay_path(&work, error);
    if (status == PK_OK)
        status = add_series(&work, error);
    if (status == PK_OK)
        status = add_campaigns(&work, campaign_before, error);
    if (status == PK_OK)
        status = give(&work, 0, "total", "", &everything, error);
    for (size_t i = 0; status == PK_OK && i < scopes; i++) {
        const struct pk_target_scope target = target_scope(request->by, i);
        if (work.sums[0][1 + i].any_item)
            status = give(&work, 1 + i, scope_names[request->by], scope_id(shop, request->by, i),
                          request->by == PK_KPI_ROLE ? NULL : &target, error);
    }
    if (status == PK_OK && request->by == PK_KPI_CHANNEL)
        status = give_channels(&work, error);
    end_work(&work);
    return status;
}
