#include "models/forecast/elasticity.h"

#include "models/forecast/level.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRIOR_MEAN      -1.3
#define PRIOR_SD        1.0
#define GROUP_SD        0.5 /* of groups around everything */
#define OWN_SD          0.7 /* default spread of own elasticities */
#define OWN_SD_MAX      1.5
#define PRIOR_FREEDOM   4.0
#define ROUND_COUNT     4
#define HUBER_C         1.0 /* nearly a median of the blocks */
#define ELASTICITY_MIN  -5.0
#define STEP_MAX        1.5
#define BLOCK_DAYS      28
#define LOCAL_UNITS     4.0 /* units at the mean level that every local level is shrunk by */
#define INFORMATION_MIN 1e-3

struct pk_elasticity_prior pk_elasticity_prior_default(void)
{
    const double variance = PRIOR_SD * PRIOR_SD;
    return (struct pk_elasticity_prior){{PRIOR_MEAN, PRIOR_MEAN}, {variance, variance}};
}

struct pk_elasticity_prior pk_elasticity_prior_of(const struct pk_elasticity_sums *sums)
{
    struct pk_elasticity_prior prior = pk_elasticity_prior_default();
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
        const double weight = sums->weight[part] + 1 / prior.variance[part];
        const double mean =
            (sums->weighted[part] + prior.mean[part] / prior.variance[part]) / weight;
        prior.mean[part] = fmax(ELASTICITY_MIN, fmin(mean, 0));
        prior.variance[part] = 1 / weight + GROUP_SD * GROUP_SD;
    }
    return prior;
}

enum pk_status pk_elasticity_begin(struct pk_group_work *work,
                                   const struct pk_elasticity_prior *prior, struct pk_error *error)
{
    const struct pk_fit_context *context = work->context;
    const struct pk_group *group = work->group;
    struct pk_price_paths *price = &work->price;
    const enum pk_status status = pk_price_paths_init(
        price, context->design, context->shop, group->series, group->series_count,
        context->first_date, group->bucket_days, work->panel.bucket_count, error);
    for (size_t i = 0; price->starts != NULL && i < price->series_count; i++)
        for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
            price->elasticity[i].part[part] = prior->mean[part];
            price->elasticity[i].variance[part] = prior->variance[part];
        }
    return status;
}

/* What one series says, and its blocks' squared scores. */
struct evidence {
    double score, information, squares;
};

struct block {
    double units, mean, weighted; /* sums of y, mean, mean x log ratio */
};

static void add_block(const struct pk_series_view *view, const double *log_ratio, size_t from,
                      size_t until, struct block *block)
{
    *block = (struct block){0, 0, 0};
    for (size_t t = from; t < until && t < view->count; t++) {
        const double mean = (double)(view->exposure[t] * view->mean[t]);
        block->units += view->exposure[t] > 0 ? (double)view->units[t] : 0;
        block->mean += mean;
        block->weighted += mean * log_ratio[t];
    }
}

/* Score and information of the middle block under the level of all three. */
static void score_block(const struct pk_series_view *view, const double *log_ratio, size_t from,
                        size_t until, const struct block blocks[3], double level, double inverse,
                        struct evidence *evidence)
{
    const double units = 0.5 * blocks[0].units + blocks[1].units + 0.5 * blocks[2].units;
    const double mean = 0.5 * blocks[0].mean + blocks[1].mean + 0.5 * blocks[2].mean;
    const double weighted =
        0.5 * blocks[0].weighted + blocks[1].weighted + 0.5 * blocks[2].weighted;
    const double local = level * (units + LOCAL_UNITS) / (level * mean + LOCAL_UNITS);
    const double middle = mean > 0 ? weighted / mean : 0;
    double score = 0, information = 0;
    for (size_t t = from; t < until && t < view->count; t++) {
        const double expected = local * (double)(view->exposure[t] * view->mean[t]);
        if (!(expected > 0))
            continue;
        const double spread = 1 / (1 + expected * inverse), x = log_ratio[t] - middle;
        score += x * ((double)view->units[t] - expected) * spread;
        information += x * x * expected * spread;
    }
    if (!(information > 0))
        return;
    /* A block that says something quite different has another cause: a gap on the shelf, a typo. */
    const double limit = HUBER_C * sqrt(information),
                 weight = fabs(score) > limit ? limit / fabs(score) : 1;
    evidence->score += weight * score;
    evidence->information += weight * information;
    evidence->squares += weight * weight * score * score;
}

