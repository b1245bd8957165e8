/* A store in a temporary directory, with imports of rows that are written as text (row_fixture.h).
 * For cmocka tests of the store and above. */
#ifndef PK_TESTS_SUPPORT_STORE_STORE_FIXTURE_H
#define PK_TESTS_SUPPORT_STORE_STORE_FIXTURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* nftw */
#endif
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/store/store.h"
#include "tests/support/store/row_fixture.h"

struct store_fixture {
    char directory[64];
    struct pk_store *store;
    struct pk_error error;
    int request_count;
};

static inline int fixture_remove(const char *path, const struct stat *found, int kind,
                                 struct FTW *where)
{
    (void)found;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline int fixture_setup(void **state)
{
    struct store_fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/pk_store_XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    if (pk_store_open(fixture->directory, NULL, &fixture->store, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    *state = fixture;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct store_fixture *fixture = *state;
    pk_store_close(fixture->store);
    nftw(fixture->directory, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(fixture);
    return 0;
}

static inline void fixture_reopen(struct store_fixture *fixture)
{
    pk_store_close(fixture->store);
    fixture->store = NULL;
    if (pk_store_open(fixture->directory, NULL, &fixture->store, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
}

/* Options of an upsert with a request id of its own. */
static inline struct pk_import_options fixture_options(struct store_fixture *fixture,
                                                       enum pk_dataset_kind kind)
{
    struct pk_import_options options = {
        .kind = kind, .bucket_days = 1, .complete_through_date = PK_DATE_NONE};
    snprintf(options.request_id, sizeof options.request_id, "request-%d", fixture->request_count++);
    return options;
}

static inline enum pk_status fixture_add(struct pk_import *import, enum pk_dataset_kind kind,
                                         const char *text, int64_t row_index,
                                         struct pk_error *error)
{
    char buffer[2048];
    struct pk_record record = fixture_record(kind, text, buffer, sizeof buffer);
    return pk_import_add(import, &record, row_index, error);
}

/* Imports rows (NULL at the end of the list); the status of the first step that fails. */
static inline enum pk_status fixture_try_import(struct store_fixture *fixture,
                                                const struct pk_import_options *options,
                                                const char *const *rows,
                                                struct pk_import_result *out_result)
{
    struct pk_import *import = NULL;
    struct pk_import_result ignored;
    enum pk_status status =
        pk_import_begin(fixture->store, options, &import,
                        out_result == NULL ? &ignored : out_result, &fixture->error);
    if (status != PK_OK || import == NULL)
        return status;
    for (int64_t i = 0; rows[i] != NULL; i++) {
        status = fixture_add(import, options->kind, rows[i], i, &fixture->error);
        if (status != PK_OK) {
            pk_import_abort(import);
            return status;
        }
    }
    return pk_import_publish(import, out_result == NULL ? &ignored : out_result, &fixture->error);
}

static inline struct pk_import_result fixture_import_with(struct store_fixture *fixture,
                                                          const struct pk_import_options *options,
                                                          const char *const *rows)
{
    struct pk_import_result result;
    memset(&result, 0, sizeof result);
    if (fixture_try_import(fixture, options, rows, &result) != PK_OK)
        fail_msg("%s: %s", fixture->error.field, fixture->error.message);
    return result;
}

static inline struct pk_import_result
fixture_import(struct store_fixture *fixture, enum pk_dataset_kind kind, const char *const *rows)
{
    struct pk_import_options options = fixture_options(fixture, kind);
    return fixture_import_with(fixture, &options, rows);
}

#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline struct pk_shop_data *fixture_load(struct store_fixture *fixture, int32_t as_of_date)
{
    struct pk_shop_data *data = NULL;
    if (pk_store_load(fixture->store, as_of_date, &data, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    return data;
}

#endif
