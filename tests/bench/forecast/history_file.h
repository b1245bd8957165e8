/* A history in CSV with what lies beside it, for the benchmarks: read into memory, exit on
 * damage. */
#ifndef PK_TESTS_BENCH_FORECAST_HISTORY_FILE_H
#define PK_TESTS_BENCH_FORECAST_HISTORY_FILE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/date.h"
#include "models/base/text.h"
#include "models/history/shop.h"
#include "tests/bench/bench.h"

#define LINE_BYTES 4096

struct row {
    uint32_t item;
    int32_t date;
    float units;
};

struct regressor {
    uint32_t item, name;
    int32_t date;
    double value;
};

struct history {
    char **ids;
    char *names[64]; /* of covariates; "closed" and "promo" come first */
    size_t name_count, regressor_count, price_count, category_count;
    struct regressor *regressors; /* ascending (name, date) */
    struct row *prices;           /* ascending (item, date); units = the price */
    char **categories;            /* ascending */
    uint32_t *category_of;        /* item_count */
    double *list_price;           /* item_count; 0 = not given */
    size_t item_count, row_count, row_capacity, closed_count, promo_count;
    struct row *rows; /* ascending (item, date) */
    struct row *closed;
    int32_t *promo;
    int32_t first_date, last_date;
};

static bool split(char *line, char *fields[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fields[i] = line;
        char *comma = strchr(line, ',');
        if (comma == NULL)
            return i + 1 == count;
        *comma = '\0';
        line = comma + 1;
    }
    return true;
}

static int32_t read_date(const char *string)
{
    int32_t date = PK_DATE_NONE;
    if (!pk_date_parse(pk_text_from(string), &date)) {
        fprintf(stderr, "not a date: %s\n", string);
        exit(1);
    }
    return date;
}

static uint32_t item_index(struct history *history, const char *id)
{
    const size_t last = history->item_count;
    if (last > 0 && strcmp(history->ids[last - 1], id) == 0)
        return (uint32_t)(last - 1);
    history->ids = checked(realloc(history->ids, (last + 1) * sizeof *history->ids));
    history->ids[last] = checked(strdup(id));
    history->item_count++;
    return (uint32_t)last;
}

static void append(struct row **rows, size_t *count, size_t *capacity, struct row row)
{
    if (*count == *capacity) {
        *capacity = *capacity < 1024 ? 1024 : 2 * *capacity;
        *rows = checked(realloc(*rows, *capacity * sizeof **rows));
    }
    (*rows)[(*count)++] = row;
}

static FILE *open_beside(const char *path, const char *suffix)
{
    char name[LINE_BYTES];
    snprintf(name, sizeof name, "%.*s%s", (int)(strlen(path) - 4), path, suffix);
    return fopen(name, "r");
}

/* The next line without its end. False after the last one, when the file has been closed, and for a
 * file that is not there. */
