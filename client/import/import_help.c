#include "client/import/import_help.h"

#include <string.h>

#include "models/base/dataset.h"

void pk_import_help_list_kinds(char *out, size_t size)
{
    size_t length = 0;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++)
        length += pk_text_format(out + length, size - length, "%s, ",
                                 pk_dataset_get((enum pk_dataset_kind)kind)->name);
    pk_text_format(out + length, size - length, "%s", PK_IMPORT_ONLINE_RETAIL);
}

static void print_kinds(FILE *stream)
{
    fprintf(stream, "\nKinds (peakstock import KIND --help lists the columns of one):\n");
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)kind);
        const char *separator = "";
        fprintf(stream, "  %-16s ", dataset->name);
        for (size_t i = 0; i < dataset->column_count; i++) {
            if (dataset->columns[i].presence != PK_COLUMN_REQUIRED)
                continue;
            fprintf(stream, "%s%s", separator, dataset->columns[i].name);
            separator = ", ";
        }
        fprintf(stream, ", ...\n");
    }
    fprintf(stream, "  %-16s raw invoice lines, as in the UCI data set Online Retail\n",
            PK_IMPORT_ONLINE_RETAIL);
}

static const char *form_of(const struct pk_column *column)
{
    switch (column->type) {
    case PK_COLUMN_ID:
        return "id";
    case PK_COLUMN_TEXT:
        return "text";
    case PK_COLUMN_CHOICE:
        return column->choices;
    case PK_COLUMN_DATE:
        return "date";
    case PK_COLUMN_COUNT:
        return "whole number";
    case PK_COLUMN_NUMBER:
        return "number";
    case PK_COLUMN_MONEY:
        return "money";
    }
    return "";
}

static void print_column(FILE *stream, const struct pk_column *column)
{
    const bool is_required = column->presence == PK_COLUMN_REQUIRED;
    const bool has_default = column->presence == PK_COLUMN_DEFAULT && column->default_text[0];
    fprintf(stream, "%c %-26s %s", is_required ? '*' : ' ', column->name, form_of(column));
    if (has_default)
        fprintf(stream, " (%s)", column->default_text);
    if (column->synonyms[0] != '\0')
        fprintf(stream, "; %s", column->synonyms);
    fputc('\n', stream);
}

static void print_columns(FILE *stream, const struct pk_dataset *dataset)
{
    fprintf(stream,
            "\nColumns of %s (* required; in brackets what an empty field means; after the "
            "semicolon other headers):\n",
            dataset->name);
    for (size_t i = 0; i < dataset->column_count; i++)
        print_column(stream, &dataset->columns[i]);
    fprintf(stream, "  %-26s %s\n", "op", "upsert|delete (upsert)");
}

void pk_import_help_print(FILE *stream, const char *kind)
{
    const struct pk_dataset *dataset = kind ? pk_dataset_find(kind) : NULL;
    if (dataset)
        print_columns(stream, dataset);
    else if (kind && strcmp(kind, PK_IMPORT_ONLINE_RETAIL) == 0)
        fprintf(stream,
                "\nColumns of %s (* required; others are passed over):\n"
                "* Invoice, or InvoiceNo\n* StockCode\n* Quantity\n* InvoiceDate\n"
                "* Price, or UnitPrice\n  Description\n",
                kind);
    else
        print_kinds(stream);
}
