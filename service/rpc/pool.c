#include "service/rpc/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

struct pk_rpc_pool {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct pk_rpc_job *first;
    struct pk_rpc_job *last;
    size_t queued_count;
    size_t idle_count;
    size_t thread_count;
    size_t thread_count_max;
    bool ending;
    pthread_t threads[];
};

static struct pk_rpc_job *take_job(struct pk_rpc_pool *pool)
{
    struct pk_rpc_job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first)
            pool->last = NULL;
        pool->queued_count--;
    }
    return job;
}

static void *run_jobs(void *argument)
{
    struct pk_rpc_pool *pool = argument;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        struct pk_rpc_job *job = take_job(pool);
        if (!job && pool->ending)
            break;
        if (!job) {
            pool->idle_count++;
            pthread_cond_wait(&pool->changed, &pool->mutex);
            pool->idle_count--;
            continue;
        }
        pthread_mutex_unlock(&pool->mutex);
        job->run(job);
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* With the mutex held. Signals are for the main thread. */
static bool start_thread(struct pk_rpc_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&pool->threads[pool->thread_count], NULL, run_jobs, pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pool->thread_count += !failed;
    return !failed;
}

enum pk_status pk_rpc_pool_new(size_t thread_count_max, struct pk_rpc_pool **out_pool,
                               struct pk_error *error)
{
    struct pk_rpc_pool *pool = calloc(1, sizeof *pool + thread_count_max * sizeof pool->threads[0]);
    if (!pool)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the handler threads");
    pool->thread_count_max = thread_count_max;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->changed, NULL);
    pthread_mutex_lock(&pool->mutex);
    bool started = start_thread(pool);
    pthread_mutex_unlock(&pool->mutex);
    if (!started) {
        pk_rpc_pool_free(pool);
        return pk_error_set(error, PK_UNAVAILABLE, "", "cannot start a handler thread");
    }
    *out_pool = pool;
    return PK_OK;
}

void pk_rpc_pool_submit(struct pk_rpc_pool *pool, struct pk_rpc_job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&pool->mutex);
    if (pool->last)
        pool->last->next = job;
    else
        pool->first = job;
    pool->last = job;
    pool->queued_count++;
    /* A failed start is no error: the job waits for one of the threads there are. */
    if (pool->queued_count > pool->idle_count && pool->thread_count < pool->thread_count_max)
        start_thread(pool);
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
}

void pk_rpc_pool_free(struct pk_rpc_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}
