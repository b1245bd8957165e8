/* Settings of a fit; part of every snapshot. */
#ifndef PK_FORECAST_FIT_SETTINGS_H
#define PK_FORECAST_FIT_SETTINGS_H

struct pk_fit_settings {
    double half_life_days[2]; /* of the two averaged levels */
    double shape_ridge;       /* strength of the shrinkage towards the parent's shape */
    double deviation_prior_sd;
    double bulk_order_huber_c;
};
struct pk_fit_settings pk_fit_settings_default(void);

#endif
