#include "models/forecast/common_level.h"

#include <math.h>

#include "models/history/panel.h"

#define DRIFT_SD     0.02 /* a drift of the sum that is as likely noise as not */
#define DRIFT_MAX    0.7  /* of its log */
#define WINDOW_PRIOR 10.0 /* windows without a run that every class is given */

void pk_common_level_add(struct pk_common_level *common, double level,
                         const struct pk_level_sums *sums)
{
    common->sold += sums->units;
    common->expected += level * sums->mean;
}

/* True if the last bucket before `from` that was not closed is part of a run. */
static bool begins_absent(const struct pk_series_view *view, const uint8_t *state, size_t from)
{
    size_t t = from;
    while (t > view->start && state[t - 1] == PK_BUCKET_CLOSED)
        t--;
    return t > view->start && state[t - 1] == PK_BUCKET_LEFT_OUT;
}

void pk_common_level_add_window(struct pk_common_level *common, size_t velocity,
                                const struct pk_series_view *view, const uint8_t *state,
                                size_t from, size_t until, double weight)
{
    double absent = 0, present = 0;
    if (begins_absent(view, state, from))
        return;
    for (size_t t = from; t < until; t++) {
        present += (double)(view->exposure[t] * view->mean[t]);
        absent += state[t] == PK_BUCKET_LEFT_OUT ? (double)view->mean[t] : 0;
    }
    if (!(present + absent > 0))
        return;
    common->window_count[velocity] += weight;
    common->absent[velocity] += weight * absent / (present + absent);
}

double pk_common_level_absent(const struct pk_common_level *common, size_t velocity)
{
    return common->absent[velocity] / (common->window_count[velocity] + WINDOW_PRIOR);
}

double pk_common_level_drift(const struct pk_common_level *common)
{
    if (!(common->sold > 0) || !(common->expected > 0))
        return 1;
    const double drift = fmax(-DRIFT_MAX, fmin(log(common->sold / common->expected), DRIFT_MAX));
    return exp(drift * drift * drift / (drift * drift + DRIFT_SD * DRIFT_SD));
}

double pk_common_level_factor(const struct pk_common_level *common, size_t velocity)
{
    return (1 - pk_common_level_absent(common, velocity)) * pk_common_level_drift(common);
}
