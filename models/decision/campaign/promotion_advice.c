#include "models/decision/campaign/promotion_advice.h"

#include <math.h>

#include "models/base/units.h"
#include "models/decision/campaign/promotion_cover.h"
#include "models/decision/order/need.h"

const char *pk_promotion_action_name(enum pk_promotion_action action)
{
    static const char *const names[PK_ACTION_COUNT] = {
        "",    "order_now",        "order_by_date", "transfer", "expedite_inbound",
        "cap", "stop_advertising", "push"};
    return names[action];
}

/* What is different from how things stand. */
struct help {
    enum pk_promotion_action action;
    int64_t units; /* more of them on `date`; 0 = none */
    int32_t date;
    size_t line; /* comes on `date` instead of its own; SIZE_MAX = none */
    int32_t days;
    double saved_units;
};

static int32_t sellable_date(const struct pk_promotion_input *input, size_t line)
{
    const int32_t eta = input->inbound[line].eta_date;
    return (eta < input->demand->first_date ? input->demand->first_date : eta) +
           input->terms.shelving_days;
}

/* A line that comes on another date than announced; SIZE_MAX = none. */
struct delay {
    size_t line;
    int32_t date;
};
static const struct delay no_delay = {SIZE_MAX, PK_DATE_NONE};

/* Adds units that come on a date. Between the start and the ship-by date they set free as much of
 * what is there at the start as is still owed to presale. */
static void add_units(const struct pk_promotion_input *input, int32_t date, double units,
                      double *presale_left, struct pk_projection *projection)
{
    double early = 0.0;
    if (date > input->start_date && date <= input->ship_by_date)
        early = fmin(*presale_left, units);
    *presale_left -= early;
    pk_projection_add_inbound(projection, input->start_date, early);
    pk_projection_add_inbound(projection, date, units - early);
}

/* Begins the path as it stands with the help. */
static void begin(const struct pk_promotion_input *input, const struct pk_promotion_check *check,
                  const struct help *help, struct delay delay, struct pk_projection *projection)
{
    double presale_left = check->presale_units;
    pk_projection_begin(projection, input->demand, (double)pk_stock_sellable_units(&input->stock),
                        NULL, 0, 0);
    for (size_t i = 0; i < input->inbound_count; i++) {
        const int32_t date = help->line == i   ? help->date
                             : delay.line == i ? delay.date
                                               : sellable_date(input, i);
        add_units(input, date, (double)input->inbound[i].units * input->inbound[i].confirmed_ratio,
                  &presale_left, projection);
    }
    add_units(input, help->date, (double)help->units, &presale_left, projection);
}

static double path_lost_units(const struct pk_promotion_input *input,
                              const struct pk_promotion_check *check, const struct help *help,
                              struct delay delay, struct pk_projection *projection)
{
    begin(input, check, help, delay, projection);
    const struct pk_promotion_span span = pk_promotion_span_of(input, projection);
    pk_returns_sell_again(&input->returns, projection, span.first);
    pk_projection_run(projection, span.first);
    const double before = projection->expected_lost_units;
    pk_projection_run(projection, span.last);
    return fmax(projection->expected_lost_units - before, 0.0);
}

static double eta_sd_days(const struct pk_promotion_input *input)
{
    return input->terms.is_known ? input->terms.lead_time_sd_days : 0.0;
}

/* Sales lost in the window: with everything on its announced day, and what it costs on average that
 * one line after the other may miss the due date, by its spread. */
static double lost_units(const struct pk_promotion_input *input,
                         const struct pk_promotion_check *check, const struct help *help,
                         struct pk_projection *projection)
{
    const double sd = eta_sd_days(input);
    const double lost = path_lost_units(input, check, help, no_delay, projection);
    double risk = 0.0;
    for (size_t i = 0; i < input->inbound_count; i++) {
        const int32_t announced = sellable_date(input, i);
        const double in_time = pk_cover_in_time_probability(sd, announced, check->due_date);
        if (i == help->line || announced > check->due_date || in_time > PK_ADVICE_IN_TIME_FROM)
            continue;
        const struct delay late = {i, check->due_date + (int32_t)ceil(sd)};
        risk += (1.0 - in_time) *
                fmax(path_lost_units(input, check, help, late, projection) - lost, 0.0);
    }
    return lost + risk;
}

/* For the campaign, or more that is ordered today anyway. */
static int64_t order_units(const struct pk_promotion_check *check,
                           const struct pk_promotion_offer *offer)
{
    return check->order_units > offer->listed_units ? check->order_units : offer->listed_units;
}

static bool can_order(const struct pk_promotion_input *input,
                      const struct pk_promotion_check *check,
                      const struct pk_promotion_offer *offer)
{
    return input->terms.is_known && order_units(check, offer) > 0;
}

