/* Every command of the client, one per cmd_*.c. main.c lists them in the order of the help. */
#ifndef PK_CLIENT_COMMANDS_H
#define PK_CLIENT_COMMANDS_H

#include "client/frame/command.h"

extern const struct pk_command pk_command_import;
extern const struct pk_command pk_command_fit;
extern const struct pk_command pk_command_forecast;
extern const struct pk_command pk_command_reorder;
extern const struct pk_command pk_command_suggestion_list;
extern const struct pk_command pk_command_suggestion_approve;
extern const struct pk_command pk_command_suggestion_override;
extern const struct pk_command pk_command_suggestion_export;
extern const struct pk_command pk_command_suggestion_trail;
extern const struct pk_command pk_command_promo_list;
extern const struct pk_command pk_command_promo_check;
extern const struct pk_command pk_command_promo_compare;
extern const struct pk_command pk_command_promo_plan;
extern const struct pk_command pk_command_clearance;
extern const struct pk_command pk_command_clearance_path;
extern const struct pk_command pk_command_assortment;
extern const struct pk_command pk_command_review;
extern const struct pk_command pk_command_kpi;
extern const struct pk_command pk_command_backtest;
extern const struct pk_command pk_command_simulate;
extern const struct pk_command pk_command_explain_forecast;
extern const struct pk_command pk_command_explain_reorder;
extern const struct pk_command pk_command_status;

#endif