static struct evidence evidence_of(const struct pk_series_view *view, const double *log_ratio,
                                   size_t length, double inverse)
{
    struct evidence evidence = {0, 0, 0};
    struct block blocks[3] = {{0, 0, 0}}, all;
    add_block(view, log_ratio, view->start, view->count, &all);
    if (!(all.mean > 0) || !(all.units > 0))
        return evidence;
    for (size_t from = view->start; from < view->count + length; from += length) {
        blocks[0] = blocks[1], blocks[1] = blocks[2];
        add_block(view, log_ratio, from, from + length, &blocks[2]);
        if (from > view->start)
            score_block(view, log_ratio, from - length, from, blocks, all.units / all.mean, inverse,
                        &evidence);
    }
    return evidence;
}

static void collect(struct pk_group_work *work, enum pk_price_part part, double *log_ratio,
                    struct evidence *evidence)
{
    const struct pk_price_paths *price = &work->price;
    const size_t length = (size_t)(BLOCK_DAYS / work->group->bucket_days);
    for (size_t i = 0; i < price->series_count; i++) {
        evidence[i] = (struct evidence){0, 0, 0};
        if (!pk_price_moves(price, i))
            continue;
        const struct pk_series_view view = pk_group_view(work, i);
        memset(log_ratio, 0, view.count * sizeof *log_ratio);
        for (size_t j = price->starts[i]; j < price->starts[i + 1]; j++)
            for (size_t t = price->steps[j].from; t < price->steps[j].until; t++)
                log_ratio[t] = price->steps[j].log_price.part[part];
        evidence[i] = evidence_of(&view, log_ratio, length, work->inverse_dispersion[i]);
    }
}

/* The group's elasticity under a spread of the own ones, its variance in *out_variance. */
static double pool(const struct pk_price_paths *price, enum pk_price_part part,
                   const struct evidence *evidence, double phi, double spread,
                   const struct pk_elasticity_prior *prior, double *out_variance)
{
    double weights = 1 / prior->variance[part], sum = prior->mean[part] / prior->variance[part];
    for (size_t i = 0; i < price->series_count; i++) {
        if (!(evidence[i].information > INFORMATION_MIN))
            continue;
        const double weight = 1 / (spread + phi / evidence[i].information);
        const double step = evidence[i].score / evidence[i].information;
        weights += weight;
        sum += weight * (price->elasticity[i].part[part] + fmax(-STEP_MAX, fmin(step, STEP_MAX)));
    }
    *out_variance = 1 / weights;
    if (!(weights > 0))
        return 0;
    return fmax(ELASTICITY_MIN, fmin(sum / weights, 0));
}

/* Sets the own elasticities and returns the spread that they show. */
static double set_own(struct pk_price_paths *price, enum pk_price_part part,
                      const struct evidence *evidence, double phi, double spread, double group,
                      double group_variance, bool store)
{
    double square = PRIOR_FREEDOM * OWN_SD * OWN_SD, freedom = PRIOR_FREEDOM;
    for (size_t i = 0; i < price->series_count; i++) {
        double own = 0, kept = 0;
        if (evidence[i].information > INFORMATION_MIN) {
            const double step = evidence[i].score / evidence[i].information;
            kept = spread / (spread + phi / evidence[i].information);
            own = kept *
                  (price->elasticity[i].part[part] + fmax(-STEP_MAX, fmin(step, STEP_MAX)) - group);
        }
        square += own * own;
        freedom += kept;
        if (!store)
            continue;
        price->elasticity[i].part[part] = fmax(ELASTICITY_MIN, fmin(group + own, 0));
        price->elasticity[i].variance[part] = (1 - kept) * (spread + (1 - kept) * group_variance);
    }
    return fmin(square / freedom, OWN_SD_MAX * OWN_SD_MAX);
}