static bool is_past(const struct pk_promotion_input *input, const struct pk_promotion_check *check)
{
    return check->order_by_date == PK_DATE_NONE || check->order_by_date < input->demand->first_date;
}

/* The order that still comes in time: at once if it is on today's list or no later review can place
 * it. */
static struct help help_by_order(const struct pk_promotion_input *input,
                                 const struct pk_promotion_check *check,
                                 const struct pk_promotion_offer *offer)
{
    struct help help = {.line = SIZE_MAX, .date = check->due_date};
    const int32_t review =
        input->terms.review_period_days > 1 ? input->terms.review_period_days : 1;
    const bool is_now = offer->listed_units >= check->order_units ||
                        check->order_by_date < input->demand->first_date + review;
    help.units = order_units(check, offer);
    help.action = is_now ? PK_ACTION_ORDER_NOW : PK_ACTION_ORDER_BY_DATE;
    return help;
}

/* An order placed now although it is late: what it can still serve inside the window. */
static struct help help_by_late_order(const struct pk_promotion_input *input,
                                      const struct pk_promotion_check *check,
                                      const struct pk_promotion_offer *offer,
                                      struct pk_projection *projection)
{
    struct help help = {.line = SIZE_MAX, .action = PK_ACTION_ORDER_NOW};
    const struct help nothing = {.line = SIZE_MAX, .date = input->demand->first_date};
    help.date = pk_arrival_date(input->demand, &input->terms, input->demand->first_date);
    begin(input, check, &nothing, no_delay, projection);
    const struct pk_promotion_span span = pk_promotion_span_of(input, projection);
    const size_t arrival = pk_projection_bucket(projection, help.date);
    if (arrival >= span.last)
        return help;
    const size_t first = arrival > span.first ? arrival : span.first;
    struct pk_need need;
    pk_returns_sell_again(&input->returns, projection, span.first);
    pk_projection_run(projection, first);
    pk_need_from_projection(projection, first, span.last, 0.0, &need);
    help.units = pk_need_quantile(&need, check->aim_probability);
    if (help.units > check->order_units)
        help.units = check->order_units;
    if (help.units < offer->listed_units)
        help.units = offer->listed_units;
    return help;
}

/* Days by which a line has to come earlier to be there on the due date: all that it is late, or
 * what makes it nearly certain. */
static int32_t days_too_late(const struct pk_promotion_input *input,
                             const struct pk_promotion_check *check, size_t line)
{
    const int32_t late = sellable_date(input, line) - check->due_date;
    if (late > 0)
        return late;
    return late + (int32_t)ceil(eta_sd_days(input) * pk_normal_quantile(PK_ADVICE_IN_TIME_FROM));
}

/* The line whose coming in time saves most. */
static struct help help_by_expediting(const struct pk_promotion_input *input,
                                      const struct pk_promotion_check *check, double lost,
                                      struct pk_projection *projection)
{
    struct help best = {.line = SIZE_MAX, .action = PK_ACTION_EXPEDITE_INBOUND};
    for (size_t i = 0; i < input->inbound_count; i++) {
        const double units = (double)input->inbound[i].units * input->inbound[i].confirmed_ratio;
        struct help help = {.line = i, .action = PK_ACTION_EXPEDITE_INBOUND};
        help.days = days_too_late(input, check, i);
        if (help.days <= 0 || help.days > PK_EXPEDITE_DAYS_MAX || !(units > 0.0))
            continue;
        help.date =
            sellable_date(input, i) > check->due_date ? check->due_date : sellable_date(input, i);
        help.saved_units = lost - lost_units(input, check, &help, projection);
        if (best.line == SIZE_MAX || help.saved_units > best.saved_units)
            best = help;
    }
    return best;
}

static int64_t margin_micros(const struct pk_promotion_input *input, double units)
{
    struct pk_economics economics = input->economics;
    int64_t margin;
    if (input->price_micros > 0)
        economics.price_micros = input->price_micros;
    if (!pk_unit_margin_micros(&input->terms, &economics, &margin))
        return -1;
    return pk_money_from_double(fmax(units * (double)margin / (double)PK_MICROS_PER_UNIT, 0.0));
}

/* What it costs to win buyers who find nothing. */
static int64_t wasted_micros(const struct pk_promotion_input *input, double units)
{
    const int64_t price =
        input->price_micros > 0 ? input->price_micros : input->economics.price_micros;
    if (price < 0)
        return -1;
    return pk_money_from_double(units * (double)price / (double)PK_MICROS_PER_UNIT *
                                input->economics.selling_cost_ratio);
}

