#include "service/store/rules/list_filter.h"

#include <stddef.h>
#include <string.h>

#include "models/base/date.h"

/* By its own name: synonyms are for people. */
static int find_column(const struct pk_dataset *dataset, const char *name)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (strcmp(dataset->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* The columns that hold the first and the last day of a row, one for both where it has one day; -1
 * = it has none. */
static void find_days(const struct pk_dataset *dataset, int *out_first, int *out_last)
{
    static const char *const days[][2] = {{"date", "date"},
                                          {"eta_date", "eta_date"},
                                          {"start_date", "end_date"},
                                          {"period_start", "period_end"}};
    *out_first = *out_last = -1;
    for (size_t i = 0; i < sizeof days / sizeof days[0] && *out_first < 0; i++) {
        *out_first = find_column(dataset, days[i][0]);
        *out_last = find_column(dataset, days[i][1]);
    }
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

int pk_list_conditions(const struct pk_dataset *dataset, const struct pk_list_filter *filter,
                       struct pk_list_condition out_conditions[PK_LIST_CONDITION_COUNT_MAX])
{
    const int warehouse = find_column(dataset, "warehouse_id");
    int item = find_column(dataset, "item_id");
    int first, last, count = 0;
    if (item < 0)
        item = find_column(dataset, "parent_item_id");
    find_days(dataset, &first, &last);
    if (has_text(filter->item_id) && item >= 0)
        out_conditions[count++] = (struct pk_list_condition){
            .column = item, .comparison = PK_LIST_EQUAL, .text = filter->item_id};
    if (has_text(filter->warehouse_id) && warehouse >= 0)
        out_conditions[count++] = (struct pk_list_condition){
            .column = warehouse, .comparison = PK_LIST_EQUAL, .text = filter->warehouse_id};
    if (last >= 0 && filter->from_date != PK_DATE_NONE)
        out_conditions[count++] = (struct pk_list_condition){
            .column = last, .comparison = PK_LIST_AT_LEAST, .date = filter->from_date};
    if (first >= 0 && filter->to_date != PK_DATE_NONE)
        out_conditions[count++] = (struct pk_list_condition){
            .column = first, .comparison = PK_LIST_AT_MOST, .date = filter->to_date};
    return count;
}
