#include "service/workflows/clearance/track_clearance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/evidence/bundle_partners.h"
#include "models/evidence/item_roles.h"
#include "service/workflows/clearance/plan_clearance.h"

struct path_work {
    const struct pk_view *then, *now;
    const struct pk_clearance_path_request *request;
    struct pk_clearance_path *path;
    struct pk_decision_memory *memory;
    enum pk_role *roles;
    struct pk_bundle_partners partners;
};

void pk_clearance_path_done(struct pk_clearance_path *path)
{
    free(path->lines);
    free(path->weeks);
    *path = (struct pk_clearance_path){0};
}

/* Takes one flagged line of the cohort's day over to the snapshot of now. */
static enum pk_status take_flagged(void *context, const struct pk_clearance_line *flagged,
                                   struct pk_error *error)
{
    struct path_work *work = context;
    const struct pk_shop *shop = &work->now->data->shop;
    (void)error;
    if (flagged->plan->is_watched)
        return PK_OK; /* healthy stock for longer than the date is not part of the cohort */
    const size_t series =
        pk_shop_find_series(shop, pk_shop_find_item(shop, flagged->facts->item->item_id),
                            pk_shop_find_warehouse(shop, flagged->warehouse_id));
    if (series == SIZE_MAX)
        return PK_OK; /* deleted since: nothing is known of it any more */
    work->path->lines[work->path->line_count++] =
        (struct pk_cohort_line){.series = series,
                                .flagged_units = flagged->plan->on_hand_units,
                                .reasons = flagged->plan->reasons,
                                .bundle_partner = SIZE_MAX,
                                .cost = NAN};
    return PK_OK;
}

/* Least physical stock of the stock days in from_date..to_date, what was sold between each and
 * to_date taken off; -1 without one. What came in later is not in it. */
static int64_t least_stock(const struct pk_shop_data *data, size_t series, int32_t from_date,
                           int32_t to_date)
{
    const struct pk_series *one = &data->shop.series[series];
    const struct pk_stock_row *rows = data->ledger.stock;
    const struct pk_ledger_range range =
        pk_ledger_stock_of(&data->ledger, one->item, one->warehouse);
    int64_t least = -1;
    for (size_t at = range.first; at < range.last && rows[at].date <= to_date;) {
        const int32_t date = rows[at].date;
        int64_t units = 0;
        for (; at < range.last && rows[at].date == date; at++)
            units += rows[at].on_hand_units;
        if (date < from_date)
            continue;
        units -= llround(pk_series_sold_units(data, series, date + 1, to_date));
        units = units > 0 ? units : 0;
        least = least < 0 || units < least ? units : least;
    }
    return least;
}

/* What a line was on a day: by its sales, and by the least stock that was seen since. */
static struct pk_cohort_state state_on(const struct path_work *work,
                                       const struct pk_cohort_line *line, int32_t date)
{
    const struct pk_shop_data *data = work->now->data;
    const int32_t since = work->path->since_date;
    return pk_cohort_state_of(line->flagged_units,
                              llround(pk_series_sold_units(data, line->series, since + 1, date)),
                              least_stock(data, line->series, since + 1, date));
}

/* What happens after the date is too late to count. */
static int32_t known_date(const struct pk_clearance_path *path)
{
    return path->as_of_date < path->by_date ? path->as_of_date : path->by_date;
}

/* The price of the item fell since the cohort's day, or a promotion of its own began. */
static bool is_price_cut(const struct path_work *work, const struct pk_cohort_line *line)
{
    const struct pk_shop *shop = &work->now->data->shop;
    const struct pk_series *series = &shop->series[line->series];
    const int32_t since = work->path->since_date;
    const int64_t before = pk_shop_price_micros(shop, series->item, series->warehouse, since);
    const int64_t after =
        pk_shop_price_micros(shop, series->item, series->warehouse, known_date(work->path));
    if (before > 0 && after >= 0 && (double)after < (1 - PK_PRICE_CUT_MIN) * (double)before)
        return true;
    for (size_t p = 0; p < shop->promotion_count; p++) {
        const struct pk_promotion *row = &shop->promotions[p];
        const bool is_cheaper =
            row->discount_ratio >= PK_PRICE_CUT_MIN ||
            (row->net_price_micros >= 0 && before > 0 && row->net_price_micros < before);
        if (row->item == series->item && row->start_date > since &&
            row->start_date <= known_date(work->path) && is_cheaper &&
            (row->warehouse == PK_INDEX_NONE || row->warehouse == series->warehouse))
            return true;
    }
    return false;
}

