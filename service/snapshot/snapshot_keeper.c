#include "service/snapshot/snapshot_keeper.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "models/forecast/advance.h"
#include "service/snapshot/day_cache.h"
#include "service/snapshot/open_suggestions.h"
#include "service/snapshot/snapshot_fit.h"

/* How often a waiting caller is asked whether it still wants to wait. */
#define WAIT_CHECK_MILLISECONDS 20

struct pk_snapshot_keeper {
    struct pk_snapshot_keeper_options options;
    pthread_t thread;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t changed;
    bool is_stopping;
    struct pk_snapshot *live;
    int64_t tried_revision;         /* newest revision that a fit has tried, successfully or not */
    struct pk_error failure;        /* of the last try; status PK_OK if it went well */
    struct pk_shared_fit *full_fit; /* the last full one; the live snapshot's or what it advances */
    int64_t full_wanted_revision;   /* a full fit of it is wanted; below 0 = none */
    int64_t full_tried_revision;
    struct pk_error full_failure;
    /* The last snapshot that was asked for, with the suggestions of this revision. */
    struct pk_snapshot *view;
    const struct pk_snapshot *view_stem;
    int64_t view_revision;
    pthread_mutex_t day_lock; /* one on-demand fit at a time */
    struct pk_day_cache days;
};

static void report(struct pk_snapshot_keeper *keeper, const struct pk_snapshot *snapshot,
                   const struct pk_snapshot_timing *timing, const struct pk_error *failure)
{
    if (keeper->options.report != NULL)
        keeper->options.report(keeper->options.report_context, snapshot, timing->load_seconds,
                               timing->fit_seconds, failure);
}

static bool is_full(const struct pk_snapshot *snapshot)
{
    return pk_model_advanced_days(snapshot->stamp->fit->model) == 0;
}

/* The lock is held. */
static void want_full_fit(struct pk_snapshot_keeper *keeper, int64_t revision)
{
    if (revision > keeper->full_wanted_revision)
        keeper->full_wanted_revision = revision;
}

