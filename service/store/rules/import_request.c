#include "service/store/rules/import_request.h"

#include "models/base/limits.h"
#include "models/base/text.h"

int64_t pk_request_forgotten_until(int64_t now_seconds)
{
    return now_seconds - (int64_t)PK_REQUEST_ID_KEPT_DAYS * 86400;
}

enum pk_status pk_request_check_kind(const char *request_id, struct pk_text published_kind,
                                     enum pk_dataset_kind kind, struct pk_error *error)
{
    const char *name = pk_dataset_get(kind)->name;
    if (pk_text_equal(published_kind, pk_text_from(name)))
        return PK_OK;
    return pk_error_set(error, PK_ALREADY_EXISTS, "request_id",
                        "'%s' was used for an import of %.*s; choose a new one for %s", request_id,
                        (int)published_kind.size, published_kind.bytes, name);
}

enum pk_status pk_import_check_size(int64_t staged_row_count, struct pk_error *error)
{
    if (staged_row_count < PK_IMPORT_ROW_COUNT_MAX)
        return PK_OK;
    return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                        "more than %lld rows in one import; send it in several",
                        (long long)PK_IMPORT_ROW_COUNT_MAX);
}