static bool read_line(FILE **file, char line[LINE_BYTES])
{
    if (*file == NULL)
        return false;
    if (fgets(line, LINE_BYTES, *file) == NULL) {
        fclose(*file);
        *file = NULL;
        return false;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static uint32_t known_item(const struct history *history, const char *id)
{
    size_t low = 0, high = history->item_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (strcmp(history->ids[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < history->item_count && strcmp(history->ids[low], id) == 0 ? (uint32_t)low
                                                                           : PK_INDEX_NONE;
}

static void read_beside(const char *path, struct history *history)
{
    char line[LINE_BYTES];
    char *fields[2];
    size_t capacity = 0;
    FILE *file = open_beside(path, ".closed.csv");
    while (read_line(&file, line)) {
        if (!split(line, fields, 2))
            continue;
        const struct row row = {known_item(history, fields[0]), read_date(fields[1]), 1};
        if (row.item != PK_INDEX_NONE)
            append(&history->closed, &history->closed_count, &capacity, row);
    }
    file = open_beside(path, ".promo.csv");
    while (read_line(&file, line)) {
        history->promo =
            checked(realloc(history->promo, (history->promo_count + 1) * sizeof *history->promo));
        history->promo[history->promo_count++] = read_date(line);
    }
}

static uint32_t name_index(struct history *history, const char *name)
{
    const size_t last = history->name_count;
    if (last > 0 && strcmp(history->names[last - 1], name) == 0)
        return (uint32_t)(last - 1);
    if (last == sizeof history->names / sizeof history->names[0]) {
        fprintf(stderr, "too many covariates\n");
        exit(1);
    }
    history->names[last] = checked(strdup(name));
    history->name_count++;
    return (uint32_t)last;
}

static void read_covariates(const char *path, struct history *history)
{
    char line[LINE_BYTES];
    char *fields[4];
    size_t capacity = 0;
    FILE *file = open_beside(path, ".covariates.csv");
    while (read_line(&file, line)) {
        if (!split(line, fields, 4))
            continue;
        const struct regressor row = {
            fields[0][0] == '\0' ? PK_INDEX_NONE : known_item(history, fields[0]),
            name_index(history, fields[2]), read_date(fields[1]), strtod(fields[3], NULL)};
        if (row.item == PK_INDEX_NONE && fields[0][0] != '\0')
            continue;
        if (history->regressor_count == capacity) {
            capacity = capacity < 1024 ? 1024 : 2 * capacity;
            history->regressors =
                checked(realloc(history->regressors, capacity * sizeof *history->regressors));
        }
        history->regressors[history->regressor_count++] = row;
    }
}

static void read_prices(const char *path, struct history *history)
{
    char line[LINE_BYTES];
    char *fields[3];
    size_t capacity = 0;
    FILE *file = open_beside(path, ".prices.csv");
    while (read_line(&file, line)) {
        if (!split(line, fields, 3))
            continue;
        const struct row row = {known_item(history, fields[0]), read_date(fields[1]),
                                strtof(fields[2], NULL)};
        if (row.item != PK_INDEX_NONE)
            append(&history->prices, &history->price_count, &capacity, row);
    }
}

static int compare_strings(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void read_categories(const char *path, struct history *history)
{
    char line[LINE_BYTES];
    char *fields[3] = {line, line, line};
    FILE *file = open_beside(path, ".items.csv");
    char **of = checked(calloc(history->item_count, sizeof *of));
    history->category_of = checked(calloc(history->item_count, sizeof *history->category_of));
    history->list_price = checked(calloc(history->item_count, sizeof *history->list_price));
    history->categories = checked(calloc(history->item_count + 1, sizeof *history->categories));
    while (read_line(&file, line)) {
        const bool has_price = split(line, fields, 3);
        const uint32_t item = known_item(history, fields[0]);
        if (item == PK_INDEX_NONE || of[item] != NULL)
            continue;
        of[item] = checked(strdup(fields[1]));
        history->list_price[item] = has_price ? strtod(fields[2], NULL) : 0;
    }
    for (size_t i = 0; i < history->item_count; i++) {
        of[i] = of[i] == NULL ? checked(strdup("")) : of[i];
        history->categories[i] = of[i];
    }
    qsort(history->categories, history->item_count, sizeof *history->categories, compare_strings);
    for (size_t i = 0; i < history->item_count; i++)
        if (i == 0 || strcmp(history->categories[i], history->categories[i - 1]) != 0)
            history->categories[history->category_count++] = history->categories[i];
    for (size_t i = 0; i < history->item_count; i++) {
        char **found = bsearch(&of[i], history->categories, history->category_count,
                               sizeof *history->categories, compare_strings);
        history->category_of[i] = (uint32_t)(found - history->categories);
        if (*found != of[i])
            free(of[i]);
    }
    free(of);
}

static void read_history(const char *path, struct history *history)
{
    char line[LINE_BYTES];
    char *fields[3];
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    history->first_date = INT32_MAX;
    history->last_date = INT32_MIN;
    while (read_line(&file, line)) {
        if (!split(line, fields, 3))
            continue;
        const struct row row = {item_index(history, fields[0]), read_date(fields[1]),
                                strtof(fields[2], NULL)};
        append(&history->rows, &history->row_count, &history->row_capacity, row);
        history->first_date = row.date < history->first_date ? row.date : history->first_date;
        history->last_date = row.date > history->last_date ? row.date : history->last_date;
    }
    name_index(history, "closed");
    name_index(history, "promo");
    read_beside(path, history);
    read_covariates(path, history);
    read_prices(path, history);
    read_categories(path, history);
}

static void history_done(struct history *history)
{
    for (size_t i = 0; i < history->item_count; i++)
        free(history->ids[i]);
    free(history->ids);
    free(history->rows);
    free(history->closed);
    free(history->promo);
    free(history->regressors);
    free(history->prices);
    free(history->category_of);
    free(history->list_price);
    for (size_t i = 0; i < history->category_count; i++)
        free(history->categories[i]);
    free(history->categories);
    for (size_t i = 0; i < history->name_count; i++)
        free(history->names[i]);
}

#endif
