/* Every maximum of the product, each with its reason. Tests try each at the limit and one past
 * it. */
#ifndef PK_BASE_LIMITS_H
#define PK_BASE_LIMITS_H

/* Identifiers: long enough for any merchant code, short enough for one cache line. */
#define PK_ID_BYTES_MAX          64
#define PK_ID_BYTES_MAX_PLUS_NUL (PK_ID_BYTES_MAX + 1)
/* Names and other free text of a row. */
#define PK_TEXT_BYTES_MAX 512
/* One CSV field, quotes included; a longer one is a broken quote, not data. */
#define PK_CSV_FIELD_BYTES_MAX 65536
/* One CSV line. */
#define PK_CSV_LINE_BYTES_MAX 1048576
/* Units in one row: a billion pieces of one item in one bucket is a typing error. */
#define PK_UNITS_MAX INT64_C(1000000000)
/* Money in one field, in micros: 9 billion yuan, so that sums of 1,000 rows still fit int64. */
#define PK_MONEY_MICROS_MAX INT64_C(9000000000000000)
/* First and last civil day that the calendar tables and the store accept. */
#define PK_DATE_MIN "1990-01-01"
#define PK_DATE_MAX "2099-12-31"
/* Forecast horizon that a client may ask for: a year and a quarter. */
#define PK_HORIZON_DAYS_MAX 400
/* Origins of one backtest: two years of 28 days; each costs a whole fit. */
#define PK_BACKTEST_ORIGIN_COUNT_MAX 26
/* Review days of one replay of order policies: a year of days and a month; each costs a whole
 * fit. */
#define PK_SIMULATION_FIT_COUNT_MAX 400
/* Reviews of series in one replay: 10,000 series every day of a year; a minute on two cores. */
#define PK_SIMULATION_REVIEW_COUNT_MAX 4000000
/* Days of supply are cut here: beyond it nobody can tell the difference. */
#define PK_DAYS_OF_SUPPLY_MAX 999
/* Quantiles in one request. */
#define PK_QUANTILE_COUNT_MAX 19
/* Names of user covariates in one store. */
#define PK_COVARIATE_NAME_COUNT_MAX 128
/* Ids in the filter of one request. */
#define PK_FILTER_ID_COUNT_MAX 10000
/* Rows in one message of a stream. */
#define PK_BATCH_ROW_COUNT_MAX 20000
/* Rows in one import. */
#define PK_IMPORT_ROW_COUNT_MAX INT64_C(200000000)
/* Bytes of one gRPC message in or out. */
#define PK_MESSAGE_BYTES_MAX (16 * 1024 * 1024)
/* Rejected rows that a lenient import reports one by one. */
#define PK_REJECTED_ROW_COUNT_MAX 10000
/* Violations that one refused request lists. */
#define PK_VIOLATION_COUNT_MAX 100
/* Entries in one page of a list, and the default. */
#define PK_PAGE_SIZE_MAX     10000
#define PK_PAGE_SIZE_DEFAULT 1000
/* Buckets of one series' history kept in a fit: ten years of days. */
#define PK_HISTORY_BUCKET_COUNT_MAX 3660
/* Days of one window of key figures: three years. A thread keeps a fitted mean for each. */
#define PK_KPI_WINDOW_DAYS_MAX 1100
/* Lead time and review period in days. */
#define PK_LEAD_TIME_DAYS_MAX 400
/* Pieces of a component in one parent: a bundle of more is a typing error. */
#define PK_COMPONENT_UNITS_MAX 10000
/* Levels of components below an item: deeper bills of materials are circles. */
#define PK_COMPONENT_DEPTH_MAX 8
/* Days an import's request id is remembered. */
#define PK_REQUEST_ID_KEPT_DAYS 30
/* Days that a closed suggestion and its trail are kept after its as-of day. */
#define PK_SUGGESTION_KEPT_DAYS 400
/* Snapshots kept in the store. */
#define PK_SNAPSHOT_KEPT_COUNT 4
/* Snapshots of another as-of day held in memory: reviews, key figures, comparisons look back at
 * five. */
#define PK_AS_OF_CACHE_COUNT 6
/* Series x buckets that are fitted in about a second; new days are added to larger shops. */
#define PK_REFIT_CELLS_MAX INT64_C(10000000)
/* The same as the setting refit_cells_max: more than any machine holds. */
#define PK_REFIT_CELLS_SETTING_MAX INT64_C(1000000000000)
/* Campaigns under way, or with deposits, at one time; later ones keep the forecast as it is. */
#define PK_ACTIVE_CAMPAIGN_COUNT_MAX 16
/* Kinds of campaigns whose presales are told apart. */
#define PK_PRESALE_KIND_COUNT_MAX 16
/* Worker threads of the service. */
#define PK_THREAD_COUNT_MAX 64

#endif
