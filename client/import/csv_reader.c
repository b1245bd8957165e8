#include "client/import/csv_reader.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"

#define BLOCK_SIZE ((size_t)262144)
/* Holds the longest record, its line end and a whole block behind it. */
#define BUFFER_SIZE (PK_CSV_LINE_BYTES_MAX + 2 + BLOCK_SIZE)

/* Where a scan stopped. */
enum scan_end { SCAN_COMPLETE, SCAN_NEEDS_MORE, SCAN_MALFORMED, SCAN_FAILED };

struct pk_csv_reader {
    pk_byte_read *read;
    void *source;
    char *name;
    char *buffer; /* [begin, end) not yet given */
    size_t begin, end;
    bool is_at_end;
    int64_t line; /* of `begin` */
    struct pk_text fields[PK_CSV_FIELD_COUNT_MAX];
    bool has_doubled_quotes[PK_CSV_FIELD_COUNT_MAX];
    size_t field_count;
};

enum pk_status pk_csv_reader_new(pk_byte_read *read, void *source, const char *name,
                                 struct pk_csv_reader **out_reader, struct pk_error *error)
{
    struct pk_csv_reader *reader = calloc(1, sizeof *reader);
    if (reader != NULL) {
        reader->name = strdup(name);
        reader->buffer = malloc(BUFFER_SIZE);
    }
    if (reader == NULL || reader->name == NULL || reader->buffer == NULL) {
        pk_csv_reader_free(reader);
        return pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    }
    reader->read = read;
    reader->source = source;
    reader->line = 1;
    *out_reader = reader;
    return PK_OK;
}

static enum pk_status refuse(const struct pk_csv_reader *reader, const char *message, int limit,
                             struct pk_error *error)
{
    char place[sizeof error->field];
    pk_text_format(place, sizeof place, "%s:%lld", reader->name, (long long)reader->line);
    return pk_error_set(error, PK_INVALID_ARGUMENT, place, "%s (limit %d)", message, limit);
}

/* More bytes behind those that are there. */
static enum pk_status fill(struct pk_csv_reader *reader, struct pk_error *error)
{
    if (reader->begin > 0)
        memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
    size_t got = 0;
    enum pk_status status = reader->read(reader->source, reader->buffer + reader->end,
                                         BUFFER_SIZE - reader->end, &got, error);
    if (status == PK_OK) {
        reader->end += got;
        reader->is_at_end = got == 0;
    }
    return status;
}

/* Physical line ends in a stretch of bytes. */
static int64_t count_lines(const char *bytes, size_t size)
{
    int64_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == size || bytes[i + 1] != '\n'));
    return count;
}

/* Finds the closing quote of the field whose first byte after the opening one is at `at`. */
static enum scan_end scan_quoted(struct pk_csv_reader *reader, size_t *at)
{
    const char *buffer = reader->buffer;
    size_t first = *at;
    size_t i = first;
    bool has_doubled = false;
    for (;;) {
        const char *quote = memchr(buffer + i, '"', reader->end - i);
        if (quote == NULL)
            return SCAN_NEEDS_MORE;
        i = (size_t)(quote - buffer) + 1;
        if (i == reader->end && !reader->is_at_end)
            return SCAN_NEEDS_MORE;
        if (i == reader->end || buffer[i] != '"')
            break;
        has_doubled = true;
        i++;
    }
    reader->fields[reader->field_count] = (struct pk_text){buffer + first, i - 1 - first};
    reader->has_doubled_quotes[reader->field_count] = has_doubled;
    *at = i;
    return SCAN_COMPLETE;
}

static void scan_plain(struct pk_csv_reader *reader, size_t *at)
{
    const char *buffer = reader->buffer;
    size_t end = reader->end;
    size_t i = *at;
    while (i < end && buffer[i] != ',' && buffer[i] != '\n' && buffer[i] != '\r')
        i++;
    reader->fields[reader->field_count] = (struct pk_text){buffer + *at, i - *at};
    reader->has_doubled_quotes[reader->field_count] = false;
    *at = i;
}

/* Reads the record at `begin` into fields; *out_size is its size with its line end. */
static enum scan_end scan_record(struct pk_csv_reader *reader, size_t *out_size)
{
    const char *buffer = reader->buffer;
    size_t at = reader->begin;
    bool is_malformed = false;
    reader->field_count = 0;
    for (;;) {
        if (reader->field_count == PK_CSV_FIELD_COUNT_MAX)
            return SCAN_FAILED;
        if (at < reader->end && buffer[at] == '"') {
            at++;
            if (scan_quoted(reader, &at) != SCAN_COMPLETE)
                return SCAN_NEEDS_MORE;
        } else {
            scan_plain(reader, &at);
        }
        reader->field_count++;
        while (at < reader->end && buffer[at] != ',' && buffer[at] != '\n' && buffer[at] != '\r') {
            is_malformed = true; /* something between the closing quote and the comma */
            at++;
        }
        if (at == reader->end && !reader->is_at_end)
            return SCAN_NEEDS_MORE;
        if (at == reader->end || buffer[at] != ',')
            break;
        at++;
    }
    bool may_be_cut = at + 1 == reader->end && buffer[at] == '\r' && !reader->is_at_end;
    if (may_be_cut)
        return SCAN_NEEDS_MORE;
    if (at < reader->end)
        at += buffer[at] == '\r' && at + 1 < reader->end && buffer[at + 1] == '\n' ? 2 : 1;
    *out_size = at - reader->begin;
    return is_malformed ? SCAN_MALFORMED : SCAN_COMPLETE;
}

