# R forecast: ets and stlf by weeks (ets: totals by simulation), tslm with trend, weekday and all regressors of the set;
# on logs where zeros are rare, closed days left out and forecast 0.
# usage: Rscript forecast.R METHOD FOLDER ORIGIN HORIZONS OUT.csv
suppressMessages(library(forecast))
set.seed(1)
given <- commandArgs(TRUE)
method <- given[1]
origin <- as.Date(given[3])
horizons <- as.integer(strsplit(given[4], ",")[[1]])
horizon <- max(horizons)
levels <- (1:19) / 20
bands <- seq(10, 90, 10)
read <- function(name) {
    path <- file.path(given[2], name)
    if (!file.exists(path)) return(NULL)
    read.csv(path, colClasses = unname(c(item = "character", date = "Date")[names(read.csv(path, nrows = 1))]))
}
by_item <- function(table) if (is.null(table)) list() else split(table, table$item)
sales <- read("sales.csv")
shared <- read("shared.csv")
own <- by_item(read("own.csv"))
price <- by_item(read("price.csv"))
rows <- list()
add <- function(item, date, mean, quantiles) {
    amounts <- matrix(pmax(as.numeric(cbind(mean, quantiles)), 0), length(date))
    colnames(amounts) <- c("mean", sprintf("q%02d", round(100 * levels)))
    rows[[length(rows) + 1]] <<- data.frame(item = item, origin = origin, date = as.character(date), amounts)
}
quantiles_of <- function(told) cbind(told$lower[, 9:1], told$mean, told$upper)

# Weekday and all that is known of each day of one item up to the horizon, columns that never change in the past left out.
regressors <- function(item, days, past) {
    known <- data.frame(date = days, row.names = NULL)
    for (table in list(shared, own[[item]], price[[item]])) if (!is.null(table))
        known <- merge(known, table[setdiff(names(table), "item")], by = "date", all.x = TRUE)
    if (!is.null(known$price)) {
        known$price[is.na(known$price)] <- known$price[!is.na(known$price)][1]
        known$price <- log(known$price)
    }
    known <- known[setdiff(names(known), "date")]
    known[is.na(known)] <- 0
    for (weekday in 1:6) known[[paste0("weekday", weekday)]] <- as.integer(as.POSIXlt(days)$wday == weekday)
    closed <- if (is.null(known$closed)) rep(0, length(days)) else known$closed
    known$closed <- NULL
    changes <- vapply(known, function(one) var(one[1:past][closed[1:past] == 0]) > 0, TRUE)
    list(known = known[changes %in% TRUE], closed = closed)
}
with_tslm <- function(item, units, days, future) {
    past <- length(units)
    beside <- regressors(item, c(days, future), past)
    open <- beside$closed[1:past] == 0
    use_log <- mean(units[open] == 0) < 0.1
    y <- ts(ifelse(open, if (use_log) log1p(units) else units, NA), frequency = 7)
    known <- beside$known
    form <- reformulate(c("trend", names(known)), "y")
    fit <- tslm(form, data = known[1:past, , drop = FALSE])
    told <- suppressWarnings(forecast(fit, newdata = known[past + 1:horizon, , drop = FALSE], level = bands))
    amounts <- cbind(told$mean, quantiles_of(told))
    if (use_log) amounts <- expm1(amounts)
    amounts[beside$closed[past + 1:horizon] == 1, ] <- 0
    add(item, future, amounts[, 1], amounts[, -1])
}

for (one in by_item(sales)) {
    item <- one$item[1]
    future <- origin + 1:horizon
    if (method == "tslm") {
        with_tslm(item, one$units, one$date, future)
        next
    }
    y <- ts(one$units, frequency = if (nrow(one) > 14) 7 else 1)
    if (method == "ets") {
        fit <- ets(y)
        told <- forecast(fit, h = horizon, level = bands)
        paths <- replicate(300, as.numeric(simulate(fit, nsim = horizon, future = TRUE)))
        for (length in horizons) {
            totals <- colSums(matrix(paths[1:length, ], length))
            add(item, paste0("total", length), sum(pmax(told$mean[1:length], 0)), t(quantile(totals, levels)))
        }
    } else told <- stlf(y, h = horizon, level = bands)
    add(item, future, as.numeric(told$mean), quantiles_of(told))
}
write.csv(do.call(rbind, rows), given[5], row.names = FALSE)
