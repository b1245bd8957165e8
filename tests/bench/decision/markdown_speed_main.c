/* How many ladders a second, and what they bring over the best one discount: lines of random pace,
 * stock and cost over 13 weeks. Prints one line. */
#include <stdio.h>

#include "models/decision/clearance/markdown.h"
#include "tests/bench/bench.h"

#define LINE_COUNT 2000

static struct pk_markdown_input random_line(uint64_t *state)
{
    const double weekly = 0.2 + 60.0 * uniform(state) * uniform(state);
    struct pk_markdown_input input = {
        .stock_units = 1 + (int64_t)(weekly * 13.0 * (1.0 + 4.0 * uniform(state))),
        .terms = {.price = 100.0,
                  .kept_ratio = 0.95,
                  .holding_per_day = 0.03,
                  .salvage = 5.0 + 15.0 * uniform(state)},
        .response = pk_price_response_prior(),
        .count_excess = 0.3};
    pk_markdown_set_days(&input, 90);
    for (size_t period = 0; period < input.period_count; period++) {
        const double mean = weekly * (double)(period + 1);
        input.until[period] = (struct pk_window){
            .mean_units = mean,
            .variance = mean + mean * mean * (0.04 + 0.05 / (double)(period + 1))};
    }
    input.target_units = 0.92 * (double)input.stock_units;
    return input;
}

int main(void)
{
    static struct pk_markdown markdown;
    uint64_t state = 7;
    double ladder_value = 0.0, single_value = 0.0, single_seconds = 0.0, ladder_seconds = 0.0;
    size_t better = 0;
    for (int i = 0; i < LINE_COUNT; i++) {
        struct pk_markdown_input input = random_line(&state);
        double single = -1e300, best = -1e300, begun = seconds_of(CLOCK_MONOTONIC);
        pk_markdown_solve(&markdown, &input);
        for (size_t j = 0; j < markdown.plan_count; j++) {
            const double value = markdown.plans[j].value;
            if (j < markdown.single_count && value > single)
                single = value;
            if (value > best)
                best = value;
        }
        const struct pk_markdown_band band = pk_markdown_band_of(&markdown, &markdown.plans[0]);
        ladder_seconds += seconds_of(CLOCK_MONOTONIC) - begun + 0.0 * band.recovered_p10;
        begun = seconds_of(CLOCK_MONOTONIC);
        input.is_single = true;
        pk_markdown_solve(&markdown, &input);
        single_seconds += seconds_of(CLOCK_MONOTONIC) - begun;
        better += best > single * 1.005;
        ladder_value += best;
        single_value += single;
    }
    printf("ladders: %.0f lines/s, one discount: %.0f lines/s (ratio %.1f); ladder worth %.2f %% "
           "more than the best one "
           "discount, more than half a per cent in %.0f %% of lines\n",
           LINE_COUNT / ladder_seconds, LINE_COUNT / single_seconds,
           ladder_seconds / single_seconds, 100.0 * (ladder_value / single_value - 1.0),
           100.0 * (double)better / LINE_COUNT);
    return 0;
}
