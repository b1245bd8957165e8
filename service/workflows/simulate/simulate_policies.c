#include "service/workflows/simulate/simulate_policies.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/evidence/decide_reorder.h"
#include "service/work/parallel.h"
#include "service/workflows/simulate/simulation.h"

/* Series that one job takes through the reviews of a round. */
#define SERIES_PER_JOB 64

/* One review day: what the model was then. */
struct review {
    int32_t date;
    struct pk_shop_data data; /* the shop taken back to that day; borrows everything */
    struct pk_model *model;
    struct pk_view view;
    double season[PK_SEASON_WEEK_COUNT];
    struct pk_error error;
};

/* The reviews that are fitted side by side, then decided series by series. */
struct round {
    struct pk_simulation *simulation;
    const struct pk_fit_settings *settings;
    const struct pk_executor *executor; /* for a lone fit */
    struct review reviews[PK_THREAD_COUNT_MAX];
    size_t review_count;
    struct pk_error *errors; /* one per job */
};

static void fit_review(void *context, size_t index)
{
    struct round *round = context;
    struct review *review = &round->reviews[index];
    review->data = *round->simulation->view->data;
    review->data.shop.as_of_date = review->date;
    review->error = (struct pk_error){.status = PK_OK};
    review->model = NULL;
    review->data.ledger.adjustment_count = 0; /* nobody knows when a person entered them */
    pk_simulation_season(round->simulation, review->date, review->season);
    pk_model_fit(&review->data.shop, &review->data.sales, round->settings, round->executor,
                 &review->model, &review->error);
    review->view = (struct pk_view){.data = &review->data,
                                    .model = review->model,
                                    .network = round->simulation->view->network,
                                    .changes = round->simulation->view->changes};
}

/* Buckets before `end`, for every run. */
static void play_until(const struct pk_simulation *simulation, struct pk_simulated_series *one,
                       int64_t end)
{
    for (; one->next_bucket < end; one->next_bucket++) {
        const int64_t bucket = one->next_bucket;
        for (size_t run = 0; run < simulation->run_count; run++)
            pk_replay_bucket(&one->replays[run], &one->terms, bucket, one->demand_units[bucket],
                             bucket >= one->counted_from, one->is_promotion[bucket] != 0);
    }
}

/* Terms of a run: the ratio itself, or the costs that make it; untouched for the own one. */
static void set_aim(const struct pk_simulation_run *run, const struct pk_simulated_series *one,
                    struct pk_supply_terms *terms)
{
    const double a = run->critical_ratio;
    const double holding_micros = one->prices.holding_per_day * 1e6;
    if (!(a > 0))
        return;
    terms->target_fill_ratio = 0;
    terms->critical_ratio = run->is_aim ? a : 0;
    if (run->is_aim)
        return;
    terms->holding_cost_micros_per_day = llround(fmax(holding_micros, 1));
    terms->shortage_cost_micros =
        llround(a / (1 - a) * (double)terms->holding_cost_micros_per_day * one->prices.review_days);
}

/* Orders of ours: the same facts for every ratio, each with the stock of its own replay. */
static enum pk_status decide_ours(const struct pk_simulation *simulation,
                                  const struct review *review, struct pk_simulated_series *one,
                                  int64_t bucket, struct pk_decision_memory *memory,
                                  struct pk_error *error)
{
    static const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_inbound inbound[PK_LEAD_TIME_DAYS_MAX + 1];
    struct pk_series_facts facts;
    const int32_t horizon_days =
        pk_reorder_horizon_days(one->supply.lead_time_days, one->supply.review_period_days);
    const enum pk_status status = pk_series_facts_load(&review->view, one->series, horizon_days,
                                                       &none, NULL, memory, &facts, error);
    if (status != PK_OK)
        return status;
    facts.inbound = inbound;
    for (size_t run = 0; run < simulation->run_count; run++) {
        struct pk_replay *replay = &one->replays[run];
        struct pk_reorder decision;
        if (simulation->runs[run].policy != PK_POLICY_OURS)
            continue;
        facts.stock = (struct pk_stock){.is_known = true, .on_hand_units = replay->on_hand_units};
        facts.terms = one->supply;
        set_aim(&simulation->runs[run], one, &facts.terms);
        facts.inbound_count = 0;
        for (int32_t ahead = 0; ahead < one->terms.lead_buckets; ahead++) {
            const int64_t due = pk_replay_due(replay, &one->terms, bucket, ahead);
            if (due > 0)
                inbound[facts.inbound_count++] = (struct pk_inbound){
                    facts.demand.first_date + ahead * one->terms.bucket_days, due, 1};
        }
        pk_reorder_of_facts(&facts, false, &memory->projection, &decision);
        pk_replay_order(replay, &one->terms, bucket, decision.order_units,
                        bucket >= one->counted_from);
    }
    return PK_OK;
}

