#include "models/forecast/fit_settings.h"

struct pk_fit_settings pk_fit_settings_default(void)
{
    return (struct pk_fit_settings){.half_life_days = {14, 56},
                                    .shape_ridge = 1,
                                    .deviation_prior_sd = 0.25,
                                    .bulk_order_huber_c = 2};
}