static void take(const struct pk_promotion_input *input, const struct help *help,
                 struct pk_promotion_advice *advice)
{
    advice->action = help->action;
    advice->units = help->units;
    advice->date = help->date;
    advice->saved_units = help->saved_units;
    advice->worth_micros = margin_micros(input, help->saved_units);
    if (help->line == SIZE_MAX)
        return;
    const struct pk_inbound *line = &input->inbound[help->line];
    advice->units = (int64_t)floor((double)line->units * line->confirmed_ratio);
    advice->expedite_line = help->line;
    advice->expedite_days = help->days;
}

static void help_line(const struct pk_promotion_input *input,
                      const struct pk_promotion_check *check,
                      const struct pk_promotion_offer *offer, struct pk_projection *projection,
                      struct pk_promotion_advice *advice)
{
    struct help helps[3];
    size_t count = 0;
    double best = 0.0;
    if (offer->transfer_units > 0)
        helps[count++] = (struct help){.line = SIZE_MAX,
                                       .action = PK_ACTION_TRANSFER,
                                       .units = offer->transfer_units,
                                       .date = offer->transfer_date};
    if (can_order(input, check, offer) && !is_past(input, check))
        helps[count++] = help_by_order(input, check, offer);
    helps[count++] = help_by_expediting(input, check, advice->lost_units, projection);
    if (can_order(input, check, offer) && is_past(input, check))
        helps[count++] = help_by_late_order(input, check, offer, projection);
    for (size_t i = 0; i < count; i++) {
        if (helps[i].units > 0)
            helps[i].saved_units =
                advice->lost_units - lost_units(input, check, &helps[i], projection);
        best = fmax(best, helps[i].saved_units);
    }
    for (size_t i = 0; i < count && best >= PK_ADVICE_UNITS_MIN; i++) {
        if (helps[i].saved_units < PK_ADVICE_ENOUGH_RATIO * best)
            continue;
        take(input, &helps[i], advice);
        if (advice->action == PK_ACTION_ORDER_BY_DATE ||
            (advice->action == PK_ACTION_ORDER_NOW && !is_past(input, check)))
            advice->date = check->order_by_date;
        return;
    }
}

/* Nothing can come any more: promise less, or stop winning buyers for it. */
static void give_up(const struct pk_promotion_input *input, struct pk_promotion_advice *advice)
{
    const bool is_running = input->start_date < input->demand->first_date;
    if (advice->lost_units < 0.5)
        return;
    advice->action = is_running ? PK_ACTION_STOP_ADVERTISING : PK_ACTION_CAP;
    advice->units = (int64_t)ceil(advice->lost_units);
    advice->worth_micros = wasted_micros(input, advice->lost_units);
}

static void push(const struct pk_promotion_input *input, const struct pk_promotion_check *check,
                 struct pk_promotion_advice *advice)
{
    const double available = check->stock_at_start_units + check->inbound_before_start_units;
    const bool is_slow =
        check->sold_so_far_units < PK_PUSH_BELOW_RATIO * check->expected_so_far_units;
    const double units =
        fmin(floor(available - (double)check->q90_units), (double)check->q50_units);
    if (input->start_date >= input->demand->first_date || units < 1.0 ||
        !(is_slow || check->state == PK_READINESS_BLUE))
        return;
    const int64_t worth_micros = margin_micros(input, units);
    if (worth_micros == 0) /* every unit more loses money */
        return;
    advice->action = PK_ACTION_PUSH;
    advice->units = (int64_t)units;
    advice->worth_micros = worth_micros;
}

void pk_promotion_advise(const struct pk_promotion_input *input,
                         const struct pk_promotion_check *check,
                         const struct pk_promotion_offer *offer, struct pk_projection *projection,
                         struct pk_promotion_advice *out_advice)
{
    const struct help nothing = {.line = SIZE_MAX, .date = input->demand->first_date};
    struct pk_promotion_advice advice = {.date = PK_DATE_NONE,
                                         .expedite_line = SIZE_MAX,
                                         .margin_at_risk_micros = -1,
                                         .worth_micros = -1};
    if (check->state == PK_READINESS_UNKNOWN || !(check->expected_units > 0.0)) {
        *out_advice = advice;
        return;
    }
    advice.lost_units = lost_units(input, check, &nothing, projection);
    advice.margin_at_risk_micros = margin_micros(input, advice.lost_units);
    if (check->state == PK_READINESS_GREEN || check->state == PK_READINESS_BLUE) {
        push(input, check, &advice);
    } else {
        help_line(input, check, offer, projection, &advice);
        if (advice.action == PK_ACTION_NONE && check->state == PK_READINESS_RED)
            give_up(input, &advice);
    }
    *out_advice = advice;
}
