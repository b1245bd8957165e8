#include "models/decision/campaign/campaign_demand.h"

#include <math.h>

#define DEFAULT_DEPOSIT_RATIO  0.35
#define DEFAULT_DEPOSIT_LOG_SD 0.7
#define DEFAULT_CONVERSION     0.9
#define DEFAULT_OPENING        0.2
#define DEFAULT_ITEM_SD        0.35
/* What a shop's share of deposits changes by from one campaign to the next, and one item's. */
#define CAMPAIGN_SD 0.15
#define HABIT_SD    0.15
/* Presales that count as much as the default shares. */
#define DEFAULT_UNITS 50.0
/* Error of the curve at its beginning; none is left at its end. */
#define CURVE_SD 0.3

struct pk_ratio_belief pk_ratio_update(struct pk_ratio_belief prior,
                                       const struct pk_ratio_evidence *evidence)
{
    const double mean = prior.mean * evidence->expected_units;
    if (!(mean > 0) || !(prior.relative_variance > 0))
        return prior;
    const double variance = mean + prior.mean * prior.mean * evidence->noise_variance +
                            mean * mean * evidence->relative_variance;
    const double weight = mean / variance;
    const double shape = 1 / prior.relative_variance;
    const double counted = shape + weight * evidence->units;
    const double rate = shape / prior.mean + weight * evidence->expected_units;
    return (struct pk_ratio_belief){counted / rate, 1 / counted};
}

void pk_ratio_sums_add(struct pk_ratio_sums *sums, const struct pk_ratio_evidence *evidence,
                       double spread)
{
    const double square = evidence->expected_units * evidence->expected_units;
    sums->units += evidence->units;
    sums->expected_units += evidence->expected_units;
    sums->noise_variance += evidence->noise_variance;
    sums->error_variance += square * (evidence->relative_variance + spread);
}

struct pk_ratio_evidence pk_ratio_sums_without(const struct pk_ratio_sums *whole,
                                               const struct pk_ratio_sums *part, double common)
{
    const double expected = whole->expected_units - part->expected_units;
    /* What is left of a sum after its only part is rounding. */
    if (!(expected > 1e-9 * whole->expected_units))
        return (struct pk_ratio_evidence){0};
    const double error = fmax(0, whole->error_variance - part->error_variance);
    return (struct pk_ratio_evidence){
        .units = fmax(0, whole->units - part->units),
        .expected_units = expected,
        .noise_variance = fmax(0, whole->noise_variance - part->noise_variance),
        .relative_variance = error / (expected * expected) + common,
    };
}

void pk_presale_sums_add(struct pk_presale_sums *sums, const struct pk_presale *presale)
{
    sums->count++;
    sums->deposits += presale->deposit_units;
    sums->demand += presale->demand_units;
    sums->deposit_square += presale->deposit_units * presale->deposit_units;
    sums->cross += presale->deposit_units * presale->demand_units;
    sums->demand_square += presale->demand_units * presale->demand_units;
    if (!isnan(presale->paid_units)) {
        sums->told_deposits += presale->deposit_units;
        sums->paid += fmin(presale->paid_units, presale->deposit_units);
    }
    for (size_t i = 0; i <= PK_PRESALE_PARTS; i++)
        sums->cumulative[i] += presale->cumulative_units[i];
}