/* Installs the outcome of a refit: a new snapshot, or a failure that callers will be told. */
static void publish(struct pk_snapshot_keeper *keeper, struct pk_snapshot *snapshot,
                    int64_t revision, const struct pk_error *failure)
{
    struct pk_shared_fit *full_before = NULL;
    pthread_mutex_lock(&keeper->lock);
    struct pk_snapshot *before = keeper->live, *view = NULL;
    if (snapshot != NULL) {
        /* It would hold the old one. */
        view = keeper->view;
        keeper->view = NULL;
        keeper->live = snapshot;
        revision = snapshot->view.data->data_revision;
        if (is_full(snapshot)) {
            full_before = keeper->full_fit;
            keeper->full_fit = pk_shared_fit_hold(snapshot->stamp->fit);
        }
        if (pk_model_advanced_days(snapshot->stamp->fit->model) == PK_ADVANCE_DAYS_MAX)
            want_full_fit(keeper, revision);
    }
    if (revision > keeper->tried_revision)
        keeper->tried_revision = revision;
    keeper->failure = *failure;
    pthread_cond_broadcast(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    pk_snapshot_release(view);
    if (snapshot != NULL)
        pk_snapshot_release(before);
    pk_shared_fit_release(full_before);
}

/* A full fit is saved; an advanced one is made again from it after a restart. A snapshot that
 * cannot be saved still serves. */
static void save(struct pk_snapshot_keeper *keeper, const struct pk_snapshot *snapshot)
{
    struct pk_error failure = {.status = PK_OK};
    if (is_full(snapshot) && pk_snapshot_save(keeper->options.store, snapshot, &failure) != PK_OK)
        report(keeper, NULL, &(struct pk_snapshot_timing){0}, &failure);
}

/* Brings the live snapshot up to date. */
static void refit(struct pk_snapshot_keeper *keeper, int64_t revision)
{
    struct pk_snapshot *snapshot = NULL;
    struct pk_snapshot_timing timing = {0};
    struct pk_error failure = {.status = PK_OK};
    pthread_mutex_lock(&keeper->lock);
    struct pk_snapshot *before = keeper->live == NULL ? NULL : pk_snapshot_hold(keeper->live);
    struct pk_shared_fit *full_fit =
        keeper->full_fit == NULL ? NULL : pk_shared_fit_hold(keeper->full_fit);
    pthread_mutex_unlock(&keeper->lock);
    const struct pk_snapshot_earlier earlier = {before, full_fit, keeper->options.refit_cells_max};
    enum pk_status status =
        pk_snapshot_make(keeper->options.store, PK_DATE_NONE, keeper->options.thread_count,
                         &earlier, &snapshot, &timing, &failure);
    bool is_new_fit =
        status == PK_OK && (before == NULL || before->stamp->fit != snapshot->stamp->fit);
    if (is_new_fit)
        pk_snapshot_hold(snapshot);
    publish(keeper, snapshot, revision, &failure);
    report(keeper, is_new_fit ? snapshot : NULL, &timing, status == PK_OK ? NULL : &failure);
    if (is_new_fit) {
        save(keeper, snapshot);
        pk_snapshot_release(snapshot);
    }
    pk_shared_fit_release(full_fit);
    pk_snapshot_release(before);
}

/* A full fit in place of an advanced snapshot. When it fails, the advanced one stays. */
static void fit_fully(struct pk_snapshot_keeper *keeper, int64_t revision)
{
    struct pk_snapshot *snapshot = NULL;
    struct pk_snapshot_timing timing = {0};
    struct pk_error failure = {.status = PK_OK};
    enum pk_status status =
        pk_snapshot_make(keeper->options.store, PK_DATE_NONE, keeper->options.thread_count, NULL,
                         &snapshot, &timing, &failure);
    pthread_mutex_lock(&keeper->lock);
    keeper->full_tried_revision = snapshot != NULL && snapshot->view.data->data_revision > revision
                                      ? snapshot->view.data->data_revision
                                      : revision;
    keeper->full_failure = failure;
    pthread_cond_broadcast(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    if (status == PK_OK) {
        pk_snapshot_hold(snapshot);
        publish(keeper, snapshot, revision, &failure);
    }
    report(keeper, snapshot, &timing, status == PK_OK ? NULL : &failure);
    if (status == PK_OK)
        save(keeper, snapshot);
    pk_snapshot_release(snapshot);
}

static void restore(struct pk_snapshot_keeper *keeper)
{
    struct pk_snapshot *snapshot = NULL;
    struct pk_shared_fit *full_fit = NULL;
    struct pk_snapshot_timing timing = {0};
    struct pk_error failure = {.status = PK_OK};
    if (pk_snapshot_restore(keeper->options.store, keeper->options.refit_cells_max,
                            keeper->options.thread_count, &snapshot, &full_fit, &timing,
                            &failure) != PK_OK)
        return;
    const bool is_advanced = !is_full(snapshot);
    if (is_advanced)
        pk_snapshot_hold(snapshot);
    pthread_mutex_lock(&keeper->lock);
    keeper->full_fit = full_fit;
    pthread_mutex_unlock(&keeper->lock);
    publish(keeper, snapshot, 0, &(struct pk_error){.status = PK_OK});
    if (is_advanced) {
        report(keeper, snapshot, &timing, NULL);
        pk_snapshot_release(snapshot);
    }
}

/* True if a full fit is wanted and the live snapshot is none yet. The lock is held. */
static bool needs_full_fit(const struct pk_snapshot_keeper *keeper)
{
    return keeper->full_wanted_revision > keeper->full_tried_revision && keeper->live != NULL &&
           !is_full(keeper->live);
}

static void *keep(void *argument)
{
    struct pk_snapshot_keeper *keeper = argument;
    restore(keeper);
    pthread_mutex_lock(&keeper->lock);
    while (!keeper->is_stopping) {
        int64_t revision = pk_store_data_revision(keeper->options.store);
        bool is_current = revision <= keeper->tried_revision;
        if (is_current && !needs_full_fit(keeper)) {
            pthread_cond_wait(&keeper->changed, &keeper->lock);
            continue;
        }
        pthread_mutex_unlock(&keeper->lock);
        if (is_current)
            fit_fully(keeper, revision);
        else
            refit(keeper, revision);
        pthread_mutex_lock(&keeper->lock);
    }
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

enum pk_status pk_snapshot_keeper_start(const struct pk_snapshot_keeper_options *options,
                                        struct pk_snapshot_keeper **out_keeper,
                                        struct pk_error *error)
{
    struct pk_snapshot_keeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the snapshot keeper");
    keeper->options = *options;
    keeper->tried_revision = keeper->full_wanted_revision = keeper->full_tried_revision = -1;
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_mutex_init(&keeper->day_lock, NULL);
    pk_day_cache_init(&keeper->days);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&keeper->thread, NULL, keep, keeper) != 0) {
        free(keeper);
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "", "cannot start the refit thread");
    }
    *out_keeper = keeper;
    return PK_OK;
}

