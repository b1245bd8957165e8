#include "models/base/dataset.h"

#include <math.h>
#include <string.h>

#include "models/base/dataset_columns.h"
#include "models/base/date.h"
#include "models/base/limits.h"
#include "models/base/units.h"

const struct pk_dataset *pk_dataset_get(enum pk_dataset_kind kind)
{
    return &pk_datasets[kind];
}

const struct pk_dataset *pk_dataset_find(const char *name)
{
    for (size_t i = 0; i < PK_DATASET_COUNT; i++)
        if (strcmp(pk_datasets[i].name, name) == 0)
            return &pk_datasets[i];
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_ignoring_case(struct pk_text a, struct pk_text b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.bytes[i]) != lower(b.bytes[i]))
            return false;
    return true;
}

/* True if `word` is one of the '|'-separated words of `list`. */
static bool is_listed(const char *list, struct pk_text word)
{
    while (*list != '\0') {
        size_t size = strcspn(list, "|");
        if (equal_ignoring_case((struct pk_text){list, size}, word))
            return true;
        list += size + (list[size] == '|');
    }
    return false;
}

int pk_dataset_column(const struct pk_dataset *dataset, struct pk_text header)
{
    struct pk_text name = pk_text_trim(header);
    for (size_t i = 0; i < dataset->column_count; i++)
        if (equal_ignoring_case(pk_text_from(dataset->columns[i].name), name) ||
            is_listed(dataset->columns[i].synonyms, name))
            return (int)i;
    return -1;
}

static enum pk_status refuse(const struct pk_column *column, struct pk_text field,
                             const char *remedy, struct pk_error *error)
{
    int shown = field.size > 80 ? 80 : (int)field.size;
    return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "'%.*s'%s %s", shown, field.bytes,
                        field.size > 80 ? "..." : "", remedy);
}

/* Copies a number without its thousands separators, currency sign and percent sign. Returns the
 * size, 0 if it is no such number; *out_scale is 0.01 for a percentage, else 1. */
static size_t plain_number(struct pk_text field, char *out, size_t size, double *out_scale)
{
    static const char *const signs[] = {"¥", "￥", "元"};
    *out_scale = 1;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t sign_size = strlen(signs[i]);
        if (field.size > sign_size && memcmp(field.bytes, signs[i], sign_size) == 0) {
            field.bytes += sign_size;
            field.size -= sign_size;
        } else if (field.size > sign_size &&
                   memcmp(field.bytes + field.size - sign_size, signs[i], sign_size) == 0) {
            field.size -= sign_size;
        }
    }
    if (field.size > 1 && field.bytes[field.size - 1] == '%') {
        *out_scale = 0.01;
        field.size--;
    }
    field = pk_text_trim(field);
    size_t length = 0;
    for (size_t i = 0; i < field.size; i++) {
        bool separates = field.bytes[i] == ',';
        if (separates && (i == 0 || field.size - i < 4))
            return 0;
        if (separates &&
            !(field.size - i == 4 || field.bytes[i + 4] == ',' || field.bytes[i + 4] == '.'))
            return 0;
        if (separates)
            continue;
        if (length + 1 >= size)
            return 0;
        out[length++] = field.bytes[i];
    }
    return length;
}

static enum pk_status parse_count(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    /* Whole numbers that a tool wrote as 12.0 or 12.00 are whole numbers. */
    for (size_t point = 0; point < plain.size; point++) {
        if (buffer[point] != '.')
            continue;
        size_t zero_count = 0;
        while (point + 1 + zero_count < plain.size && buffer[point + 1 + zero_count] == '0')
            zero_count++;
        if (point > 0 && zero_count > 0 && point + 1 + zero_count == plain.size)
            plain.size = point;
        break;
    }
    if (scale < 1 || !pk_text_to_integer(plain, &out_cell->integer))
        return refuse(column, field, "is not a whole number; write digits only, such as 12", error);
    return PK_OK;
}

static enum pk_status parse_number(const struct pk_column *column, struct pk_text field,
                                   struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    if (!pk_text_to_number(plain, &out_cell->number))
        return refuse(column, field, "is not a number; write it as 0.3 or 30%", error);
    out_cell->number *= scale;
    return PK_OK;
}