/* Makes "" out of each pair inside quotes, in place. */
static void unquote(struct pk_csv_reader *reader, size_t index)
{
    struct pk_text *field = &reader->fields[index];
    char *to = reader->buffer + (field->bytes - reader->buffer);
    size_t size = 0;
    for (size_t i = 0; i < field->size; i++) {
        to[size++] = field->bytes[i];
        i += field->bytes[i] == '"';
    }
    field->size = size;
}

static enum pk_status check_limits(const struct pk_csv_reader *reader, size_t size,
                                   struct pk_error *error)
{
    if (size > PK_CSV_LINE_BYTES_MAX + 2)
        return refuse(reader, "the record is too long; is a quote missing?", PK_CSV_LINE_BYTES_MAX,
                      error);
    for (size_t i = 0; i < reader->field_count; i++)
        if (reader->fields[i].size > PK_CSV_FIELD_BYTES_MAX)
            return refuse(reader, "a field is too long; is a quote missing?",
                          PK_CSV_FIELD_BYTES_MAX, error);
    return PK_OK;
}

/* What to do when the buffer ends inside a record. */
static enum pk_status extend(struct pk_csv_reader *reader, struct pk_error *error)
{
    if (reader->end - reader->begin > PK_CSV_LINE_BYTES_MAX)
        return refuse(reader, "the record is too long; is a quote missing?", PK_CSV_LINE_BYTES_MAX,
                      error);
    if (reader->is_at_end)
        return refuse(reader, "a quote that is opened here is never closed; close or remove it",
                      PK_CSV_FIELD_BYTES_MAX, error);
    return fill(reader, error);
}

/* NULL for a good record. */
static const char *find_problem(const struct pk_csv_reader *reader, enum scan_end end, size_t size)
{
    if (end == SCAN_MALFORMED)
        return "there is text behind a closing quote; double the quotes inside a quoted field";
    if (memchr(reader->buffer + reader->begin, '\0', size) != NULL)
        return "there is a NUL byte; the file is damaged or is no text file, export it again";
    return NULL;
}

static void give(struct pk_csv_reader *reader, enum scan_end end, size_t size,
                 struct pk_csv_record *out_record)
{
    bool has_quotes = memchr(reader->buffer + reader->begin, '"', size) != NULL;
    out_record->line = reader->line;
    reader->line += has_quotes ? count_lines(reader->buffer + reader->begin, size) : 1;
    for (size_t i = 0; has_quotes && i < reader->field_count; i++)
        if (reader->has_doubled_quotes[i])
            unquote(reader, i);
    out_record->fields = reader->fields;
    out_record->field_count = reader->field_count;
    out_record->problem = find_problem(reader, end, size);
    reader->begin += size;
}

enum pk_status pk_csv_reader_next(struct pk_csv_reader *reader, struct pk_csv_record *out_record,
                                  struct pk_error *error)
{
    for (;;) {
        enum pk_status status = PK_OK;
        if (reader->begin == reader->end && !reader->is_at_end) {
            status = fill(reader, error);
            if (status != PK_OK)
                return status;
            continue;
        }
        if (reader->begin == reader->end) {
            *out_record = (struct pk_csv_record){.line = reader->line};
            return PK_OK;
        }
        size_t size = 0;
        enum scan_end end = scan_record(reader, &size);
        if (end == SCAN_FAILED)
            return refuse(reader, "the record has too many fields", PK_CSV_FIELD_COUNT_MAX, error);
        if (end == SCAN_NEEDS_MORE) {
            status = extend(reader, error);
            if (status != PK_OK)
                return status;
            continue;
        }
        bool is_blank =
            reader->field_count == 1 && end == SCAN_COMPLETE &&
            pk_text_trim((struct pk_text){reader->buffer + reader->begin, size}).size == 0;
        if (is_blank) {
            reader->line++;
            reader->begin += size;
            continue;
        }
        status = check_limits(reader, size, error);
        if (status == PK_OK)
            give(reader, end, size, out_record);
        return status;
    }
}

void pk_csv_reader_free(struct pk_csv_reader *reader)
{
    if (reader == NULL)
        return;
    free(reader->buffer);
    free(reader->name);
    free(reader);
}
