#include "models/decision/clearance/clearance_summary.h"

#include <math.h>

#include "models/base/units.h"
#include "models/numeric/distribution.h"

void pk_clearance_summary_add(struct pk_clearance_summary *summary,
                              const struct pk_clearance *clearance)
{
    const double scale = (double)PK_MICROS_PER_UNIT;
    if (!clearance->is_flagged)
        return;
    if (clearance->is_watched) {
        summary->watched_count++;
        summary->watched_units += clearance->on_hand_units;
        return;
    }
    summary->line_count++;
    summary->flagged_units += clearance->on_hand_units;
    summary->discounted_count += clearance->action == PK_CLEARANCE_DISCOUNT;
    if (pk_reasons_has(&clearance->reasons, PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR)) {
        summary->cannot_clear_count++;
        summary->cannot_clear_units += clearance->on_hand_units;
    }
    summary->expected_cleared_units += clearance->expected_cleared_units;
    summary->reachable_cleared_units +=
        fmax(clearance->reachable_cleared_units, clearance->expected_cleared_units);
    summary->expected_value += (double)clearance->expected_value_micros / scale;
    summary->do_nothing_value += (double)clearance->do_nothing_value_micros / scale;
    summary->single_value += (double)clearance->single_value_micros / scale;
    summary->recovered += (double)clearance->recovered_micros / scale;
    const double width =
        (double)(clearance->recovered_p90_micros - clearance->recovered_p10_micros) / scale;
    const double sd = width / (2.0 * PK_NORMAL_Q90);
    summary->recovered_variance += sd * sd;
    summary->recovered_sd_sum += sd;
}

void pk_clearance_summary_band(const struct pk_clearance_summary *summary, double *out_p10,
                               double *out_p90)
{
    const double shared = PK_CLEARANCE_ERROR_CORRELATION;
    const double variance = (1.0 - shared) * summary->recovered_variance +
                            shared * summary->recovered_sd_sum * summary->recovered_sd_sum;
    *out_p10 = fmax(summary->recovered - PK_NORMAL_Q90 * sqrt(variance), 0.0);
    *out_p90 = summary->recovered + PK_NORMAL_Q90 * sqrt(variance);
}
