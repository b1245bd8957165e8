#include "models/forecast/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/hash.h"

#define EMPTY UINT32_MAX

/* Growing arrays and the two hash tables while cells are collected. */
struct builder {
    struct pk_cells *cells;
    const struct pk_design *design;
    struct pk_override_list list;                    /* of the class at hand */
    uint32_t (*keys)[PK_SERIES_SCOPE_COUNT_MAX + 1]; /* per class: scope count, scopes */
    uint32_t *class_table, *cell_table;
    size_t class_table_size, cell_table_size;
    size_t class_capacity, class_bucket_count, class_bucket_capacity, cell_capacity,
        override_capacity;
    float grain; /* overrides that agree on this grid are equal; 0 = exactly */
};

static bool reserve(void *rows_pointer, size_t *capacity, size_t count, size_t row_size)
{
    return pk_array_reserve(rows_pointer, capacity, count, row_size, "cells", NULL) == PK_OK;
}

static float grid(const struct builder *builder, float value)
{
    return builder->grain > 0 ? roundf(value / builder->grain) * builder->grain : value;
}

static uint64_t hash_row(const struct builder *builder, const struct pk_override *rows,
                         size_t count)
{
    uint64_t hash = pk_hash_word(count, rows[0].bucket);
    for (size_t i = 0; i < count; i++) {
        const float value = grid(builder, rows[i].value) + 0.0f;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = pk_hash_word(pk_hash_word(hash, rows[i].column), bits);
    }
    return hash;
}

static bool same_row(const struct builder *builder, const struct pk_cell *cell,
                     const struct pk_override *rows, size_t count)
{
    if (cell->bucket != rows[0].bucket || cell->override_count != count)
        return false;
    const struct pk_override *kept = builder->cells->overrides + cell->override_start;
    for (size_t i = 0; i < count; i++)
        if (kept[i].column != rows[i].column ||
            fabsf(grid(builder, kept[i].value) - grid(builder, rows[i].value)) > 1e-6f)
            return false;
    return true;
}

static bool rehash_cells(struct builder *builder)
{
    const size_t size = builder->cell_table_size * 2;
    uint32_t *table = malloc(size * sizeof *table);
    if (table == NULL)
        return false;
    memset(table, 0xFF, size * sizeof *table);
    for (size_t i = 0; i < builder->cells->cell_count; i++) {
        const struct pk_cell *cell = &builder->cells->cells[i];
        size_t at = hash_row(builder, builder->cells->overrides + cell->override_start,
                             cell->override_count) &
                    (size - 1);
        while (table[at] != EMPTY)
            at = (at + 1) & (size - 1);
        table[at] = (uint32_t)i;
    }
    free(builder->cell_table);
    builder->cell_table = table;
    builder->cell_table_size = size;
    return true;
}

/* Index of the cell of these overrides, made if new; EMPTY without memory. */
static uint32_t find_cell(struct builder *builder, const struct pk_override *rows, size_t count)
{
    struct pk_cells *cells = builder->cells;
    if (2 * (cells->cell_count + 1) > builder->cell_table_size && !rehash_cells(builder))
        return EMPTY;
    size_t at = hash_row(builder, rows, count) & (builder->cell_table_size - 1);
    for (; builder->cell_table[at] != EMPTY; at = (at + 1) & (builder->cell_table_size - 1))
        if (same_row(builder, &cells->cells[builder->cell_table[at]], rows, count))
            return builder->cell_table[at];
    if (!reserve(&cells->cells, &builder->cell_capacity, cells->cell_count + 1,
                 sizeof *cells->cells) ||
        !reserve(&cells->overrides, &builder->override_capacity, cells->override_count + count,
                 sizeof *cells->overrides))
        return EMPTY;
    struct pk_cell cell = {rows[0].bucket, false, cells->override_count, count};
    for (size_t i = 0; i < count; i++) {
        cells->overrides[cells->override_count + i] = rows[i];
        cell.event |= builder->design->columns[rows[i].column].event;
    }
    cells->override_count += count;
    builder->cell_table[at] = (uint32_t)cells->cell_count;
    cells->cells[cells->cell_count] = cell;
    return (uint32_t)cells->cell_count++;
}

/* Appends the buckets in which the class at hand leaves the base row. */
static bool append_class_buckets(struct builder *builder)
{
    struct pk_cells *cells = builder->cells;
    size_t i = 0;
    while (i < builder->list.count) {
        const struct pk_override *rows = builder->list.rows + i;
        size_t count = 1;
        while (i + count < builder->list.count && rows[count].bucket == rows[0].bucket)
            count++;
        if (!reserve(&cells->class_buckets, &builder->class_bucket_capacity,
                     builder->class_bucket_count + 1, sizeof *cells->class_buckets))
            return false;
        const uint32_t cell = find_cell(builder, rows, count);
        if (cell == EMPTY)
            return false;
        cells->class_buckets[builder->class_bucket_count++] =
            (struct pk_class_bucket){rows[0].bucket, cell};
        i += count;
    }
    cells->class_starts[cells->class_count] = builder->class_bucket_count;
    return true;
}

