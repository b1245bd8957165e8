#include "models/decision/campaign/campaign_order.h"

#include <math.h>
#include <string.h>

/* The expected course of stock while the plan goes from review to review. */
struct course {
    const struct pk_campaign_order_input *input;
    struct pk_demand moved; /* of today, presale units on their ship-by date */
    const struct pk_demand *demand;
    double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    size_t bucket_count;
    double arrivals[PK_PROJECTION_BUCKET_COUNT_MAX]; /* units that become sellable, planned too */
    size_t bucket;                                   /* of the review */
    double stock_units;                              /* at its start, before its arrivals */
};

/* One look at the shelf. */
struct review {
    int32_t date, order_date, arrival_date, next_date, next_arrival_date;
    size_t arrival; /* bucket */
};

static int32_t date_of(const struct course *course, size_t bucket)
{
    return course->demand->first_date + (int32_t)bucket * course->demand->bucket_days;
}

static size_t bucket_of(const struct course *course, int32_t date)
{
    const int32_t days = pk_bucket_start_from(course->demand, date) - course->demand->first_date;
    const size_t bucket = (size_t)(days / course->demand->bucket_days);
    return bucket < course->bucket_count ? bucket : course->bucket_count;
}

/* First bucket after the window. */
static size_t end_bucket(const struct course *course)
{
    return bucket_of(course, course->input->end_date + 1);
}

static bool has_presale(const struct pk_campaign_order_input *input)
{
    return input->presale_units > 0 && input->ship_by_date > input->end_date;
}

/* Last day that an order can still help. */
static int32_t last_date(const struct pk_campaign_order_input *input)
{
    return has_presale(input) ? input->ship_by_date : input->end_date;
}

/* Takes the presale units off the window's days and puts them on their ship-by date. */
static void move_presale(struct course *course)
{
    const size_t start = bucket_of(course, course->input->start_date);
    const size_t end = end_bucket(course);
    const size_t ship = bucket_of(course, course->input->ship_by_date);
    double window = 0;
    for (size_t b = start; b < end; b++)
        window += course->mean_units[b];
    if (!has_presale(course->input) || ship >= course->bucket_count || !(window > 0))
        return;
    const double part = fmin(course->input->presale_units / window, 1);
    for (size_t b = start; b < end; b++)
        course->mean_units[b] *= 1 - part;
    course->mean_units[ship] += part * window;
}

static void begin(const struct pk_campaign_order_input *input, struct course *course)
{
    const struct pk_reorder_input *reorder = input->reorder;
    *course = (struct course){.input = input, .moved = *reorder->demand};
    course->demand = &course->moved;
    course->bucket_count = reorder->demand->bucket_count < PK_PROJECTION_BUCKET_COUNT_MAX
                               ? reorder->demand->bucket_count
                               : PK_PROJECTION_BUCKET_COUNT_MAX;
    course->moved.bucket_count = course->bucket_count;
    course->moved.mean_units = course->mean_units;
    memcpy(course->mean_units, reorder->demand->mean_units,
           course->bucket_count * sizeof *course->mean_units);
    move_presale(course);
    course->stock_units = (double)pk_stock_sellable_units(&reorder->stock);
    for (size_t i = 0; i < reorder->inbound_count; i++) {
        const struct pk_inbound *line = &reorder->inbound[i];
        const int32_t next = reorder->demand->first_date;
        const int32_t dock = line->eta_date > next ? line->eta_date : next;
        const size_t bucket = bucket_of(course, dock + reorder->terms.shelving_days);
        if (bucket < course->bucket_count)
            course->arrivals[bucket] += (double)line->units * line->confirmed_ratio;
    }
}

/* Demand of a bucket less what comes back in it. */
static double net_demand(const struct course *course, size_t bucket)
{
    const struct pk_returns *returns = &course->input->reorder->returns;
    double units = course->demand->mean_units[bucket];
    if (returns->rate > 0)
        units -= pk_returns_expected_units(returns, course->demand, date_of(course, bucket),
                                           date_of(course, bucket + 1) - 1);
    return units;
}

/* Expected stock at the start of `to`, without what arrives there. What is owed stays owed; what
 * finds no stock is lost. */
