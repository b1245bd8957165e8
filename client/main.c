/* The command line of peakstock: the table of its commands. */
#include "client/commands/commands.h"
#include "client/frame/command_line.h"

int main(int argument_count, char **arguments)
{
    static const struct pk_command *const table[] = {
        &pk_command_import,
        &pk_command_fit,
        &pk_command_forecast,
        &pk_command_reorder,
        &pk_command_suggestion_list,
        &pk_command_suggestion_approve,
        &pk_command_suggestion_override,
        &pk_command_suggestion_export,
        &pk_command_suggestion_trail,
        &pk_command_promo_list,
        &pk_command_promo_check,
        &pk_command_promo_compare,
        &pk_command_promo_plan,
        &pk_command_clearance,
        &pk_command_clearance_path,
        &pk_command_assortment,
        &pk_command_review,
        &pk_command_kpi,
        &pk_command_backtest,
        &pk_command_simulate,
        &pk_command_explain_forecast,
        &pk_command_explain_reorder,
        &pk_command_status,
    };
    return pk_command_main(table, sizeof table / sizeof table[0], PK_VERSION, argument_count,
                           arguments);
}