/* Demand of the line from next to a date as the current price makes it. */
static struct pk_window demand_until(const struct pk_series_facts *facts, int32_t to_date)
{
    const int32_t next = facts->demand.first_date;
    const struct pk_window forecast = pk_demand_window(&facts->demand, next, to_date);
    int32_t since = facts->model->last_sale_date != PK_DATE_NONE ? facts->model->last_sale_date
                                                                 : facts->first_stock_date;
    const int32_t unsold_days =
        since == PK_DATE_NONE ? PK_DAYS_OF_SUPPLY_MAX : (since < next ? next - since : 0);
    const int32_t days = to_date >= next ? to_date - next + 1 : 0;
    return pk_cohort_window(&forecast, days, unsold_days);
}

/* Units that neither price nor season will take: of a write-off, what selling would leave. */
static double stuck_units(const struct pk_cohort_line *line)
{
    const bool is_written_off = line->plan_action == PK_CLEARANCE_WRITE_OFF;
    return (double)line->state.left_units -
           (is_written_off ? line->expected_units : line->plan_expected_units);
}

/* A line that waits for a partner. */
struct bundle_want {
    struct pk_cohort_line *line;
    double worth; /* of what is stuck, at cost; its units where no cost is known */
};

static int compare_wants(const void *left, const void *right)
{
    const struct bundle_want *a = left;
    const struct bundle_want *b = right;
    if (a->worth != b->worth)
        return a->worth > b->worth ? -1 : 1;
    return (a->line->series > b->line->series) - (a->line->series < b->line->series);
}

static enum pk_status propose_bundle(struct path_work *work, struct pk_cohort_line *line,
                                     struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    const struct pk_shop *shop = &work->now->data->shop;
    struct pk_bundle_partner *partner =
        pk_bundle_partner_of(&work->partners, shop, &shop->series[line->series]);
    struct pk_bundle_input input = {.margin_floor = PK_MARGIN_FLOOR_RATIO,
                                    .attach_ratio = work->request->attach_ratio,
                                    .left_units = stuck_units(line)};
    struct pk_series_facts facts;
    if (partner == NULL)
        return PK_OK;
    enum pk_status status =
        pk_series_facts_load(work->now, line->series, 1, &none, NULL, work->memory, &facts, error);
    if (status != PK_OK || !pk_bundle_part_of(&facts, &input.item))
        return status;
    input.partner = partner->part;
    input.partner_units = partner->window_units;
    pk_bundle_price(&input, &line->bundle);
    if (line->bundle.is_possible && line->bundle.expected_units > 0) {
        line->bundle_partner = partner->series;
        partner->bundle_count++;
        work->path->bundle_units += line->bundle.expected_units;
    }
    return PK_OK;
}