static double stock_at(const struct course *course, size_t to)
{
    double stock = course->stock_units;
    for (size_t b = course->bucket; b < to && b < course->bucket_count; b++) {
        stock += course->arrivals[b];
        if (stock > 0)
            stock = fmax(stock - net_demand(course, b), 0);
    }
    return stock;
}

static double mean_between(const struct course *course, size_t first, size_t last)
{
    double sum = 0;
    for (size_t b = first; b < last && b < course->bucket_count; b++)
        sum += course->demand->mean_units[b];
    return sum;
}

/* Arrivals from a bucket on as lines without shelving; what exceeds the lines joins the last. */
static size_t lines_from(const struct course *course, size_t first,
                         struct pk_inbound lines[PK_PROJECTION_SEGMENT_COUNT_MAX])
{
    size_t count = 0;
    for (size_t b = first; b < course->bucket_count; b++) {
        const double units = course->arrivals[b];
        if (!(units > 0))
            continue;
        if (count == PK_PROJECTION_SEGMENT_COUNT_MAX)
            break;
        const int64_t whole = (int64_t)ceil(units);
        lines[count++] = (struct pk_inbound){date_of(course, b), whole, units / (double)whole};
    }
    return count;
}

/* Terms on which an order of `from_date` arrives and is followed as the review says. */
static struct pk_supply_terms terms_between(const struct course *course, int32_t from_date,
                                            int32_t arrival_date, int32_t next_arrival_date)
{
    struct pk_supply_terms terms = course->input->reorder->terms;
    terms.calendar = (struct pk_supply_calendar){0};
    terms.shelving_days = 0;
    terms.lead_time_days = arrival_date - from_date;
    terms.review_period_days = next_arrival_date - arrival_date;
    return terms;
}

/* The demand that a later review looks at. */
static struct pk_demand demand_from(const struct pk_demand *demand, size_t bucket)
{
    struct pk_demand later = *demand;
    later.first_date += (int32_t)bucket * demand->bucket_days;
    later.mean_units += bucket;
    later.bucket_count -= bucket;
    later.lift_count = 0;
    for (size_t i = 0; i < demand->lift_count; i++) {
        struct pk_lift_span span = demand->lifts[i];
        const uint32_t end = span.first_bucket + span.bucket_count;
        if (end <= bucket)
            continue;
        const uint32_t first = span.first_bucket > bucket ? span.first_bucket : (uint32_t)bucket;
        span.first_bucket = first - (uint32_t)bucket;
        span.bucket_count = end - first;
        later.lifts[later.lift_count++] = span;
    }
    return later;
}

/* What will have been sold on the lag's days before a later review. */
static void sold_before(const struct course *course, size_t bucket,
                        double past_sold_units[PK_RETURN_LAG_DAYS_MAX])
{
    const struct pk_returns *returns = &course->input->reorder->returns;
    const int32_t first = course->demand->first_date;
    const int32_t from = date_of(course, bucket) - returns->lag_days;
    for (int32_t day = 0; day < returns->lag_days; day++) {
        const int32_t ahead = from + day - first;
        past_sold_units[day] =
            ahead < 0 ? returns->past_sold_units[ahead + returns->lag_days]
                      : course->demand->mean_units[ahead / course->demand->bucket_days] /
                            course->demand->bucket_days;
    }
}

/* What the review alone would order. */
static void decide_review(const struct course *course, const struct review *review,
                          struct pk_projection *projection, struct pk_reorder *out_reorder)
{
    struct pk_inbound lines[PK_PROJECTION_SEGMENT_COUNT_MAX];
    double past_sold_units[PK_RETURN_LAG_DAYS_MAX] = {0};
    struct pk_reorder_input reorder = *course->input->reorder;
    if (course->bucket == 0) {
        pk_reorder_decide(&reorder, projection, out_reorder);
        return;
    }
    const struct pk_demand demand = demand_from(course->demand, course->bucket);
    reorder.demand = &demand;
    reorder.stock.on_hand_units = llround(course->stock_units);
    reorder.stock.reserved_units = reorder.stock.unsellable_units = 0;
    reorder.inbound = lines;
    reorder.inbound_count = lines_from(course, course->bucket, lines);
    reorder.terms =
        terms_between(course, review->date, review->arrival_date, review->next_arrival_date);
    if (reorder.returns.rate > 0) {
        sold_before(course, course->bucket, past_sold_units);
        reorder.returns.past_sold_units = past_sold_units;
    }
    reorder.promotion_start_date = course->input->start_date;
    reorder.promotion_end_date = course->input->end_date;
    pk_reorder_decide(&reorder, projection, out_reorder);
}

