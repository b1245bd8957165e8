/* The lines of a campaign of a view_case: what was decided of each series, and its money.
 *
 *     static struct promotion_case p;
 *     promotion_case_begin(&p, &c, "p");     after view_case_fit
 *     promotion_case_line(&p, series, &line);
 *     promotion_case_end(&p);
 *
 * Include this file after <cmocka.h>. */
#ifndef PK_TESTS_SUPPORT_PROMOTION_CASE_H
#define PK_TESTS_SUPPORT_PROMOTION_CASE_H

#include "models/evidence/decide_promotion.h"
#include "models/evidence/promotion_money.h"
#include "tests/support/evidence/view_case.h"

struct promotion_case {
    const struct view_case *c;
    const char *promotion_id;
    /* The shop without the campaign: its rows stay, but cover no day. */
    struct pk_shop_data without_data;
    struct pk_promotion promotions[VIEW_CASE_ROW_MAX];
    struct pk_model *without_model;
    struct pk_view without;
    struct pk_promotion_books *books;
};

/* A line with its own copy of what its money points at. Its demand leads into the memory until the
 * next line is made. */
struct promotion_line {
    struct pk_series_facts facts;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    struct pk_promotion_line_money money;
};

static inline void promotion_case_begin(struct promotion_case *p, const struct view_case *c,
                                        const char *promotion_id)
{
    struct pk_error error = {.status = PK_OK};
    *p = (struct promotion_case){.c = c, .promotion_id = promotion_id, .without_data = c->data};
    memcpy(p->promotions, c->promotions, sizeof p->promotions);
    for (size_t i = 0; i < c->data.shop.promotion_count; i++)
        if (strcmp(p->promotions[i].promotion_id, promotion_id) == 0)
            p->promotions[i].end_date = p->promotions[i].start_date - 1;
    p->without_data.shop.promotions = p->promotions;
    if (pk_model_bind(c->model, &p->without_data.shop, &p->without_model, &error) != PK_OK)
        fail_msg("bind: %s", error.message);
    p->without = c->view;
    p->without.data = &p->without_data;
    p->without.model = p->without_model;
    assert_int_equal(pk_promotion_books_new(&c->view, &p->without, promotion_id, &p->books, &error),
                     PK_OK);
}

static inline void promotion_case_line(struct promotion_case *p, size_t series,
                                       struct pk_decision_memory *memory,
                                       struct promotion_line *out)
{
    struct pk_error error = {.status = PK_OK};
    bool is_covered;
    assert_int_equal(pk_decide_promotion(&p->c->view, series, p->promotion_id, memory, &out->facts,
                                         &out->input, &out->check, &is_covered, &error),
                     PK_OK);
    assert_true(is_covered);
    assert_int_equal(pk_promotion_line_money(p->books, series, &out->facts, &out->input,
                                             &out->check, &out->money, &error),
                     PK_OK);
}

static inline void promotion_case_end(struct promotion_case *p)
{
    pk_promotion_books_free(p->books);
    pk_model_free(p->without_model);
}

#endif