/* Scatter of the blocks' scores over what noise of the days makes. */
static double scatter(const struct evidence *evidence, size_t count)
{
    double squares = 0, information = 0;
    for (size_t i = 0; i < count; i++) {
        squares += evidence[i].squares;
        information += evidence[i].information;
    }
    return information > 0 ? fmax(1, squares / information) : 1;
}

/* Rows of one series and evidence of all while a group is looked at. */
struct scratch {
    double *log_ratio;
    struct evidence *evidence;
};

static enum pk_status scratch_init(struct scratch *scratch, const struct pk_group_work *work,
                                   struct pk_error *error)
{
    scratch->log_ratio = malloc((work->panel.bucket_count + 1) * sizeof *scratch->log_ratio);
    scratch->evidence = malloc((work->price.series_count + 1) * sizeof *scratch->evidence);
    if (scratch->log_ratio != NULL && scratch->evidence != NULL)
        return PK_OK;
    free(scratch->log_ratio);
    free(scratch->evidence);
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for elasticities");
}

static void step_part(struct pk_group_work *work, enum pk_price_part part,
                      const struct pk_elasticity_prior *prior, const struct scratch *scratch)
{
    struct pk_price_paths *price = &work->price;
    const struct evidence *evidence = scratch->evidence;
    double spread = OWN_SD * OWN_SD, variance;
    collect(work, part, scratch->log_ratio, scratch->evidence);
    const double phi = scatter(evidence, price->series_count);
    for (int round = 1; round <= ROUND_COUNT; round++) {
        const double group = pool(price, part, evidence, phi, spread, prior, &variance);
        spread = set_own(price, part, evidence, phi, spread, group, variance, round == ROUND_COUNT);
    }
}

enum pk_status pk_elasticity_step(struct pk_group_work *work,
                                  const struct pk_elasticity_prior *prior, struct pk_error *error)
{
    struct scratch scratch;
    if (work->price.starts == NULL)
        return PK_OK;
    const enum pk_status status = scratch_init(&scratch, work, error);
    if (status != PK_OK)
        return status;
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++)
        step_part(work, (enum pk_price_part)part, prior, &scratch);
    free(scratch.log_ratio);
    free(scratch.evidence);
    return PK_OK;
}

enum pk_status pk_elasticity_add(struct pk_group_work *work, struct pk_elasticity_sums *sums,
                                 struct pk_error *error)
{
    static const struct pk_elasticity_prior flat = {{0, 0}, {INFINITY, INFINITY}};
    struct scratch scratch;
    if (work->price.starts == NULL)
        return PK_OK;
    const enum pk_status status = scratch_init(&scratch, work, error);
    if (status != PK_OK)
        return status;
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
        const enum pk_price_part one = (enum pk_price_part)part;
        double variance;
        collect(work, one, scratch.log_ratio, scratch.evidence);
        const double phi = scatter(scratch.evidence, work->price.series_count);
        const double group =
            pool(&work->price, one, scratch.evidence, phi, OWN_SD * OWN_SD, &flat, &variance);
        if (!isfinite(variance))
            continue;
        /* Groups differ by GROUP_SD: a large one is one opinion, not thousands. */
        const double weight = 1 / (variance + GROUP_SD * GROUP_SD);
        sums->weight[part] += weight;
        sums->weighted[part] += weight * group;
    }
    free(scratch.log_ratio);
    free(scratch.evidence);
    return PK_OK;
}
