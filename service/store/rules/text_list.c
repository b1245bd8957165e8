#include "service/store/rules/text_list.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"

int pk_text_list_compare(const char *string, const struct pk_text *text)
{
    const int order = text->size == 0 ? 0 : strncmp(string, text->bytes, text->size);
    return order != 0 ? order : string[text->size] != '\0';
}

enum pk_status pk_text_list_append(struct pk_text_list *list, const char *string,
                                   struct pk_error *error)
{
    const enum pk_status status = pk_array_reserve(&list->rows, &list->capacity, list->count + 1,
                                                   sizeof *list->rows, "the shop", error);
    if (status == PK_OK)
        list->rows[list->count++] = string;
    return status;
}

static bool is_before(const void *row, const void *text)
{
    return pk_text_list_compare(*(const char *const *)row, text) < 0;
}

uint32_t pk_text_list_find(const struct pk_text_list *list, struct pk_text text)
{
    const size_t at = pk_lower_bound(list->rows, list->count, sizeof *list->rows, is_before, &text);
    return at < list->count && pk_text_list_compare(list->rows[at], &text) == 0 ? (uint32_t)at
                                                                                : UINT32_MAX;
}

static int compare_strings(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

void pk_text_list_sort(struct pk_text_list *list)
{
    size_t count = 0;
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_strings);
    for (size_t i = 0; i < list->count; i++)
        if (count == 0 || strcmp(list->rows[i], list->rows[count - 1]) != 0)
            list->rows[count++] = list->rows[i];
    list->count = count;
}
