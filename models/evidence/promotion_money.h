/* The money of a campaign, line by line. The stored rows become the input of
 * models/decision/campaign/campaign_money.h here and nowhere else. */
#ifndef PK_EVIDENCE_PROMOTION_MONEY_H
#define PK_EVIDENCE_PROMOTION_MONEY_H

#include "models/decision/campaign/campaign_money.h"
#include "models/decision/campaign/promotion.h"
#include "models/evidence/series_facts.h"

/* The parts that all lines of one campaign share: the shop without the campaign, and the campaign's
 * rows. One per thread. */
struct pk_promotion_books;

/* `without` is the view of the shop without the campaign. All arguments are borrowed until the
 * books are freed. OUT_OF_MEMORY. */
enum pk_status pk_promotion_books_new(const struct pk_view *view, const struct pk_view *without,
                                      const char *promotion_id,
                                      struct pk_promotion_books **out_books,
                                      struct pk_error *error);
void pk_promotion_books_free(struct pk_promotion_books *books);

/* One line of a campaign, as every sum over its lines reads it. Pointers are borrowed. */
struct pk_promotion_line_money {
    size_t series;
    const struct pk_series_facts *facts;
    const struct pk_promotion_input *input;
    const struct pk_promotion_check *check;
    struct pk_campaign_money money; /* of the days ahead */
    double stock_units; /* at the start, with inbound units until then; NAN = not known */
    double sold_units;  /* on the days of the window that are over */
    double sold_gmv;    /* of them: paid amounts, else units x the campaign's price */
    double gmv_at_risk; /* wanted GMV - served GMV; 0 where the stock is not known */
};

/* Fills a line. `facts`, `input` and `check` are those of pk_decide_promotion for the series. A
 * gift costs what the supply row of the warehouse says, else what its item says; the gifts of other
 * campaigns are left out. Demand of a component that its parents sell brings no money of its own.
 * Fails as forecasts do. */
enum pk_status pk_promotion_line_money(struct pk_promotion_books *books, size_t series,
                                       const struct pk_series_facts *facts,
                                       const struct pk_promotion_input *input,
                                       const struct pk_promotion_check *check,
                                       struct pk_promotion_line_money *out_line,
                                       struct pk_error *error);

#endif