/* Partners go to the lines with most money stuck. */
static enum pk_status propose_bundles(struct path_work *work, struct pk_error *error)
{
    struct pk_clearance_path *path = work->path;
    enum pk_status status = PK_OK;
    size_t count = 0;
    struct bundle_want *wants = calloc(path->line_count + 1, sizeof *wants);
    if (wants == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for bundles");
    for (size_t i = 0; i < path->line_count && path->by_date > path->as_of_date; i++) {
        struct pk_cohort_line *line = &path->lines[i];
        const double left = (double)line->state.left_units;
        const double stuck = stuck_units(line);
        if (left <= 0 || stuck < fmax(PK_BUNDLE_LEFT_RATIO * left, 1))
            continue;
        wants[count++] =
            (struct bundle_want){line, isnan(line->cost) ? stuck : line->cost * stuck / left};
    }
    qsort(wants, count, sizeof *wants, compare_wants);
    for (size_t i = 0; i < count && status == PK_OK; i++)
        status = propose_bundle(work, wants[i].line, error);
    free(wants);
    return status;
}

/* What the whole ladder clears by the date over what its first discount would: prices may fall
 * on. */
static double ladder_ratio(const struct pk_clearance_path *path,
                           const struct pk_series_facts *facts, const struct pk_clearance *plan,
                           const struct pk_cohort_line *line)
{
    const struct pk_window window = demand_until(facts, path->by_date);
    const struct pk_window cut =
        pk_cohort_discounted(&window, line->plan_discount_ratio, &plan->response);
    const double first = pk_cohort_cleared(&cut, line->state.left_units).mean;
    if (line->plan_action != PK_CLEARANCE_DISCOUNT || first <= 0)
        return 1;
    return fmin(plan->expected_cleared_units, (double)line->state.left_units) / first;
}

/* Adds what the line is expected to clear by the end of every week ahead, and by the date. */
static void look_ahead(struct path_work *work, const struct pk_series_facts *facts,
                       const struct pk_clearance *plan, struct pk_cohort_line *line)
{
    struct pk_clearance_path *path = work->path;
    const int64_t left = line->state.left_units;
    const double ladder = ladder_ratio(path, facts, plan, line);
    const bool is_written_off = line->plan_action == PK_CLEARANCE_WRITE_OFF;
    for (size_t w = 0; w < path->week_count; w++) {
        struct pk_cohort_week *week = &path->weeks[w];
        if (!week->is_ahead)
            continue;
        const struct pk_window window = demand_until(facts, week->end_date);
        const struct pk_window cut =
            pk_cohort_discounted(&window, line->plan_discount_ratio, &plan->response);
        const struct pk_cleared at_price = pk_cohort_cleared(&window, left);
        struct pk_cleared with_plan = pk_cohort_cleared(&cut, left);
        with_plan.mean = fmin(ladder * with_plan.mean, (double)left);
        if (is_written_off)
            with_plan = (struct pk_cleared){(double)left, 0};
        week->total_units += at_price.mean;
        week->plan_total_units += with_plan.mean;
        if (w + 1 < path->week_count)
            continue;
        line->expected_units = at_price.mean;
        line->plan_expected_units = with_plan.mean;
        path->at_price.expected += at_price.mean;
        path->at_price.variance += at_price.variance;
        path->with_plan.expected += with_plan.mean;
        path->with_plan.variance += with_plan.variance;
        path->write_off_units += is_written_off ? with_plan.mean : 0;
    }
}

/* The plan of now for what is left of a line. */
static enum pk_status plan_rest(struct path_work *work, struct pk_cohort_line *line,
                                struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_clearance_path *path = work->path;
    const bool is_past = path->by_date <= path->as_of_date;
    const struct pk_clearance_request request = {
        .by_date = path->by_date, .target_cleared_ratio = work->request->target_ratio};
    struct pk_series_facts facts;
    struct pk_clearance plan = {.is_flagged = false};
    enum pk_status status = is_past ? pk_series_facts_load(work->now, line->series, 1, &none, NULL,
                                                           work->memory, &facts, error)
                                    : pk_decide_clearance(work->now, line->series, &request,
                                                          work->memory, &facts, &plan, error);
    if (status != PK_OK)
        return status;
    if (plan.is_flagged) {
        line->plan_action = plan.action;
        line->plan_discount_ratio = plan.action == PK_CLEARANCE_DISCOUNT ? plan.discount_ratio : 0;
    }
    const int64_t cost = pk_unit_cost_micros(&facts.terms, &facts.economics);
    if (cost >= 0)
        line->cost = (double)cost / (double)PK_MICROS_PER_UNIT * (double)line->state.left_units;
    if (!is_past && line->state.left_units > 0)
        look_ahead(work, &facts, &plan, line);
    return PK_OK;
}

static enum pk_status follow_lines(struct path_work *work, struct pk_error *error)
{
    struct pk_clearance_path *path = work->path;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < path->line_count && status == PK_OK; i++) {
        struct pk_cohort_line *line = &path->lines[i];
        line->state = state_on(work, line, known_date(path));
        line->handling =
            pk_cohort_handling_of(line->flagged_units, &line->state, work->request->target_ratio,
                                  is_price_cut(work, line));
        path->flagged_units += line->flagged_units;
        path->sold_units += line->state.sold_units;
        path->gone_otherwise_units += line->state.gone_otherwise_units;
        path->left_units += line->state.left_units;
        for (size_t w = 0; w < path->week_count; w++) {
            struct pk_cohort_week *week = &path->weeks[w];
            const struct pk_cohort_state state =
                state_on(work, line, week->is_ahead ? known_date(path) : week->end_date);
            const double gone = (double)(line->flagged_units - state.left_units);
            week->total_units += gone;
            week->plan_total_units += gone;
        }
        status = plan_rest(work, line, error);
    }
    return status;
}