struct pk_presale_terms pk_presale_terms_learn(const struct pk_presale_sums *sums)
{
    struct pk_presale_terms terms = {
        .presale_count = sums->count,
        .deposit_ratio = DEFAULT_DEPOSIT_RATIO,
        .common_variance = DEFAULT_DEPOSIT_LOG_SD * DEFAULT_DEPOSIT_LOG_SD,
        .item_variance = DEFAULT_ITEM_SD * DEFAULT_ITEM_SD,
    };
    terms.conversion_ratio =
        (DEFAULT_UNITS * DEFAULT_CONVERSION + sums->paid) / (DEFAULT_UNITS + sums->told_deposits);
    for (size_t i = 0; i <= PK_PRESALE_PARTS; i++) {
        const double usual = DEFAULT_OPENING + (1 - DEFAULT_OPENING) * (double)i / PK_PRESALE_PARTS;
        terms.curve[i] = fmin(1, (DEFAULT_UNITS * usual + sums->cumulative[i]) /
                                     (DEFAULT_UNITS + sums->deposits));
    }
    if (!(sums->demand > 0) || !(sums->deposits > 0))
        return terms;
    const struct pk_ratio_evidence seen = {.units = sums->deposits,
                                           .expected_units = terms.deposit_ratio * sums->demand,
                                           .relative_variance = CAMPAIGN_SD * CAMPAIGN_SD};
    const struct pk_ratio_belief belief =
        pk_ratio_update((struct pk_ratio_belief){1, terms.common_variance}, &seen);
    const double ratio = terms.deposit_ratio * belief.mean;
    const double squares = sums->deposit_square - 2 * ratio * sums->cross +
                           ratio * ratio * sums->demand_square - ratio * sums->demand;
    const double spread = squares / (ratio * ratio * sums->demand_square);
    const double least = HABIT_SD * HABIT_SD;
    /* As if ten items had told the default. */
    terms.item_variance = fmax(least, (10 * terms.item_variance + (double)sums->count * spread) /
                                          (10 + (double)sums->count));
    terms.deposit_ratio = ratio;
    terms.common_variance = belief.relative_variance + CAMPAIGN_SD * CAMPAIGN_SD;
    return terms;
}

double pk_presale_come(const struct pk_presale_terms *terms, double part)
{
    const double at = PK_PRESALE_PARTS * fmin(1, fmax(0, part));
    const size_t step = at >= PK_PRESALE_PARTS ? PK_PRESALE_PARTS - 1 : (size_t)at;
    const double rest = at - (double)step;
    return (1 - rest) * terms->curve[step] + rest * terms->curve[step + 1];
}

struct pk_ratio_belief pk_presale_habit(const struct pk_presale_terms *terms, double deposit_units,
                                        double expected_units)
{
    const struct pk_ratio_evidence own = {.units = deposit_units,
                                          .expected_units = expected_units,
                                          .relative_variance = HABIT_SD * HABIT_SD};
    return pk_ratio_update((struct pk_ratio_belief){1, terms->item_variance}, &own);
}

struct pk_ratio_evidence pk_presale_evidence(const struct pk_presale_terms *terms,
                                             struct pk_ratio_belief habit, double deposit_units,
                                             double demand_units, double part)
{
    const double left = CURVE_SD * (1 - fmin(1, fmax(0, part)));
    return (struct pk_ratio_evidence){
        .units = deposit_units,
        .expected_units =
            terms->deposit_ratio * habit.mean * demand_units * pk_presale_come(terms, part),
        .relative_variance = habit.relative_variance + HABIT_SD * HABIT_SD + left * left};
}

double pk_demand_noise_variance(const struct pk_demand *demand, int32_t from_date, int32_t to_date)
{
    double squares = 0;
    for (size_t b = 0; b < demand->bucket_count; b++) {
        const double mean =
            demand->mean_units[b] * pk_demand_bucket_share(demand, b, from_date, to_date);
        squares += mean * mean;
    }
    return squares / demand->dispersion;
}

double pk_demand_relative_variance(const struct pk_demand *demand, int32_t from_date,
                                   int32_t to_date)
{
    const struct pk_window window = pk_demand_window(demand, from_date, to_date);
    if (!(window.mean_units > 0))
        return 0;
    const double noise = window.mean_units + pk_demand_noise_variance(demand, from_date, to_date);
    return fmax(0, window.variance - noise) / (window.mean_units * window.mean_units);
}

/* Errors of one bucket: of its own span, or none. */
static struct pk_lift_span span_of(const struct pk_demand *demand, size_t bucket)
{
    for (size_t s = 0; s < demand->lift_count; s++) {
        const struct pk_lift_span *span = &demand->lifts[s];
        if (bucket >= span->first_bucket && bucket < span->first_bucket + span->bucket_count)
            return *span;
    }
    return (struct pk_lift_span){0};
}

