#include "client/import/invoice_line.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "models/base/dataset.h"

/* Each column's names, '|' between them, blanks left out. */
static const char *const column_names[PK_INVOICE_COLUMN_COUNT] = {
    "Invoice|InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "Price|UnitPrice", "Description"};

/* Codes that are no goods; a '*' stands for any rest. */
static const char *const non_goods_codes[] = {
    "POST", "DOT",          "D",         "M",       "C2",    "C3",     "CRUK", "S", "B",
    "PADS", "BANK CHARGES", "AMAZONFEE", "ADJUST*", "TEST*", "GIFT_*", "GIFT"};

/* The checks of columns of the same nature elsewhere; the price may be negative (bad debt). */
static const struct pk_column quantity_column = {.name = "Quantity",
                                                 .type = PK_COLUMN_COUNT,
                                                 .presence = PK_COLUMN_REQUIRED,
                                                 .minimum = -1e9,
                                                 .maximum = 1e9};
static const struct pk_column date_column = {
    .name = "InvoiceDate", .type = PK_COLUMN_DATE, .presence = PK_COLUMN_REQUIRED};
static const struct pk_column price_column = {.name = "Price",
                                              .type = PK_COLUMN_MONEY,
                                              .presence = PK_COLUMN_REQUIRED,
                                              .minimum = -9e9,
                                              .maximum = 9e9};

static bool names_column(const char *names, const char *name)
{
    size_t size = strlen(name);
    while (*names != '\0') {
        size_t listed_size = strcspn(names, "|");
        if (size == listed_size && strncasecmp(names, name, size) == 0)
            return true;
        names += listed_size + (names[listed_size] == '|');
    }
    return false;
}

/* "Customer ID" and "CustomerID" are the same name. */
static void squeeze(struct pk_text name, char *out, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < name.size && length + 1 < size; i++)
        if (name.bytes[i] != ' ' && name.bytes[i] != '\0')
            out[length++] = name.bytes[i];
    out[length] = '\0';
}

enum pk_status pk_invoice_columns_map(const char *file_name, const struct pk_text *header,
                                      size_t count, struct pk_invoice_columns *out_columns,
                                      struct pk_error *error)
{
    struct pk_invoice_columns columns;
    for (size_t i = 0; i < PK_INVOICE_COLUMN_COUNT; i++)
        columns.fields[i] = -1;
    for (size_t field = 0; field < count; field++) {
        char name[64];
        squeeze(header[field], name, sizeof name);
        for (size_t i = 0; i < PK_INVOICE_COLUMN_COUNT; i++) {
            if (!names_column(column_names[i], name))
                continue;
            if (columns.fields[i] >= 0)
                return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                                    "two columns are %s; remove one", column_names[i]);
            columns.fields[i] = (int)field;
        }
    }
    for (size_t i = 0; i < PK_INVOICE_DESCRIPTION; i++)
        if (columns.fields[i] < 0)
            return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                                "column %s is missing; invoice lines need Invoice, StockCode, "
                                "Quantity, InvoiceDate and Price",
                                column_names[i]);
    *out_columns = columns;
    return PK_OK;
}

