#include "models/decision/campaign/promotion_cover.h"

#include <math.h>

/* Beyond these an arrival is as good as certain. */
#define CERTAIN_FROM 0.98
#define UNITS_MAX    ((int64_t)1 << 60)

double pk_cover_in_time_probability(double eta_sd_days, int32_t sellable_date, int32_t date)
{
    int32_t slack = date - sellable_date;
    if (!(eta_sd_days > 0.0))
        return slack >= 0 ? 1.0 : 0.0;
    return pk_normal_at_most(((double)slack + 0.5) / eta_sd_days);
}

/* One line: when it is due, and how likely it is there in time. */
struct arrival {
    int32_t sellable_date;
    double units;
    double by_start, by_ship_date; /* probabilities, by_start <= by_ship_date */
};

/* The lines that are taken both ways. */
struct uncertain {
    size_t count;
    struct arrival arrivals[PK_COVER_UNCERTAIN_LINES_MAX];
    size_t lines[PK_COVER_UNCERTAIN_LINES_MAX];
};

static struct arrival arrival_of(const struct pk_cover_input *input, size_t line)
{
    const struct pk_inbound *row = &input->inbound[line];
    const int32_t next = input->demand->first_date;
    struct arrival arrival = {.units = (double)row->units * row->confirmed_ratio};
    arrival.sellable_date = (row->eta_date < next ? next : row->eta_date) + input->shelving_days;
    arrival.by_start =
        pk_cover_in_time_probability(input->eta_sd_days, arrival.sellable_date, input->due_date);
    arrival.by_ship_date = arrival.by_start;
    if (input->presale_units > 0.0)
        arrival.by_ship_date = fmax(
            arrival.by_start, pk_cover_in_time_probability(
                                  input->eta_sd_days, arrival.sellable_date, input->ship_by_date));
    return arrival;
}

static bool is_open(double probability)
{
    return probability < CERTAIN_FROM && probability > 1.0 - CERTAIN_FROM;
}

static double stake(const struct arrival *arrival)
{
    double variance = fmax(arrival->by_start * (1.0 - arrival->by_start),
                           arrival->by_ship_date * (1.0 - arrival->by_ship_date));
    return arrival->units * arrival->units * variance;
}

static void find_uncertain(const struct pk_cover_input *input, struct uncertain *uncertain)
{
    uncertain->count = 0;
    for (size_t i = 0; i < input->inbound_count; i++) {
        struct arrival arrival = arrival_of(input, i);
        if (!(arrival.units > 0.0) || !(is_open(arrival.by_start) || is_open(arrival.by_ship_date)))
            continue;
        size_t at = uncertain->count;
        if (at == PK_COVER_UNCERTAIN_LINES_MAX &&
            stake(&arrival) <= stake(&uncertain->arrivals[at - 1]))
            continue;
        if (at == PK_COVER_UNCERTAIN_LINES_MAX)
            at--;
        else
            uncertain->count++;
        while (at > 0 && stake(&uncertain->arrivals[at - 1]) < stake(&arrival)) {
            uncertain->arrivals[at] = uncertain->arrivals[at - 1];
            uncertain->lines[at] = uncertain->lines[at - 1];
            at--;
        }
        uncertain->arrivals[at] = arrival;
        uncertain->lines[at] = i;
    }
}

static bool is_taken_apart(const struct uncertain *uncertain, size_t line)
{
    for (size_t i = 0; i < uncertain->count; i++)
        if (uncertain->lines[i] == line)
            return true;
    return false;
}

/* Where goods in time are put: at the latest on the first day of the window, in a running one on
 * their own. */
static int32_t arrival_date(const struct pk_cover_input *input, const struct arrival *arrival,
                            int32_t first_day)
{
    return input->is_running || arrival->sellable_date < first_day ? arrival->sellable_date
                                                                   : first_day;
}

/* The arrival inside the window before which stock is least likely to last. */
static void find_prefix(const struct pk_cover_input *input, const struct pk_projection *projection,
                        struct pk_cover_scenario *out)
{
    double least = 1.0;
    out->has_prefix = false;
    for (size_t s = 0; s < projection->segment_count; s++) {
        const size_t bucket = projection->segment_start[s];
        struct pk_need need;
        if (bucket <= input->first || bucket >= input->last)
            continue;
        pk_need_from_projection(projection, input->first, bucket, 0.0, &need);
        const double probability = pk_need_at_most(&need, 0);
        if (probability >= least)
            continue;
        least = probability;
        out->prefix = need;
        out->has_prefix = true;
    }
}