/* What has to come at this review for the days until the end of the window, seen from today. */
static void decide_campaign(const struct course *course, const struct review *review, size_t until,
                            const struct pk_reorder *alone, struct pk_projection *projection,
                            struct pk_reorder *out_reorder)
{
    struct pk_inbound lines[PK_PROJECTION_SEGMENT_COUNT_MAX];
    struct pk_reorder_input reorder = *course->input->reorder;
    reorder.demand = course->demand;
    reorder.inbound = lines;
    reorder.inbound_count = lines_from(course, 0, lines);
    reorder.terms = terms_between(course, course->demand->first_date, review->arrival_date,
                                  date_of(course, until));
    if (alone->critical_ratio_rule != PK_RATIO_RULE_FILL_RATE)
        reorder.terms.critical_ratio = alone->critical_ratio;
    if (reorder.terms.max_stock_units >= 0)
        reorder.terms.max_stock_units += llround(mean_between(course, 0, course->bucket));
    reorder.carry_over_reviews = 0;
    reorder.promotion_start_date = course->input->start_date;
    reorder.promotion_end_date = course->input->end_date;
    pk_reorder_decide(&reorder, projection, out_reorder);
}

/* Most to order at this review so that the stock at the start is expected to be at most the cap; of
 * a window that has begun by the arrival, its share that is left. */
static int64_t cap_of(const struct course *course, const struct review *review)
{
    double cap = course->input->cap_units;
    if (!(cap < (double)PK_UNITS_MAX))
        return PK_UNITS_MAX;
    const size_t start = bucket_of(course, course->input->start_date);
    const double window = mean_between(course, start, end_bucket(course));
    if (review->arrival > start && window > 0)
        cap *= mean_between(course, review->arrival, end_bucket(course)) / window;
    double stock = stock_at(course, review->arrival);
    for (size_t b = review->arrival; b < start && b < course->bucket_count; b++)
        stock += course->arrivals[b] - net_demand(course, b);
    const size_t there = review->arrival > start ? review->arrival : start;
    stock += there < course->bucket_count ? course->arrivals[there] : 0;
    return (int64_t)floor(fmax(cap - stock, 0) + 1e-9);
}

/* The order cut to the cap, up to whole packs and what the supplier accepts at all. */
static int64_t within_cap(const struct pk_supply_terms *terms, int64_t units, int64_t cap)
{
    const int64_t pack = terms->pack_size_units > 1 ? terms->pack_size_units : 1;
    const int64_t least = cap > terms->min_order_units ? cap : terms->min_order_units;
    const int64_t accepted = (least + pack - 1) / pack * pack;
    return cap <= 0 ? 0 : units < accepted ? units : accepted;
}

/* Units of the order that serve the window: the stock at hand and the order serve the days one
 * after the other; what no day is expected to want is kept for the window. */
static int64_t campaign_part(const struct course *course, const struct review *review,
                             int64_t units, size_t last)
{
    const size_t start = bucket_of(course, course->input->start_date);
    const size_t end = bucket_of(course, last_date(course->input) + 1);
    if (last <= start || review->arrival >= end)
        return 0;
    double stock = fmax(stock_at(course, review->arrival), 0);
    double left = (double)units;
    double window_units = 0;
    for (size_t b = review->arrival; b < last && b < course->bucket_count && left > 0; b++) {
        stock += course->arrivals[b];
        const double wanted = fmax(course->demand->mean_units[b], 0);
        const double from_order = fmin(fmax(wanted - stock, 0), left);
        stock = fmax(stock - wanted, 0);
        left -= from_order;
        if (b >= start &&
            (b < end_bucket(course) || date_of(course, b) == last_date(course->input)))
            window_units += from_order;
    }
    return llround(window_units + left);
}

