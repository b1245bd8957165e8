/* Settings of the service: flags over PEAKSTOCK_* environment over --config file over defaults. */
#ifndef PK_SERVICE_CONFIG_H
#define PK_SERVICE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/error.h"

struct pk_config {
    char data[4096];    /* directory of the store */
    char listen[256];   /* address:port; port 0 takes a free one */
    char web[256];      /* only "off" for now: the planner's board is not part of this version */
    char currency[64];  /* "" = what the store has, CNY in a new one */
    char time_zone[64]; /* "" = what the store has, Asia/Shanghai in a new one */
    char calendar[64];  /* "" = what the store has, auto in a new one */
    int threads;        /* of fits; 0 = one per core */
    int64_t refit_cells_max; /* a shop of more series x buckets is advanced by new days */
    bool check_only;         /* --check-config */
    bool show_version;       /* --version */
    bool show_help;          /* --help */
};

/* Reads everything that says something, then checks it. INVALID_ARGUMENT names the setting, where
 * it came from and the remedy. */
enum pk_status pk_config_read(int argument_count, char **arguments, struct pk_config *out_config,
                              struct pk_error *error);

/* The text of --help. */
const char *pk_config_help(void);

#endif