void pk_snapshot_keeper_stop(struct pk_snapshot_keeper *keeper)
{
    if (keeper == NULL)
        return;
    pthread_mutex_lock(&keeper->lock);
    keeper->is_stopping = true;
    pthread_cond_broadcast(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    pk_snapshot_release(keeper->view);
    pk_snapshot_release(keeper->live);
    pk_shared_fit_release(keeper->full_fit);
    pk_day_cache_done(&keeper->days);
    pthread_cond_destroy(&keeper->changed);
    pthread_mutex_destroy(&keeper->lock);
    pthread_mutex_destroy(&keeper->day_lock);
    free(keeper);
}

void pk_snapshot_keeper_wake(struct pk_snapshot_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    pthread_cond_broadcast(&keeper->changed);
    pthread_mutex_unlock(&keeper->lock);
}

/* Sleeps until something changed or it is time to ask the caller again; the lock is held. */
static enum pk_status wait_a_little(struct pk_snapshot_keeper *keeper, const struct pk_wait *wait,
                                    struct pk_error *error)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_CHECK_MILLISECONDS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&keeper->changed, &keeper->lock, &until);
    if (keeper->is_stopping)
        return pk_error_set(error, PK_UNAVAILABLE, "", "the service is stopping; try again");
    return wait == NULL ? PK_OK : wait->check(wait->context, error);
}

static enum pk_status acquire_live(struct pk_snapshot_keeper *keeper, const struct pk_wait *wait,
                                   struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    int64_t revision = pk_store_data_revision(keeper->options.store);
    enum pk_status status = PK_OK;
    pthread_mutex_lock(&keeper->lock);
    while (status == PK_OK) {
        if (keeper->live != NULL && keeper->live->view.data->data_revision >= revision) {
            *out_snapshot = pk_snapshot_hold(keeper->live);
            break;
        }
        if (keeper->tried_revision >= revision && keeper->failure.status != PK_OK) {
            if (error != NULL)
                *error = keeper->failure;
            status = keeper->failure.status;
            break;
        }
        status = wait_a_little(keeper, wait, error);
    }
    pthread_mutex_unlock(&keeper->lock);
    return status;
}

enum pk_status pk_snapshot_fit(struct pk_snapshot_keeper *keeper, const struct pk_wait *wait,
                               struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    int64_t revision = pk_store_data_revision(keeper->options.store);
    struct pk_snapshot *snapshot = NULL;
    enum pk_status status = acquire_live(keeper, wait, &snapshot, error);
    if (status != PK_OK)
        return status;
    if (is_full(snapshot)) {
        *out_snapshot = snapshot;
        return PK_OK;
    }
    pk_snapshot_release(snapshot);
    pthread_mutex_lock(&keeper->lock);
    if (keeper->full_tried_revision >= revision) /* failed before: once more */
        keeper->full_tried_revision = revision - 1;
    while (status == PK_OK) {
        if (is_full(keeper->live) && keeper->live->view.data->data_revision >= revision) {
            *out_snapshot = pk_snapshot_hold(keeper->live);
            break;
        }
        want_full_fit(keeper, keeper->live->view.data->data_revision);
        pthread_cond_broadcast(&keeper->changed);
        if (keeper->full_tried_revision >= revision && keeper->full_failure.status != PK_OK) {
            if (error != NULL)
                *error = keeper->full_failure;
            status = keeper->full_failure.status;
            break;
        }
        status = wait_a_little(keeper, wait, error);
    }
    pthread_mutex_unlock(&keeper->lock);
    return status;
}

/* Days after the last sale and the complete-through mark are unknown, not days without sales. */
static enum pk_status check_day(struct pk_store *store, int32_t as_of_date, struct pk_error *error)
{
    struct pk_store_status stored;
    char date[PK_DATE_TEXT_SIZE];
    enum pk_status status = pk_store_get_status(store, &stored, error);
    if (status != PK_OK)
        return status;
    int32_t last_date = stored.last_sales_date > stored.complete_through_date
                            ? stored.last_sales_date
                            : stored.complete_through_date;
    if (last_date == PK_DATE_NONE || as_of_date <= last_date)
        return PK_OK;
    return pk_error_set(error, PK_FAILED_PRECONDITION, "as_of_date",
                        "lies after the last day with sales, %s; import sales up to it, or with "
                        "--complete-through",
                        pk_date_format(last_date, date));
}

