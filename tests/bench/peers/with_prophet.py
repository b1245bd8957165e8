"""Prophet, one model an item, with all regressors of the set; closed days are left out of the fit and forecast 0."""
import logging

import frames
import numpy
import prophet

logging.getLogger('cmdstanpy').disabled = True
task = frames.Task()
everything, names = task.frame()
numpy.random.seed(1)
for item, rows in everything.rename(columns={'date': 'ds', 'units': 'y'}).groupby('item'):
    past, future = rows[rows.ds <= task.origin], rows[rows.ds > task.origin]
    model = prophet.Prophet(uncertainty_samples=300)
    open_past = past[past.closed == 0]
    for name in names:
        if open_past[name].nunique() > 1:
            model.add_regressor(name)
    model.fit(open_past)
    samples = model.predictive_samples(future)['yhat']
    samples[future.closed.to_numpy() == 1] = 0
    task.add(item, future.ds, samples.mean(axis=1),
             dict(zip(frames.COLUMNS, numpy.quantile(samples, frames.LEVELS, axis=1))))
    for horizon in task.horizons:
        totals = samples[:horizon].sum(axis=0)
        task.add(item, [f'total{horizon}'], [totals.mean()],
                 dict(zip(frames.COLUMNS, numpy.quantile(totals, frames.LEVELS)[:, None])))
task.write()