static enum pk_status read_item_id(struct pk_text field, struct pk_invoice_line *line,
                                   struct pk_error *error)
{
    struct pk_text code = pk_text_trim(field);
    enum pk_status status = pk_id_check(code, "StockCode", error);
    if (status != PK_OK)
        return status;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.bytes[i];
        line->item_id[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    line->item_id_size = code.size;
    return PK_OK;
}

/* Reads "H:MM[:SS]" behind the date; a date alone is midnight. */
static int32_t read_day_seconds(struct pk_text text)
{
    int32_t parts[3] = {0, 0, 0};
    size_t part = 0;
    size_t at = 0;
    while (at < text.size && text.bytes[at] != ' ' && text.bytes[at] != 'T')
        at++;
    for (at++; at < text.size && part < 3; at++) {
        char c = text.bytes[at];
        if (c >= '0' && c <= '9' && parts[part] < 100)
            parts[part] = parts[part] * 10 + (c - '0');
        else if (c == ':')
            part++;
        else
            break;
    }
    return (parts[0] % 24) * 3600 + (parts[1] % 60) * 60 + parts[2] % 60;
}

static bool is_non_goods(struct pk_text code)
{
    for (size_t i = 0; i < sizeof non_goods_codes / sizeof non_goods_codes[0]; i++) {
        struct pk_text listed = pk_text_from(non_goods_codes[i]);
        bool is_prefix = listed.bytes[listed.size - 1] == '*';
        if (is_prefix && code.size >= listed.size - 1)
            listed.size--;
        struct pk_text front = {code.bytes, is_prefix ? listed.size : code.size};
        if (front.size <= code.size && pk_text_equal(front, listed))
            return true;
    }
    return false;
}

static enum pk_invoice_line_kind classify(const struct pk_invoice_line *line)
{
    bool is_cancellation =
        line->invoice.size > 0 && (line->invoice.bytes[0] == 'C' || line->invoice.bytes[0] == 'c');
    if (is_non_goods((struct pk_text){line->item_id, line->item_id_size}))
        return PK_LINE_NON_GOODS;
    if (is_cancellation)
        return line->quantity < 0 ? PK_LINE_RETURN : PK_LINE_ADJUSTMENT;
    return line->quantity > 0 && line->price_micros > 0 ? PK_LINE_DEMAND : PK_LINE_ADJUSTMENT;
}

/* Placeholders of the data set's exporters are no names. */
static struct pk_text read_description(struct pk_text field)
{
    struct pk_text text = pk_text_trim(field);
    bool is_usable = text.size <= PK_TEXT_BYTES_MAX && pk_text_is_utf8(text) &&
                     !pk_text_equal(text, pk_text_from("nan"));
    for (size_t i = 0; i < text.size && is_usable; i++)
        is_usable = (unsigned char)text.bytes[i] >= 0x20 && text.bytes[i] != 0x7f;
    return is_usable ? text : (struct pk_text){"", 0};
}

enum pk_status pk_invoice_line_read(const struct pk_invoice_columns *columns,
                                    const struct pk_csv_record *row,
                                    struct pk_invoice_line *out_line, struct pk_error *error)
{
    struct pk_invoice_line line = {.kind = PK_LINE_ADJUSTMENT};
    struct pk_cell quantity, date, price;
    const struct pk_text *fields = row->fields;
    struct pk_text date_text = pk_text_trim(fields[columns->fields[PK_INVOICE_DATE]]);
    line.invoice = pk_text_trim(fields[columns->fields[PK_INVOICE_INVOICE]]);
    enum pk_status status = pk_id_check(line.invoice, "Invoice", error);
    if (status == PK_OK)
        status = read_item_id(fields[columns->fields[PK_INVOICE_STOCK_CODE]], &line, error);
    if (status == PK_OK)
        status = pk_cell_parse(&quantity_column, fields[columns->fields[PK_INVOICE_QUANTITY]],
                               &quantity, error);
    if (status == PK_OK)
        status = pk_cell_parse(&date_column, date_text, &date, error);
    if (status == PK_OK)
        status =
            pk_cell_parse(&price_column, fields[columns->fields[PK_INVOICE_PRICE]], &price, error);
    if (status != PK_OK)
        return status;
    line.quantity = (int32_t)quantity.integer;
    line.date = (int32_t)date.integer;
    line.day_seconds = read_day_seconds(date_text);
    line.price_micros = price.integer;
    line.description = (struct pk_text){"", 0};
    if (columns->fields[PK_INVOICE_DESCRIPTION] >= 0)
        line.description = read_description(fields[columns->fields[PK_INVOICE_DESCRIPTION]]);
    line.kind = classify(&line);
    *out_line = line;
    return PK_OK;
}
