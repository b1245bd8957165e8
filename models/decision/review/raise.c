#include "models/decision/review/raise.h"

#include <string.h>

#include "models/base/date.h"
#include "models/base/units.h"

const char *pk_raise_change_name(enum pk_raise_change change)
{
    static const char *const names[] = {"new", "worse", "smaller", "reminder", "open"};
    return (unsigned)change < sizeof names / sizeof names[0] ? names[change] : "";
}

int32_t pk_review_severity(enum pk_reason reason)
{
    switch (reason) {
    case PK_REASON_NEGATIVE_POSITION:
    case PK_REASON_OUT_OF_STOCK:
        return 3;
    case PK_REASON_SHORTAGE_BEFORE_ARRIVAL:
    case PK_REASON_ORDER_OVERDUE:
    case PK_REASON_DEAD_STOCK:
    case PK_REASON_SALVAGE_IS_BETTER:
        return 2;
    default:
        return 1;
    }
}

bool pk_raise_is_same(const struct pk_review_finding *finding, const struct pk_raised *before)
{
    if (strcmp(pk_review_action_name(finding->action), before->action) != 0)
        return false;
    const bool is_by_reason =
        finding->action == PK_REVIEW_CHECK || finding->action == PK_REVIEW_REPRICE;
    return !is_by_reason || strcmp(pk_reason_code(finding->reason), before->reason) == 0;
}

enum pk_raise_change pk_raise_judge(const struct pk_review_finding *finding, int32_t date,
                                    const struct pk_raised *before)
{
    if (before == NULL || before->shown_date == PK_DATE_NONE)
        return PK_RAISE_NEW;
    const double value = finding->value;
    const double shown = (double)before->shown_value_micros / (double)PK_MICROS_PER_UNIT;
    if (pk_review_severity(finding->reason) > before->shown_severity ||
        value > PK_RAISE_MORE_RATIO * shown)
        return PK_RAISE_WORSE;
    if (value < PK_RAISE_LESS_RATIO * shown)
        return PK_RAISE_SMALLER;
    return date - before->shown_date >= PK_RAISE_REMINDER_DAYS ? PK_RAISE_REMINDER : PK_RAISE_OPEN;
}