static void decide_others(const struct pk_simulation *simulation, const struct review *review,
                          struct pk_simulated_series *one, int64_t bucket)
{
    struct pk_policy_view view = {
        .terms = &one->terms,
        .bucket = bucket,
        .demand_units = one->demand_units,
        .history_count = one->history_count,
        .life_count = one->life_start < bucket ? bucket - one->life_start : 0,
        .bucket_count = one->bucket_count,
        .cover_days = one->cover_days,
        .season = review->season,
    };
    if (!one->has_min_max && view.life_count > 0) {
        pk_policy_min_max(&view, &one->minimum_units, &one->maximum_units);
        one->has_min_max = true;
    }
    view.minimum_units = one->minimum_units;
    view.maximum_units = one->maximum_units;
    for (size_t run = 0; run < simulation->run_count; run++) {
        const struct pk_simulation_run *what = &simulation->runs[run];
        if (what->policy == PK_POLICY_OURS)
            continue;
        view.replay = &one->replays[run];
        view.critical_ratio = what->critical_ratio > 0 ? what->critical_ratio : one->own_ratio;
        pk_replay_order(&one->replays[run], &one->terms, bucket,
                        pk_policy_order_units(what->policy, &view), bucket >= one->counted_from);
    }
}

/* Takes some series through the reviews of the round. */
static void play_series(void *context, size_t index)
{
    struct round *round = context;
    struct pk_simulation *simulation = round->simulation;
    struct pk_error *error = &round->errors[index];
    const size_t first = index * SERIES_PER_JOB;
    const size_t last = first + SERIES_PER_JOB < simulation->series_count
                            ? first + SERIES_PER_JOB
                            : simulation->series_count;
    struct pk_decision_memory *memory = pk_decision_memory_new();
    *error = (struct pk_error){.status = PK_OK};
    if (memory == NULL)
        pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for order decisions");
    for (size_t r = 0; r < round->review_count; r++) {
        const struct review *review = &round->reviews[r];
        for (size_t i = first; i < last && error->status == PK_OK; i++) {
            struct pk_simulated_series *one = &simulation->series[i];
            const int32_t past = review->date - simulation->basis.first_review_date;
            const int64_t bucket = past / one->terms.bucket_days;
            if (past % one->supply.review_period_days != 0 || bucket >= one->bucket_count)
                continue;
            play_until(simulation, one, bucket);
            decide_others(simulation, review, one, bucket);
            decide_ours(simulation, review, one, bucket, memory, error);
        }
    }
    pk_decision_memory_free(memory);
}

/* Fits the next reviews and takes every series through them. */
static enum pk_status play_round(struct round *round, struct pk_error *error)
{
    struct pk_simulation *simulation = round->simulation;
    int thread_count = simulation->request->thread_count;
    const size_t job_count = (simulation->series_count + SERIES_PER_JOB - 1) / SERIES_PER_JOB;
    const struct pk_executor executor = pk_parallel_executor(&thread_count);
    enum pk_status status = PK_OK;
    round->executor = round->review_count == 1 ? &executor : NULL;
    pk_parallel_run(&thread_count, round->review_count, fit_review, round);
    for (size_t r = 0; r < round->review_count && status == PK_OK; r++) {
        status = round->reviews[r].error.status;
        if (status != PK_OK)
            *error = round->reviews[r].error;
    }
    if (status == PK_OK)
        pk_parallel_run(&thread_count, job_count, play_series, round);
    for (size_t job = 0; job < job_count && status == PK_OK; job++) {
        status = round->errors[job].status;
        if (status != PK_OK)
            *error = round->errors[job];
    }
    for (size_t r = 0; r < round->review_count; r++)
        pk_model_free(round->reviews[r].model);
    return status;
}

static enum pk_status play(struct pk_simulation *simulation,
                           const struct pk_simulation_taker *taker, struct pk_error *error)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const size_t job_count = simulation->series_count / SERIES_PER_JOB + 1;
    const size_t at_once = (size_t)simulation->request->thread_count;
    struct round *round = calloc(1, sizeof *round);
    struct pk_error *errors = calloc(job_count, sizeof *errors);
    enum pk_status status = PK_OK;
    if (round == NULL || errors == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a replay");
    for (size_t done = 0; status == PK_OK && done < simulation->review_count;) {
        status = taker->progress(taker->context, (int64_t)done, (int64_t)simulation->review_count,
                                 error);
        if (status != PK_OK)
            break;
        *round = (struct round){.simulation = simulation, .settings = &settings, .errors = errors};
        while (round->review_count < at_once && done < simulation->review_count)
            round->reviews[round->review_count++].date = simulation->review_dates[done++];
        status = play_round(round, error);
    }
    for (size_t i = 0; i < simulation->series_count && status == PK_OK; i++)
        play_until(simulation, &simulation->series[i], simulation->series[i].bucket_count);
    if (status == PK_OK)
        status = taker->progress(taker->context, (int64_t)simulation->review_count,
                                 (int64_t)simulation->review_count, error);
    free(round);
    free(errors);
    return status;
}

enum pk_status pk_simulate_policies(const struct pk_view *view,
                                    const struct pk_series_selection *selection,
                                    const struct pk_simulation_request *request,
                                    const struct pk_simulation_taker *taker,
                                    struct pk_simulation_basis *out_basis, struct pk_error *error)
{
    struct pk_simulation simulation = {0};
    enum pk_status status = pk_simulation_plan(view, selection, request, &simulation, error);
    if (status != PK_OK)
        return status;
    status = play(&simulation, taker, error);
    if (status == PK_OK) {
        *out_basis = simulation.basis;
        status = pk_simulation_report(&simulation, taker, error);
    }
    pk_simulation_done(&simulation);
    return status;
}