/* The spans of the path with those inside the range scaled, and the errors of all outside and
 * inside it given some more; false, and nothing changed, if there are too many. */
static bool rebuild_spans(struct pk_demand *demand, int32_t from_date, int32_t to_date,
                          double scale, double more_outside, double more_inside)
{
    struct pk_lift_span spans[PK_LIFT_SPAN_MAX];
    size_t count = 0;
    uint32_t source = 0;
    for (size_t b = 0; b < demand->bucket_count; b++) {
        const bool inside = pk_demand_bucket_share(demand, b, from_date, to_date) > 0;
        struct pk_lift_span span = span_of(demand, b);
        const uint32_t id = 2 * span.first_bucket + (span.bucket_count > 0 ? 1 : 0);
        const double shared = (double)span.shared_sd;
        span.shared_sd = (float)(inside ? sqrt(scale * scale * shared * shared + more_inside)
                                        : sqrt(shared * shared + more_outside));
        span.single_sd = inside ? (float)(scale * (double)span.single_sd) : span.single_sd;
        if (span.shared_sd <= 0 && span.single_sd <= 0)
            continue;
        struct pk_lift_span *last = count > 0 ? &spans[count - 1] : NULL;
        if (last != NULL && last->first_bucket + last->bucket_count == b && id == source &&
            last->shared_sd == span.shared_sd) {
            last->bucket_count++;
            continue;
        }
        if (count == PK_LIFT_SPAN_MAX)
            return false;
        span.first_bucket = (uint32_t)b;
        span.bucket_count = 1;
        spans[count++] = span;
        source = id;
    }
    for (size_t s = 0; s < count; s++)
        demand->lifts[s] = spans[s];
    demand->lift_count = count;
    return true;
}

/* Lowers the error of the range to relative_variance: first that of its lifts, then the level's,
 * which the days outside the range get back. */
static void narrow(struct pk_demand *demand, int32_t from_date, int32_t to_date,
                   double relative_variance)
{
    const double before = pk_demand_relative_variance(demand, from_date, to_date);
    if (!(relative_variance < before))
        return;
    struct pk_demand plain = *demand;
    plain.lift_count = 0;
    const double of_level = pk_demand_relative_variance(&plain, from_date, to_date);
    const double of_lifts = before - of_level;
    const double wanted = fmax(0, relative_variance - of_level);
    const double scale = of_lifts > 0 ? sqrt(wanted / of_lifts) : 1;
    const double too_much =
        fmin(fmax(0, of_level - relative_variance), demand->level_relative_variance);
    if (rebuild_spans(demand, from_date, to_date, scale, too_much, 0))
        demand->level_relative_variance -= too_much;
    else
        rebuild_spans(demand, from_date, to_date, scale, 0, 0);
}

void pk_demand_rescale(struct pk_demand *demand, double *mean_units, int32_t from_date,
                       int32_t to_date, double ratio, double relative_variance)
{
    for (size_t b = 0; b < demand->bucket_count; b++)
        mean_units[b] *= 1 + pk_demand_bucket_share(demand, b, from_date, to_date) * (ratio - 1);
    narrow(demand, from_date, to_date, relative_variance);
}

void pk_demand_add(struct pk_demand *demand, double *mean_units, int32_t from_date, int32_t to_date,
                   double units, double relative_variance)
{
    double days = 0;
    for (size_t b = 0; b < demand->bucket_count; b++)
        days += pk_demand_bucket_share(demand, b, from_date, to_date);
    for (size_t b = 0; b < demand->bucket_count && days > 0; b++)
        mean_units[b] += units * pk_demand_bucket_share(demand, b, from_date, to_date) / days;
    demand->stop_probability = demand->idle_probability = demand->mean_excess = 0;
    rebuild_spans(demand, from_date, to_date, 1, 0, relative_variance);
}