/* The latest day for what the review alone orders; INT32_MAX = any. */
static int32_t latest_for_review(const struct course *course, const struct review *review,
                                 const struct pk_reorder *alone)
{
    const struct pk_supply_terms *terms = &course->input->reorder->terms;
    if (alone->order_units == 0 || alone->order_by_date == PK_DATE_NONE)
        return INT32_MAX;
    if (course->bucket == 0)
        return alone->order_by_date;
    const int32_t safe_date = alone->order_by_date + review->arrival_date - review->date;
    return pk_supply_latest_order_date(&terms->calendar, safe_date, terms->lead_time_days,
                                       terms->shelving_days);
}

/* Of a later order for the campaign: what the quantity rules say of it. What the review alone would
 * say stands only if that orders as well. */
static void take_quantity_reasons(const struct pk_reasons *campaign, bool keeps_own,
                                  struct pk_reasons *reasons)
{
    static const enum pk_reason rules[] = {
        PK_REASON_MINIMUM_ORDER_RAISED, PK_REASON_PACK_ROUNDED,  PK_REASON_MAX_STOCK_CAPPED,
        PK_REASON_SHELF_LIFE_CAPPED,    PK_REASON_NEW_ITEM,      PK_REASON_LOW_EVIDENCE,
        PK_REASON_LEAD_TIME_LEARNT,     PK_REASON_PARENT_DEMAND, PK_REASON_FORECAST_ADJUSTED};
    if (!keeps_own)
        *reasons = (struct pk_reasons){0};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (pk_reasons_has(campaign, rules[i]))
            pk_reasons_add(reasons, rules[i]);
}

static void add_reasons(const struct course *course, const struct review *review,
                        const struct pk_reorder *campaign, bool is_late, bool is_capped,
                        struct pk_campaign_order *order)
{
    const struct pk_supply_terms *terms = &course->input->reorder->terms;
    const int32_t open_arrival = pk_bucket_start_from(
        course->demand, review->date + terms->lead_time_days + terms->shelving_days);
    if (order->is_campaign_stock) {
        if (course->bucket == 0)
            order->reasons = campaign->reasons;
        else
            take_quantity_reasons(&campaign->reasons, order->review_units > 0, &order->reasons);
        pk_reasons_put_first(&order->reasons, PK_REASON_CAMPAIGN_STOCK);
        if (course->bucket == 0)
            pk_reasons_add(&order->reasons, PK_REASON_PLAN_AHEAD);
    }
    if (is_late)
        pk_reasons_add(&order->reasons, PK_REASON_ORDER_DATE_PAST);
    if (is_capped)
        pk_reasons_add(&order->reasons, PK_REASON_ORDER_CAPPED);
    if (review->arrival_date > open_arrival)
        pk_reasons_add(&order->reasons, PK_REASON_SUPPLIER_CLOSURE);
}

/* What a review has to stock besides its own interval: buckets until `until`; 0 = nothing. */
struct goal {
    size_t until;
    int32_t order_by_date;
    double later_units; /* due between the window and `until`: beyond the cap */
};

static struct review review_on(const struct course *course, int32_t date)
{
    const struct pk_supply_terms *terms = &course->input->reorder->terms;
    const int32_t days = terms->review_period_days > 0 ? terms->review_period_days : 1;
    struct review review = {.date = date,
                            .order_date = pk_supply_order_date(&terms->calendar, date),
                            .arrival_date = pk_arrival_date(course->demand, terms, date)};
    const int32_t following = date + days > review.order_date ? date + days : review.order_date + 1;
    review.next_date = pk_bucket_start_from(course->demand, following);
    review.next_arrival_date = pk_arrival_date(course->demand, terms, following);
    if (review.next_arrival_date <= review.arrival_date)
        review.next_arrival_date = review.arrival_date + course->demand->bucket_days;
    review.arrival = bucket_of(course, review.arrival_date);
    return review;
}

/* True if no later review orders in time for a date. */
static bool is_last_before(const struct course *course, const struct review *review, int32_t by)
{
    const struct pk_supply_terms *terms = &course->input->reorder->terms;
    const bool is_first = course->bucket == 0;
    return (review->order_date <= by || is_first) &&
           pk_supply_order_date(&terms->calendar, review->next_date) > by;
}

