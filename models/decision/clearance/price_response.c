#include "models/decision/clearance/price_response.h"

#include <math.h>
#include <stdbool.h>

/* Variance of the log level of an item against its category from four weeks to the next. */
#define DRIFT_VARIANCE    0.03
#define LOG_PRICE_MIN     0.02
#define LOG_UNITS_MAX     1.5 /* more has another cause */
#define SCATTER_COUNT_MIN 10

#define OWN_VARIANCE (PK_PRICE_ELASTICITY_OWN_SD * PK_PRICE_ELASTICITY_OWN_SD)
#define CATEGORY_VARIANCE                                                                          \
    (PK_PRICE_ELASTICITY_PRIOR_SD * PK_PRICE_ELASTICITY_PRIOR_SD - OWN_VARIANCE)

const char *pk_elasticity_source_name(enum pk_elasticity_source source)
{
    static const char *const names[] = {"prior", "category", "own"};
    return (unsigned)source < sizeof names / sizeof names[0] ? names[source] : "prior";
}

struct pk_price_response pk_price_response_prior(void)
{
    return (struct pk_price_response){PK_PRICE_ELASTICITY_PRIOR, PK_PRICE_ELASTICITY_PRIOR_SD,
                                      PK_ELASTICITY_OF_PRIOR};
}

void pk_price_evidence_add(struct pk_price_evidence *evidence, const struct pk_price_change *change)
{
    if (!(change->price_before > 0.0) || !(change->price_after > 0.0) ||
        !(change->category_before > 0.0) || !(change->category_after > 0.0))
        return;
    const double x = log(change->price_after / change->price_before);
    const double before = change->units_before + 0.5, after = change->units_after + 0.5;
    double y = log(after / before) - log(change->category_after / change->category_before);
    const double variance = 1.0 / before + 1.0 / after + DRIFT_VARIANCE;
    if (fabs(x) < LOG_PRICE_MIN)
        return;
    y = fmax(-LOG_UNITS_MAX, fmin(y, LOG_UNITS_MAX));
    evidence->information += x * x / variance;
    evidence->weighted += x * y / variance;
    evidence->squares += y * y / variance;
    evidence->change_count++;
}

void pk_price_evidence_join(struct pk_price_evidence *evidence,
                            const struct pk_price_evidence *other)
{
    evidence->information += other->information;
    evidence->weighted += other->weighted;
    evidence->squares += other->squares;
    evidence->change_count += other->change_count;
}

double pk_price_scatter(const struct pk_price_evidence *all)
{
    const double beta = PK_PRICE_ELASTICITY_PRIOR;
    if (all->change_count < SCATTER_COUNT_MIN)
        return 1.0;
    const double squares =
        all->squares - 2.0 * beta * all->weighted + beta * beta * all->information;
    return fmax(1.0, squares / (double)all->change_count);
}

struct pk_category_response pk_category_response_begin(void)
{
    return (struct pk_category_response){.precision = 1.0 / CATEGORY_VARIANCE,
                                         .weighted = PK_PRICE_ELASTICITY_PRIOR / CATEGORY_VARIANCE};
}

void pk_category_response_add(struct pk_category_response *category,
                              const struct pk_price_evidence *item, double scatter)
{
    if (!(item->information > 0.0))
        return;
    const double weight = 1.0 / (OWN_VARIANCE + scatter / item->information);
    category->precision += weight;
    category->weighted += weight * item->weighted / item->information;
    category->change_count += item->change_count;
}

struct pk_price_response pk_price_response_of(const struct pk_category_response *category,
                                              const struct pk_price_evidence *item,
                                              size_t price_count, double scatter)
{
    const bool is_own =
        item != NULL && item->information > 0.0 && price_count >= PK_OWN_PRICE_COUNT_MIN;
    const double mean = category->weighted / category->precision;
    double precision = 1.0 / (1.0 / category->precision + OWN_VARIANCE);
    double weighted = mean * precision;
    if (is_own) {
        precision += item->information / scatter;
        weighted += item->weighted / scatter;
    }
    const double beta = weighted / precision;
    struct pk_price_response response = {
        .elasticity = fmax(PK_PRICE_ELASTICITY_MIN, fmin(beta, PK_PRICE_ELASTICITY_MAX)),
        .standard_error = sqrt(1.0 / precision)};
    if (is_own)
        response.source = PK_ELASTICITY_OF_ITEM;
    else if (category->change_count > 0)
        response.source = PK_ELASTICITY_OF_CATEGORY;
    return response;
}