static enum pk_status parse_money(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    if (scale < 1 || !pk_money_parse(plain, &out_cell->integer))
        return refuse(
            column, field,
            "is not an amount; write a plain decimal with at most 6 decimals, such as 12.50",
            error);
    return PK_OK;
}

static enum pk_status check_range(const struct pk_column *column, double value,
                                  struct pk_error *error)
{
    if (value >= column->minimum && value <= column->maximum)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                        "%.15g is out of range; give a value from %.15g to %.15g", value,
                        column->minimum, column->maximum);
}

static enum pk_status check_text(const struct pk_column *column, struct pk_text text,
                                 struct pk_error *error)
{
    if (column->type == PK_COLUMN_ID)
        return text.size == 0 && column->presence != PK_COLUMN_REQUIRED
                   ? PK_OK
                   : pk_id_check(text, column->name, error);
    if (text.size > PK_TEXT_BYTES_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "has %zu bytes; give at most %d", text.size, PK_TEXT_BYTES_MAX);
    if (!pk_text_is_utf8(text))
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "is not valid UTF-8; save the file as UTF-8 or GB18030");
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                                "contains a control character; remove it");
    if (column->type == PK_COLUMN_CHOICE && text.size > 0 && !is_listed(column->choices, text))
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "'%.*s' is unknown; give one of %s",
                            text.size > 80 ? 80 : (int)text.size, text.bytes, column->choices);
    return PK_OK;
}

enum pk_status pk_cell_check(const struct pk_column *column, const struct pk_cell *cell,
                             struct pk_error *error)
{
    switch (column->type) {
    case PK_COLUMN_ID:
    case PK_COLUMN_TEXT:
    case PK_COLUMN_CHOICE:
        return check_text(column, cell->text, error);
    case PK_COLUMN_COUNT:
        return check_range(column, (double)cell->integer, error);
    case PK_COLUMN_NUMBER:
        if (!isfinite(cell->number))
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "is not a finite number");
        return check_range(column, cell->number, error);
    case PK_COLUMN_MONEY:
        return check_range(column, (double)cell->integer / (double)PK_MICROS_PER_UNIT, error);
    case PK_COLUMN_DATE: {
        int64_t first = pk_date_from_civil((struct pk_civil){1990, 1, 1});
        int64_t last = pk_date_from_civil((struct pk_civil){2099, 12, 31});
        if (cell->integer < first || cell->integer > last)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "is outside %s..%s",
                                PK_DATE_MIN, PK_DATE_MAX);
        return PK_OK;
    }
    }
    return PK_OK;
}

static enum pk_status parse_value(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    switch (column->type) {
    case PK_COLUMN_ID:
    case PK_COLUMN_TEXT:
    case PK_COLUMN_CHOICE:
        out_cell->text = field;
        return PK_OK;
    case PK_COLUMN_DATE: {
        int32_t epoch_days;
        if (!pk_date_parse(field, &epoch_days))
            return refuse(column, field,
                          "is not a date from " PK_DATE_MIN " to " PK_DATE_MAX
                          "; write it as 2026-11-22",
                          error);
        out_cell->integer = epoch_days;
        return PK_OK;
    }
    case PK_COLUMN_COUNT:
        return parse_count(column, field, out_cell, error);
    case PK_COLUMN_NUMBER:
        return parse_number(column, field, out_cell, error);
    case PK_COLUMN_MONEY:
        return parse_money(column, field, out_cell, error);
    }
    return PK_OK;
}

enum pk_status pk_cell_parse(const struct pk_column *column, struct pk_text field,
                             struct pk_cell *out_cell, struct pk_error *error)
{
    struct pk_cell cell = {.state = PK_CELL_SET};
    struct pk_text trimmed = pk_text_trim(field);
    if (trimmed.size == 0 && column->presence == PK_COLUMN_REQUIRED)
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "is empty; every row needs a value here");
    if (trimmed.size == 0 && column->presence == PK_COLUMN_OPTIONAL) {
        *out_cell = (struct pk_cell){.state = PK_CELL_NONE};
        return PK_OK;
    }
    if (trimmed.size == 0)
        trimmed = pk_text_from(column->default_text);
    enum pk_status status = parse_value(column, trimmed, &cell, error);
    if (status == PK_OK)
        status = pk_cell_check(column, &cell, error);
    if (status == PK_OK)
        *out_cell = cell;
    return status;
}