/* Scenario `number` in base 3: digit 0 = by the start, 1 = by the ship-by date, 2 = later. */
static void run_scenario(const struct pk_cover_input *input, const struct uncertain *uncertain,
                         size_t number, struct pk_projection *projection,
                         struct pk_cover_scenario *out)
{
    const int32_t first_day = pk_projection_date(projection, input->first);
    pk_projection_begin(projection, input->demand, input->stock_units, NULL, 0, 0);
    out->weight = 1.0;
    out->late_units = 0.0;
    for (size_t i = 0; i < input->inbound_count; i++) {
        struct arrival arrival = arrival_of(input, i);
        if (!(arrival.units > 0.0) || is_taken_apart(uncertain, i))
            continue;
        int32_t date = arrival_date(input, &arrival, first_day);
        pk_projection_add_inbound(projection, date, arrival.units * arrival.by_start);
        out->late_units += arrival.units * (arrival.by_ship_date - arrival.by_start);
    }
    for (size_t i = 0; i < uncertain->count; i++, number /= 3) {
        const struct arrival *arrival = &uncertain->arrivals[i];
        const double weights[] = {arrival->by_start, arrival->by_ship_date - arrival->by_start,
                                  1.0 - arrival->by_ship_date};
        int32_t date = arrival_date(input, arrival, first_day);
        out->weight *= weights[number % 3];
        if (number % 3 == 0)
            pk_projection_add_inbound(projection, date, arrival->units);
        else if (number % 3 == 1)
            out->late_units += arrival->units;
    }
    if (!(out->weight > 0.0))
        return;
    pk_returns_sell_again(input->returns, projection, input->first);
    pk_projection_run(projection, input->first);
    out->stock_units = pk_projection_expected_stock_units(projection);
    pk_need_from_projection(projection, input->first, input->last, 0.0, &out->need);
    out->stock_units += input->last > input->first + 1
                            ? pk_projection_inbound_units(projection, input->first + 1, input->last)
                            : 0.0;
    find_prefix(input, projection, out);
}

void pk_cover_make(const struct pk_cover_input *input, struct pk_projection *projection,
                   struct pk_cover *out_cover)
{
    struct uncertain uncertain;
    size_t count = 1;
    double prefix_weight = 0.0, prefix_units = 0.0;
    find_uncertain(input, &uncertain);
    for (size_t i = 0; i < uncertain.count; i++)
        count *= 3;
    out_cover->scenario_count = 0;
    out_cover->presale_units = input->presale_units;
    out_cover->stock_units = out_cover->inbound_units = out_cover->late_units = 0.0;
    for (size_t i = 0; i < count; i++) {
        struct pk_cover_scenario *one = &out_cover->scenarios[out_cover->scenario_count];
        run_scenario(input, &uncertain, i, projection, one);
        if (!(one->weight > 0.0))
            continue;
        out_cover->stock_units += one->weight * one->stock_units;
        out_cover->late_units += one->weight * one->late_units;
        if (one->has_prefix)
            prefix_weight += one->weight;
        if (one->has_prefix)
            prefix_units += one->weight * one->prefix.mean_units;
        out_cover->scenario_count++;
    }
    out_cover->prefix_units = prefix_weight > 0.0 ? prefix_units / prefix_weight : -INFINITY;
    for (size_t i = 0; i < input->inbound_count; i++) {
        struct arrival arrival = arrival_of(input, i);
        if (arrival.units > 0.0)
            out_cover->inbound_units += arrival.units * arrival.by_start;
    }
}

double pk_cover_probability(const struct pk_cover *cover, int64_t units)
{
    double probability = 0.0;
    for (size_t i = 0; i < cover->scenario_count; i++) {
        const struct pk_cover_scenario *one = &cover->scenarios[i];
        int64_t later = (int64_t)floor(fmin(cover->presale_units, one->late_units) + 1e-9);
        double all = pk_need_at_most(&one->need, units + later);
        if (one->has_prefix)
            all = fmin(all, pk_need_at_most(&one->prefix, units + later));
        probability += one->weight * all;
    }
    return fmin(probability, 1.0);
}

double pk_cover_by_ship_date(const struct pk_cover *cover)
{
    double probability = 0.0;
    for (size_t i = 0; i < cover->scenario_count; i++) {
        const struct pk_cover_scenario *one = &cover->scenarios[i];
        int64_t later = (int64_t)floor(one->late_units + 1e-9);
        probability += one->weight * pk_need_at_most(&one->need, later);
    }
    return fmin(probability, 1.0);
}

int64_t pk_cover_units_for(const struct pk_cover *cover, double probability)
{
    int64_t below = -1, reached = 0, step = 1;
    const double target = probability * (1.0 - 1e-12);
    while (pk_cover_probability(cover, reached) < target && reached < UNITS_MAX) {
        below = reached;
        reached += step;
        step *= 2;
    }
    while (reached - below > 1) {
        const int64_t middle = below + (reached - below) / 2;
        if (pk_cover_probability(cover, middle) >= target)
            reached = middle;
        else
            below = middle;
    }
    return reached;
}