static const char *style_of(const struct pk_shop *shop, const struct pk_cohort_line *line)
{
    const struct pk_item *item = &shop->items[shop->series[line->series].item];
    return item->style_id != NULL && item->style_id[0] != '\0' ? item->style_id : item->item_id;
}

/* A style and the line it belongs to. */
struct style_line {
    const char *style;
    const struct pk_cohort_line *line;
};

static int compare_styles(const void *left, const void *right)
{
    return strcmp(((const struct style_line *)left)->style,
                  ((const struct style_line *)right)->style);
}

/* Styles flagged and styles dealt with: all lines of a style together. */
static enum pk_status count_styles(struct path_work *work, struct pk_error *error)
{
    struct pk_clearance_path *path = work->path;
    struct style_line *styles = calloc(path->line_count + 1, sizeof *styles);
    if (styles == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for styles");
    for (size_t i = 0; i < path->line_count; i++)
        styles[i] =
            (struct style_line){style_of(&work->now->data->shop, &path->lines[i]), &path->lines[i]};
    qsort(styles, path->line_count, sizeof *styles, compare_styles);
    for (size_t i = 0; i < path->line_count;) {
        struct pk_cohort_state sum = {0};
        int64_t flagged = 0;
        bool is_cut = false;
        const size_t first = i;
        for (; i < path->line_count && strcmp(styles[i].style, styles[first].style) == 0; i++) {
            const struct pk_cohort_line *line = styles[i].line;
            flagged += line->flagged_units;
            sum.sold_units += line->state.sold_units;
            sum.gone_otherwise_units += line->state.gone_otherwise_units;
            sum.left_units += line->state.left_units;
            is_cut |= is_price_cut(work, line);
        }
        const enum pk_cohort_handling handling =
            pk_cohort_handling_of(flagged, &sum, work->request->target_ratio, is_cut);
        path->style_count++;
        path->handled_style_count += handling != PK_HANDLING_NONE;
        path->handled_counts[handling]++;
    }
    free(styles);
    return PK_OK;
}

/* Weeks end every seven days from the cohort's day; the week that as-of cuts in two ends there, and
 * the last one on the date. */
static enum pk_status lay_out_weeks(struct pk_clearance_path *path, double target_units_share,
                                    struct pk_error *error)
{
    const int32_t last = path->by_date;
    const int32_t known = known_date(path);
    path->weeks = calloc((size_t)((last - path->since_date) / 7 + 3), sizeof *path->weeks);
    if (path->weeks == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the weeks of a cohort");
    for (int32_t date = path->since_date; date < last;) {
        int32_t end = path->since_date + ((date - path->since_date) / 7 + 1) * 7;
        end = end > last ? last : end;
        if (date < known && end > known)
            end = known;
        path->weeks[path->week_count++] = (struct pk_cohort_week){
            .end_date = end,
            .is_ahead = end > path->as_of_date,
            .path_units = target_units_share * (double)(end - path->since_date) /
                          (double)(last - path->since_date)};
        date = end;
    }
    return PK_OK;
}

/* Most money left first; lines without a known cost by their units, after them. */
static int compare_lines(const void *left, const void *right)
{
    const struct pk_cohort_line *a = left;
    const struct pk_cohort_line *b = right;
    const bool a_known = !isnan(a->cost), b_known = !isnan(b->cost);
    if (a_known != b_known)
        return a_known ? -1 : 1;
    const double a_worth = a_known ? a->cost : (double)a->state.left_units;
    const double b_worth = b_known ? b->cost : (double)b->state.left_units;
    if (a_worth != b_worth)
        return a_worth > b_worth ? -1 : 1;
    return (a->series > b->series) - (a->series < b->series);
}

static void close_sums(struct path_work *work)
{
    struct pk_clearance_path *path = work->path;
    const double target = work->request->target_ratio;
    const double gone = (double)(path->flagged_units - path->left_units);
    double before = 0;
    path->at_price.flagged = path->with_plan.flagged = (double)path->flagged_units;
    path->at_price.gone = path->with_plan.gone = gone;
    for (size_t w = 0; w < path->week_count; w++) {
        struct pk_cohort_week *week = &path->weeks[w];
        week->path_units *= (double)path->flagged_units;
        week->cleared_units = week->total_units - before;
        before = week->total_units;
    }
    path->verdict = pk_cohort_judge(&path->at_price, &path->with_plan, target,
                                    path->by_date <= path->as_of_date);
    path->needed_units = fmax(ceil(target * (double)path->flagged_units - 1e-9) - gone, 0);
    path->weeks_left = fmax((double)(path->by_date - path->as_of_date) / 7, 0);
}

static enum pk_status prepare(struct path_work *work, struct pk_error *error)
{
    struct pk_clearance_path *path = work->path;
    enum pk_status status = pk_clearance_by_date(&work->then->data->shop, work->request->by_date,
                                                 &path->by_date, error);
    if (status != PK_OK)
        return status;
    path->since_date = work->then->data->shop.as_of_date;
    path->as_of_date = work->now->data->shop.as_of_date;
    path->lines = calloc(work->then->data->shop.series_count + 1, sizeof *path->lines);
    work->memory = pk_decision_memory_new();
    work->roles = calloc(work->now->data->shop.item_count + 1, sizeof *work->roles);
    if (path->lines == NULL || work->memory == NULL || work->roles == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a clearance path");
    status = pk_item_roles_propose(work->now->data, work->roles, error);
    if (status == PK_OK)
        status = pk_bundle_partners_find(work->now, path->by_date, work->roles, work->memory,
                                         &work->partners, error);
    return status == PK_OK ? lay_out_weeks(path, work->request->target_ratio, error) : status;
}

enum pk_status pk_track_clearance(const struct pk_view *then, const struct pk_view *now,
                                  const struct pk_series_selection *selection,
                                  const struct pk_clearance_path_request *request,
                                  struct pk_clearance_path *out_path, struct pk_error *error)
{
    struct pk_clearance_path path = {0};
    struct path_work work = {.then = then, .now = now, .request = request, .path = &path};
    struct pk_clearance_summary totals;
    enum pk_status status = prepare(&work, error);
    const struct pk_clearance_request flags = {.by_date = path.by_date,
                                               .target_cleared_ratio = request->target_ratio};
    if (status == PK_OK)
        status = pk_plan_clearance(then, selection, &flags, request->thread_count, take_flagged,
                                   &work, &totals, NULL, error);
    if (status == PK_OK)
        status = follow_lines(&work, error);
    if (status == PK_OK)
        status = propose_bundles(&work, error);
    if (status == PK_OK)
        status = count_styles(&work, error);
    if (status == PK_OK) {
        qsort(path.lines, path.line_count, sizeof *path.lines, compare_lines);
        close_sums(&work);
        *out_path = path;
        path = (struct pk_clearance_path){0};
    }
    pk_clearance_path_done(&path);
    pk_bundle_partners_done(&work.partners);
    pk_decision_memory_free(work.memory);
    free(work.roles);
    return status;
}