/* True if this review stocks the window: the one before the last in time, or today where that is
 * the last. */
static bool stocks_window(const struct course *course, const struct review *review)
{
    const int32_t by = course->input->order_by_date;
    if (is_last_before(course, review, by))
        return true;
    const struct review next = review_on(course, review->next_date);
    return course->bucket > 0 && next.order_date <= by && is_last_before(course, &next, by);
}

static struct goal goal_of(const struct course *course, const struct review *review)
{
    const struct pk_campaign_order_input *input = course->input;
    const size_t end = end_bucket(course);
    struct goal goal = {0};
    if (stocks_window(course, review) && end > review->arrival)
        goal = (struct goal){.until = end, .order_by_date = input->order_by_date};
    if (!has_presale(input) || !is_last_before(course, review, input->ship_by_order_date))
        return goal;
    const size_t ship = bucket_of(course, input->ship_by_date) + 1;
    if (ship <= review->arrival)
        return goal;
    if (goal.until == 0)
        goal.order_by_date = input->ship_by_order_date;
    goal.until = ship;
    goal.later_units = mean_between(course, end > review->arrival ? end : review->arrival, ship);
    return goal;
}

/* The order of one review; false if there is none. */
static bool order_of(const struct course *course, const struct review *review,
                     const struct pk_reorder *alone, struct pk_projection *projection,
                     struct pk_campaign_order *out_order)
{
    struct pk_campaign_order order = {.order_date = review->order_date,
                                      .arrival_date = review->arrival_date,
                                      .units = alone->order_units,
                                      .review_units = alone->order_units,
                                      .critical_ratio = alone->critical_ratio,
                                      .reasons = alone->reasons};
    const struct goal goal = goal_of(course, review);
    const bool is_late = goal.until > 0 && goal.order_by_date < review->order_date;
    size_t last = bucket_of(course, review->next_arrival_date);
    bool is_capped = false;
    struct pk_reorder campaign = {0};
    if (goal.until > 0) {
        decide_campaign(course, review, goal.until, alone, projection, &campaign);
        const int64_t cap = cap_of(course, review) + llround(goal.later_units);
        const int64_t units = within_cap(&course->input->reorder->terms, campaign.order_units, cap);
        is_capped = units < campaign.order_units;
        order.is_campaign_stock = units > order.units;
        order.units = units > order.units ? units : order.units;
        last = goal.until > last ? goal.until : last;
    }
    if (order.units == 0)
        return false;
    add_reasons(course, review, &campaign, is_late, is_capped, &order);
    int32_t latest = latest_for_review(course, review, alone);
    if (order.is_campaign_stock && goal.order_by_date < latest)
        latest = goal.order_by_date;
    if (latest == INT32_MAX)
        latest = review->order_date;
    order.last_order_date = latest > review->order_date ? latest : review->order_date;
    order.campaign_units = campaign_part(course, review, order.units, last);
    *out_order = order;
    return true;
}

void pk_campaign_orders_plan(const struct pk_campaign_order_input *input,
                             struct pk_projection *projection,
                             struct pk_campaign_orders *out_orders)
{
    struct course course;
    begin(input, &course);
    struct review review = review_on(&course, course.demand->first_date);
    out_orders->count = 0;
    out_orders->first_arrival_date = review.arrival_date;
    decide_review(&course, &review, projection, &out_orders->today);
    while (review.arrival_date <= last_date(input) && review.arrival < course.bucket_count &&
           out_orders->count < PK_CAMPAIGN_ORDER_COUNT_MAX) {
        struct pk_reorder alone = out_orders->today;
        struct pk_campaign_order *order = &out_orders->orders[out_orders->count];
        if (course.bucket > 0)
            decide_review(&course, &review, projection, &alone);
        if (order_of(&course, &review, &alone, projection, order)) {
            course.arrivals[review.arrival] += (double)order->units;
            out_orders->count++;
        }
        const size_t next = bucket_of(&course, review.next_date);
        course.stock_units = stock_at(&course, next);
        course.bucket = next;
        review = review_on(&course, review.next_date);
    }
}
