#include "service/work/ordered_work.h"

#include <pthread.h>
#include <stdbool.h>

struct slot {
    bool is_made;
    enum pk_status status;
    struct pk_error error;
};

struct run {
    const struct pk_ordered_work *work;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t slot_count;
    size_t begun, taken; /* parts */
    bool is_over;
    size_t worker_count; /* that have a number */
    struct slot slots[PK_ORDERED_SLOT_COUNT_MAX];
};

size_t pk_ordered_thread_count(const struct pk_ordered_work *work)
{
    const int count = work->thread_count < 1                     ? 1
                      : work->thread_count > PK_THREAD_COUNT_MAX ? PK_THREAD_COUNT_MAX
                                                                 : work->thread_count;
    return (size_t)count < work->part_count || work->part_count == 0 ? (size_t)count
                                                                     : work->part_count;
}

size_t pk_ordered_slot_count(const struct pk_ordered_work *work)
{
    const size_t threads = pk_ordered_thread_count(work);
    return threads == 1 ? 1 : threads * PK_ORDERED_SLOTS_PER_THREAD;
}

static bool can_begin(const struct run *run)
{
    return run->begun < run->work->part_count && run->begun < run->taken + run->slot_count;
}

/* Makes the next part; called and left with the lock held. */
static void make_next(struct run *run, size_t worker)
{
    const size_t part = run->begun++;
    const size_t index = part % run->slot_count;
    struct slot *slot = &run->slots[index];
    pthread_mutex_unlock(&run->lock);
    const enum pk_status status =
        run->work->make(run->work->context, worker, index, part, &slot->error);
    pthread_mutex_lock(&run->lock);
    slot->status = status;
    slot->is_made = true;
    pthread_cond_broadcast(&run->changed);
}

static void *help(void *argument)
{
    struct run *run = argument;
    pthread_mutex_lock(&run->lock);
    const size_t worker = run->worker_count++;
    while (!run->is_over && run->begun < run->work->part_count) {
        if (can_begin(run))
            make_next(run, worker);
        else
            pthread_cond_wait(&run->changed, &run->lock);
    }
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

/* Takes every part in its turn, and makes parts while the next one is not there; holds the lock. */
static enum pk_status take_all(struct run *run, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    while (run->taken < run->work->part_count) {
        const size_t index = run->taken % run->slot_count;
        struct slot *slot = &run->slots[index];
        if (!slot->is_made) {
            if (can_begin(run))
                make_next(run, 0);
            else
                pthread_cond_wait(&run->changed, &run->lock);
            continue;
        }
        status = slot->status;
        if (status != PK_OK) {
            if (error != NULL)
                *error = slot->error;
            break;
        }
        pthread_mutex_unlock(&run->lock);
        status = run->work->take(run->work->context, index, error);
        pthread_mutex_lock(&run->lock);
        if (status != PK_OK)
            break;
        slot->is_made = false;
        run->taken++;
        pthread_cond_broadcast(&run->changed);
    }
    run->is_over = true;
    pthread_cond_broadcast(&run->changed);
    return status;
}

enum pk_status pk_ordered_run(const struct pk_ordered_work *work, struct pk_error *error)
{
    struct run run = {.work = work, .slot_count = pk_ordered_slot_count(work), .worker_count = 1};
    pthread_t threads[PK_THREAD_COUNT_MAX];
    const size_t wanted = pk_ordered_thread_count(work) - 1;
    size_t started = 0;
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.changed, NULL);
    while (started < wanted && pthread_create(&threads[started], NULL, help, &run) == 0)
        started++;
    pthread_mutex_lock(&run.lock);
    const enum pk_status status = take_all(&run, error);
    pthread_mutex_unlock(&run.lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&run.changed);
    pthread_mutex_destroy(&run.lock);
    return status;
}
