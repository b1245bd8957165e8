#include "models/decision/clearance/margin_floor.h"

#include <math.h>

/* Multipliers are found within a hundredth; beyond the largest a yuan of margin buys everything. */
#define MULTIPLIER_FIRST 0.05
#define MULTIPLIER_LAST  1e4
#define MULTIPLIER_PART  1.01

size_t pk_margin_choose(const struct pk_margin_options *options, double floor_ratio,
                        double multiplier)
{
    size_t best = 0;
    double best_score = -INFINITY;
    for (size_t i = 0; i < options->count; i++) {
        const struct pk_margin_option *option = &options->options[i];
        const double slack = (double)option->margin - floor_ratio * (double)option->revenue;
        const double score = (double)option->score + multiplier * slack;
        if (score > best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

void pk_margin_blend_add(struct pk_margin_blend *blend, double revenue, double cost)
{
    blend->revenue += revenue;
    blend->cost += cost;
}

double pk_margin_blend_ratio(const struct pk_margin_blend *blend)
{
    return blend->revenue > 0.0 ? 1.0 - blend->cost / blend->revenue : NAN;
}

static void add_option(struct pk_margin_blend *blend, const struct pk_margin_option *option)
{
    pk_margin_blend_add(blend, (double)option->revenue,
                        (double)option->revenue - (double)option->margin);
}

/* Blend of the choices under a multiplier, their value in *out_value. */
static struct pk_margin_blend blend_at(const struct pk_margin_options *const *lines, size_t count,
                                       const struct pk_margin_blend *rest, double floor_ratio,
                                       double multiplier, double *out_value)
{
    struct pk_margin_blend blend = *rest;
    *out_value = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i]->count == 0)
            continue;
        const struct pk_margin_option *option =
            &lines[i]->options[pk_margin_choose(lines[i], floor_ratio, multiplier)];
        add_option(&blend, option);
        *out_value += (double)option->value;
    }
    return blend;
}

/* Without revenue there is nothing below a floor. */
static bool is_kept(const struct pk_margin_blend *blend, double floor_ratio)
{
    return !(pk_margin_blend_ratio(blend) < floor_ratio);
}

struct pk_margin_floor pk_margin_floor_find(const struct pk_margin_options *const *lines,
                                            size_t count, const struct pk_margin_blend *rest,
                                            double floor_ratio)
{
    struct pk_margin_floor found = {.before = *rest, .is_reachable = true};
    double free_value, value, low = 0.0, high = MULTIPLIER_FIRST;
    for (size_t i = 0; i < count; i++)
        if (lines[i]->count > 0)
            add_option(&found.before, &lines[i]->options[0]);
    found.after = blend_at(lines, count, rest, floor_ratio, 0.0, &free_value);
    if (is_kept(&found.after, floor_ratio))
        return found;
    struct pk_margin_blend blend;
    for (;;) {
        blend = blend_at(lines, count, rest, floor_ratio, high, &value);
        if (is_kept(&blend, floor_ratio))
            break;
        if (high > MULTIPLIER_LAST) {
            found.is_reachable = false;
            return found;
        }
        low = high;
        high *= 2.0;
    }
    while (high > low * MULTIPLIER_PART && high - low > MULTIPLIER_FIRST / 100.0) {
        const double middle = (low + high) / 2.0;
        blend = blend_at(lines, count, rest, floor_ratio, middle, &value);
        if (is_kept(&blend, floor_ratio))
            high = middle;
        else
            low = middle;
    }
    found.multiplier = high;
    found.after = blend_at(lines, count, rest, floor_ratio, high, &value);
    found.value_given_up = free_value - value;
    return found;
}