/* Class of a scope list, entered into the table (*out_new) if it is new. */
static uint32_t find_class(struct builder *builder, const uint32_t *scopes, size_t scope_count,
                           bool *out_new)
{
    uint64_t hash = pk_hash_word(1, scope_count);
    for (size_t i = 0; i < scope_count; i++)
        hash = pk_hash_word(hash, scopes[i]);
    size_t at = hash & (builder->class_table_size - 1);
    for (; builder->class_table[at] != EMPTY; at = (at + 1) & (builder->class_table_size - 1)) {
        const uint32_t *key = builder->keys[builder->class_table[at]];
        if (key[0] == scope_count && memcmp(key + 1, scopes, scope_count * sizeof *key) == 0) {
            *out_new = false;
            return builder->class_table[at];
        }
    }
    const uint32_t made = (uint32_t)builder->cells->class_count++;
    builder->keys[made][0] = (uint32_t)scope_count;
    memcpy(builder->keys[made] + 1, scopes, scope_count * sizeof *scopes);
    builder->class_table[at] = made;
    *out_new = true;
    return made;
}

static bool begin(struct builder *builder, size_t series_count)
{
    struct pk_cells *cells = builder->cells;
    memset(cells, 0, sizeof *cells);
    cells->series_count = series_count;
    builder->class_table_size = 64;
    while (builder->class_table_size < 2 * series_count + 2)
        builder->class_table_size *= 2;
    builder->cell_table_size = 1024;
    cells->class_of = malloc((series_count + 1) * sizeof *cells->class_of);
    cells->class_starts = calloc(series_count + 2, sizeof *cells->class_starts);
    builder->keys = malloc((series_count + 1) * sizeof *builder->keys);
    builder->class_table = malloc(builder->class_table_size * sizeof *builder->class_table);
    builder->cell_table = malloc(builder->cell_table_size * sizeof *builder->cell_table);
    if (cells->class_of == NULL || cells->class_starts == NULL || builder->keys == NULL ||
        builder->class_table == NULL || builder->cell_table == NULL)
        return false;
    memset(builder->class_table, 0xFF, builder->class_table_size * sizeof *builder->class_table);
    memset(builder->cell_table, 0xFF, builder->cell_table_size * sizeof *builder->cell_table);
    return true;
}

static enum pk_status collect(struct builder *builder, const struct pk_shop *shop,
                              const uint32_t *series, uint32_t category, int32_t first_date,
                              int32_t bucket_days, size_t bucket_count, struct pk_error *error)
{
    for (size_t i = 0; i < builder->cells->series_count; i++) {
        uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
        const size_t scope_count =
            pk_design_scopes(builder->design, shop, series[i], category, scopes);
        bool made;
        builder->cells->class_of[i] = find_class(builder, scopes, scope_count, &made);
        if (!made)
            continue;
        const enum pk_status status =
            pk_design_overrides(builder->design, scopes, scope_count, first_date, bucket_days,
                                bucket_count, &builder->list, error);
        if (status != PK_OK)
            return status;
        if (!append_class_buckets(builder))
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for cells");
    }
    return PK_OK;
}

enum pk_status pk_cells_build(const struct pk_design *design, const struct pk_shop *shop,
                              const uint32_t *series, size_t series_count, uint32_t category,
                              int32_t first_date, int32_t bucket_days, size_t bucket_count,
                              struct pk_cells *out_cells, struct pk_error *error)
{
    struct pk_cells made = {0};
    enum pk_status status = PK_OK;
    for (int round = 0; round < 2 && status == PK_OK; round++) {
        struct builder builder = {
            .cells = &made, .design = design, .grain = round == 0 ? 0.0f : 0.125f};
        pk_cells_done(&made);
        if (begin(&builder, series_count))
            status = collect(&builder, shop, series, category, first_date, bucket_days,
                             bucket_count, error);
        else
            status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for cells");
        pk_override_list_done(&builder.list);
        free(builder.keys);
        free(builder.class_table);
        free(builder.cell_table);
        if (made.cell_count <= PK_CELL_COUNT_MAX)
            break;
    }
    if (status == PK_OK)
        *out_cells = made;
    else
        pk_cells_done(&made);
    return status;
}

void pk_cells_done(struct pk_cells *cells)
{
    if (cells == NULL)
        return;
    free(cells->class_of);
    free(cells->class_starts);
    free(cells->class_buckets);
    free(cells->cells);
    free(cells->overrides);
    memset(cells, 0, sizeof *cells);
}

void pk_cells_row(const struct pk_cells *cells, size_t cell, const double *x, size_t column_count,
                  double *row)
{
    const struct pk_cell *one = &cells->cells[cell];
    memcpy(row, x + one->bucket * column_count, column_count * sizeof *row);
    for (size_t i = 0; i < one->override_count; i++) {
        const struct pk_override *override = &cells->overrides[one->override_start + i];
        row[override->column] =
            (double) override->keep * row[override->column] + (double) override->value;
    }
}
