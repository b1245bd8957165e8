/* Rows written as "column=value,column=value": columns that are not named are absent, an empty
 * value is an empty cell, "-" in front of the text deletes. For cmocka tests of rows, with or
 * without a store. */
#ifndef PK_TESTS_SUPPORT_STORE_ROW_FIXTURE_H
#define PK_TESTS_SUPPORT_STORE_ROW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/dataset.h"
#include "models/base/date.h"

static inline int32_t day(const char *text)
{
    int32_t date = PK_DATE_NONE;
    assert_true(pk_date_parse(pk_text_from(text), &date));
    return date;
}

/* Texts of the record point into `buffer`. */
static inline struct pk_record fixture_record(enum pk_dataset_kind kind, const char *text,
                                              char *buffer, size_t size)
{
    struct pk_record record = {.deleted = text[0] == '-'};
    const struct pk_dataset *dataset = pk_dataset_get(kind);
    struct pk_error error;
    snprintf(buffer, size, "%s", text + record.deleted);
    for (char *at = buffer; at != NULL && *at != '\0';) {
        char *next = strchr(at, ',');
        if (next != NULL)
            *next++ = '\0';
        char *value = strchr(at, '=');
        assert_non_null(value);
        *value++ = '\0';
        int column = pk_dataset_column(dataset, pk_text_from(at));
        if (column < 0)
            fail_msg("no column %s", at);
        if (pk_cell_parse(&dataset->columns[column], pk_text_from(value), &record.cells[column],
                          &error) != PK_OK)
            fail_msg("%s %s", error.field, error.message);
        at = next;
    }
    if (pk_record_check(dataset, &record, &error) != PK_OK)
        fail_msg("%s: %s %s", text, error.field, error.message);
    return record;
}

#endif
