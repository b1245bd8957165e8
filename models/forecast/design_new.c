#include "models/forecast/design_new.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/events.h"

#define TYPICAL_SD    0.5 /* of the part of the typical log lifts that a shop has */
#define CLOSURE_COUNT 2

static void set_block(struct pk_design *design, size_t from, size_t count, double prior_sd)
{
    for (size_t i = 0; i < count; i++)
        design->columns[from + i].prior_sd = prior_sd;
}

/* Prior widths on the log scale. Easter has a narrow one because it is not kept everywhere. The
 * wider levels of a promotion may move more than its kind, so that a new kind takes most of its
 * lift from the others. Discount and traffic have a prior mean because a lever that was never
 * pulled must still move the forecast (a price elasticity of about -1.5 and half of the extra
 * visitors buying), and so has the typical lift of a kind. */
static void set_priors(struct pk_design *design)
{
    set_block(design, design->weekday_at, 7, 0.7);
    set_block(design, design->holiday_at, 2, 0.5);
    set_block(design, design->closure_at, CLOSURE_COUNT, 0.3);
    for (size_t pair = 0; pair < PK_SEASON_PAIR_COUNT && design->uses_season; pair++) {
        set_block(design, design->season_at + 2 * pair, 2, 0.2 / (double)(pair + 1));
        design->columns[design->season_at + 2 * pair].seasonal = true;
        design->columns[design->season_at + 2 * pair + 1].seasonal = true;
    }
    set_block(design, design->month_at, PK_DESIGN_MONTH_COUNT, 0.1);
    set_block(design, design->christmas_at, design->feast_at - design->christmas_at, 0.4);
    for (size_t j = design->christmas_at; j < design->feast_at; j++) {
        int32_t from_days, to_days;
        if (pk_design_feast(design, j, &from_days, &to_days) == PK_FEAST_EASTER)
            design->columns[j].prior_sd = 0.1;
    }
    set_block(design, design->feast_at, design->promotion_at - design->feast_at, 0.4);
    for (size_t level = 0; level < design->kind_count + 2; level++) {
        const size_t at = design->promotion_at + level * PK_PART_COUNT;
        set_block(design, at, PK_PART_COUNT, level < 2 ? 0.6 : 0.3);
        for (size_t part = 0; part < PK_PART_COUNT; part++)
            design->columns[at + part].event = true;
    }
    for (size_t weekday = 0; weekday < 7; weekday++)
        design->columns[design->promotion_weekday_at + weekday] =
            (struct pk_column){0, 0.1, true, false};
    design->columns[design->discount_at] = (struct pk_column){1.0, 1.0, true, false};
    design->columns[design->traffic_at] = (struct pk_column){0.5, 0.5, true, false};
    design->columns[design->typical_at] = (struct pk_column){1.0, TYPICAL_SD, true, false};
    set_block(design, design->covariate_at, design->column_count - design->covariate_at, 0.6);
}

static enum pk_status lay_out(const struct pk_shop *shop, struct pk_design *design,
                              struct pk_error *error)
{
    design->weekday_at = 0;
    design->holiday_at = 7;
    design->closure_at = design->holiday_at + 2;
    design->season_at = design->closure_at + CLOSURE_COUNT;
    design->month_at = design->season_at + (design->uses_season ? 2 * PK_SEASON_PAIR_COUNT : 0);
    design->christmas_at = design->month_at + PK_DESIGN_MONTH_COUNT;
    const bool is_chinese = design->calendar.feasts;
    design->feast_at = design->christmas_at + (is_chinese ? 0 : pk_design_feast_count(false));
    design->promotion_at = design->feast_at + (is_chinese ? pk_design_feast_count(true) : 0);
    design->promotion_weekday_at = design->promotion_at + (design->kind_count + 2) * PK_PART_COUNT;
    design->discount_at = design->promotion_weekday_at + 7;
    design->traffic_at = design->discount_at + 1;
    design->typical_at = design->traffic_at + 1;
    design->covariate_at = design->typical_at + 1;
    design->column_count = design->covariate_at + shop->covariate_name_count;
    design->columns = calloc(design->column_count, sizeof *design->columns);
    if (design->columns == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns",
                            design->column_count);
    set_priors(design);
    return PK_OK;
}

/* The covariates with most rows up to as-of, the first by name among equals. `closed` is none. */
static enum pk_status set_own_covariates(const struct pk_shop *shop, struct pk_design *design,
                                         struct pk_error *error)
{
    const size_t names = shop->covariate_name_count;
    size_t *rows = calloc(names + 1, sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu covariates", names);
    for (size_t i = 0; i < shop->covariate_count; i++) {
        const struct pk_covariate *row = &shop->covariates[i];
        rows[row->name] += row->date <= shop->as_of_date && fabs(row->value) > 0 &&
                           strcmp(shop->covariate_names[row->name], "closed") != 0;
    }
    while (design->own_covariate_count < PK_OWN_COVARIATE_MAX) {
        size_t most = names;
        for (size_t name = 0; name < names; name++)
            if (rows[name] > 0 && (most == names || rows[name] > rows[most]))
                most = name;
        if (most == names)
            break;
        design->own_covariates[design->own_covariate_count++] = design->covariate_at + most;
        rows[most] = 0;
    }
    free(rows);
    return PK_OK;
}

enum pk_status pk_design_new(const struct pk_shop *shop, const struct pk_closures *closures,
                             int32_t first_date, struct pk_calendar_blocks calendar,
                             struct pk_design **out_design, struct pk_error *error)
{
    struct pk_design *design = calloc(1, sizeof *design);
    if (design == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a design");
    design->first_date = first_date;
    design->as_of_date = shop->as_of_date;
    design->calendar = calendar;
    design->uses_season = shop->as_of_date - first_date + 1 >= PK_SEASON_MIN_DAYS;
    enum pk_status status = pk_events_kinds(shop, design, error);
    if (status == PK_OK)
        status = lay_out(shop, design, error);
    if (status == PK_OK)
        status = set_own_covariates(shop, design, error);
    if (status == PK_OK)
        status = pk_events_build(shop, closures, design, error);
    if (status == PK_OK)
        *out_design = design;
    else
        pk_design_free(design);
    return status;
}
