/* The derivation of one order: every term with the row of the store that it comes from. */
#ifndef PK_WORKFLOWS_EXPLAIN_REORDER_H
#define PK_WORKFLOWS_EXPLAIN_REORDER_H

#include "models/evidence/decide_reorder.h"
#include "models/history/series_selection.h"

enum pk_term_kind {
    PK_TERM_UNITS,
    PK_TERM_DAYS,
    PK_TERM_RATIO,
    PK_TERM_MONEY, /* in units of the currency; a scale of its own where no cost is known */
    PK_TERM_DATE,
    PK_TERM_TEXT
};

/* Bytes of a source or text with its NUL; longer ones are cut. */
#define PK_TERM_TEXT_SIZE 160
/* Inbound lines and suggestions that are told one by one; the rest of the lines is summed up. */
#define PK_TERM_INBOUND_COUNT_MAX    20
#define PK_TERM_SUGGESTION_COUNT_MAX 4
#define PK_TERM_COUNT_MAX            80

/* Names are stable words: the wording of clients, the keys of files. */
struct pk_reorder_term {
    const char *section; /* position, lead_time, demand, returns, critical_ratio, need, order */
    const char *name;
    enum pk_term_kind kind;
    double number;                  /* UNITS, DAYS, RATIO, MONEY */
    int32_t date;                   /* DATE; PK_DATE_NONE = beyond the horizon */
    char text[PK_TERM_TEXT_SIZE];   /* TEXT */
    char source[PK_TERM_TEXT_SIZE]; /* "stock 2026-11-22 main"; "" = follows from the terms above */
};

struct pk_reorder_explanation {
    const char *item_id, *warehouse_id;
    struct pk_reorder decision;
    size_t term_count;
    struct pk_reorder_term terms[PK_TERM_COUNT_MAX];
};

typedef enum pk_status pk_explain_reorder_take(void *context,
                                               const struct pk_reorder_explanation *explanation,
                                               struct pk_error *error);

/* One explanation per series of the selection, in its order. */
enum pk_status pk_explain_reorders(const struct pk_view *view,
                                   const struct pk_series_selection *selection,
                                   pk_explain_reorder_take *take, void *context,
                                   struct pk_error *error);

#endif