static enum pk_status acquire_day(struct pk_snapshot_keeper *keeper, int32_t as_of_date,
                                  struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    int64_t revision = pk_store_data_revision(keeper->options.store);
    enum pk_status status = check_day(keeper->options.store, as_of_date, error);
    if (status != PK_OK)
        return status;
    pthread_mutex_lock(&keeper->day_lock);
    struct pk_snapshot *snapshot = pk_day_cache_find(&keeper->days, as_of_date, revision);
    if (snapshot == NULL) {
        struct pk_snapshot_timing timing = {0};
        status = pk_snapshot_make(keeper->options.store, as_of_date, keeper->options.thread_count,
                                  NULL, &snapshot, &timing, error);
        if (status == PK_OK) {
            pk_day_cache_put(&keeper->days, as_of_date, snapshot);
            report(keeper, snapshot, &timing, NULL);
        }
    }
    pthread_mutex_unlock(&keeper->day_lock);
    if (status == PK_OK)
        *out_snapshot = snapshot;
    return status;
}

static enum pk_status acquire_any(struct pk_snapshot_keeper *keeper, int32_t as_of_date,
                                  const struct pk_wait *wait, struct pk_snapshot **out_snapshot,
                                  struct pk_error *error)
{
    if (as_of_date == PK_DATE_NONE)
        return acquire_live(keeper, wait, out_snapshot, error);
    struct pk_snapshot *live = pk_snapshot_peek(keeper, &(bool){false});
    bool is_live_day = live != NULL && live->view.data->shop.as_of_date == as_of_date;
    pk_snapshot_release(live);
    if (!is_live_day)
        return acquire_day(keeper, as_of_date, out_snapshot, error);
    struct pk_snapshot *snapshot;
    enum pk_status status = acquire_live(keeper, wait, &snapshot, error);
    if (status != PK_OK)
        return status;
    if (snapshot->view.data->shop.as_of_date != as_of_date) {
        pk_snapshot_release(snapshot);
        return acquire_day(keeper, as_of_date, out_snapshot, error);
    }
    *out_snapshot = snapshot;
    return PK_OK;
}

/* The kept view of `stem` if it has all suggestions up to `revision`, held for the caller; else
 * NULL. */
static struct pk_snapshot *find_view(struct pk_snapshot_keeper *keeper,
                                     const struct pk_snapshot *stem, int64_t revision)
{
    pthread_mutex_lock(&keeper->lock);
    const bool is_fit =
        keeper->view != NULL && keeper->view_stem == stem && keeper->view_revision >= revision;
    struct pk_snapshot *found = is_fit ? pk_snapshot_hold(keeper->view) : NULL;
    pthread_mutex_unlock(&keeper->lock);
    return found;
}

static bool is_live(struct pk_snapshot_keeper *keeper, const struct pk_snapshot *snapshot)
{
    pthread_mutex_lock(&keeper->lock);
    const bool answer = keeper->live == snapshot;
    pthread_mutex_unlock(&keeper->lock);
    return answer;
}

static void keep_view(struct pk_snapshot_keeper *keeper, const struct pk_snapshot *stem,
                      int64_t revision, struct pk_snapshot *view)
{
    pthread_mutex_lock(&keeper->lock);
    struct pk_snapshot *before = keeper->view;
    keeper->view = pk_snapshot_hold(view);
    keeper->view_stem = stem;
    keeper->view_revision = revision;
    pthread_mutex_unlock(&keeper->lock);
    pk_snapshot_release(before);
}

enum pk_status pk_snapshot_acquire(struct pk_snapshot_keeper *keeper, int32_t as_of_date,
                                   const struct pk_wait *wait, struct pk_snapshot **out_snapshot,
                                   struct pk_error *error)
{
    struct pk_snapshot *stem = NULL;
    enum pk_status status = acquire_any(keeper, as_of_date, wait, &stem, error);
    if (status != PK_OK)
        return status;
    /* Read before the suggestions are: what comes in between is seen twice rather than never. */
    const int64_t revision = pk_store_suggestion_revision(keeper->options.store);
    struct pk_snapshot *view = find_view(keeper, stem, revision);
    if (view == NULL) {
        status = pk_snapshot_with_suggestions(keeper->options.store, stem,
                                              as_of_date != PK_DATE_NONE && !is_live(keeper, stem),
                                              &view, error);
        if (status == PK_OK)
            keep_view(keeper, stem, revision, view);
    }
    pk_snapshot_release(stem);
    if (status == PK_OK)
        *out_snapshot = view;
    return status;
}

struct pk_snapshot *pk_snapshot_peek(struct pk_snapshot_keeper *keeper, bool *out_is_stale)
{
    int64_t revision = pk_store_data_revision(keeper->options.store);
    pthread_mutex_lock(&keeper->lock);
    struct pk_snapshot *snapshot = keeper->live == NULL ? NULL : pk_snapshot_hold(keeper->live);
    *out_is_stale = snapshot == NULL || snapshot->view.data->data_revision < revision;
    pthread_mutex_unlock(&keeper->lock);
    return snapshot;
}
