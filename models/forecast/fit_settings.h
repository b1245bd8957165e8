/* Settings of a fit; every snapshot holds them. */
#ifndef PK_FORECAST_FIT_SETTINGS_H
#define PK_FORECAST_FIT_SETTINGS_H

struct pk_fit_settings {
    double half_life_days[2];  /* of the two averaged levels, short first */
    double shape_ridge;        /* strength of the shrinkage towards the parent's shape */
    double deviation_prior_sd; /* of own seasons, log scale */
    double bulk_order_huber_c; /* standard deviations above the mean at which a sale is capped */
};
struct pk_fit_settings pk_fit_settings_default(void);

#endif
