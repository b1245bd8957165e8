#include "models/numeric/distribution.h"

#include <math.h>
#include <stdbool.h>

#include "models/numeric/quadrature.h"

/* Counts up to here are summed by the recurrence: cheaper than a continued fraction, and exact. */
#define PK_RECURRENCE_COUNT 128
/* Below it P(D = 0) would lose the recurrence's precision. */
#define PK_RECURRENCE_FIRST_MIN 1e-280
/* Both parameters above it: quadrature, where the continued fraction would need many terms. */
#define PK_QUADRATURE_FROM         3000.0
#define PK_FRACTION_TERM_COUNT_MAX 5000
#define PK_FRACTION_TINY           1e-300
#define PK_FRACTION_TOLERANCE      1e-15
#define PK_NEARLY_ONE_GAP          0.01
#define PK_POISSON_EXCESS_MAX      1e-10
#define PK_QUANTILE_SLACK          1e-14
/* A tail smaller than this is not taken as 1 - P(D <= n). */
#define PK_CANCELLED_BELOW 1e-3

static const double sqrt_two_pi = 2.506628274631000502;

static double probability_of_none(const struct pk_count_distribution *distribution)
{
    const double m = distribution->mean;
    const double r = distribution->shape;
    return isinf(r) ? exp(-m) : exp(-r * log1p(m / r));
}

struct pk_count_distribution pk_count_from_moments(double mean, double variance)
{
    struct pk_count_distribution distribution = {.mean = 0.0, .shape = INFINITY};
    if (!(mean > 0.0) || !isfinite(mean))
        return distribution;
    distribution.mean = mean;
    double excess = variance - mean;
    if (excess > PK_POISSON_EXCESS_MAX * mean && isfinite(excess))
        distribution.shape = mean * mean / excess;
    distribution.none = probability_of_none(&distribution);
    return distribution;
}

/* ln(n!) less Stirling's main terms, Loader (2000): 0.5 ln(2 pi n) + n ln n - n. */
static double stirling_error(double n)
{
    if (n <= 15.0) {
        int sign; /* lgamma would write the global signgam */
        return lgamma_r(n + 1.0, &sign) - (n + 0.5) * log(n) + n - log(sqrt_two_pi);
    }
    double square = n * n;
    return (1.0 / 12.0 -
            (1.0 / 360.0 -
             (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) /
                square) /
           n;
}

/* x ln(x / m) + m - x with difference = x - m given without cancellation, Loader (2000). */
static double deviance(double x, double m, double difference)
{
    if (fabs(difference) >= 0.1 * (x + m))
        return x * log(x / m) - difference;
    double v = difference / (x + m);
    double sum = difference * v;
    double term = 2.0 * x * v;
    for (int j = 3; j < 2000; j += 2) {
        term *= v * v;
        double next = sum + term / j;
        if (next == sum)
            break;
        sum = next;
    }
    return sum;
}

static double poisson_probability(double mean, double count)
{
    if (count == 0.0)
        return exp(-mean);
    return exp(-stirling_error(count) - deviance(count, mean, count - mean)) /
           (sqrt_two_pi * sqrt(count));
}

/* Gamma(n + r + 1) / (Gamma(r + 1) Gamma(n + 1)) p^r q^n with p = r / (r + m), q = m / (r + m),
 * n > 0. */
static double binomial_kernel(double r, double m, double n)
{
    double total = r + n;
    double difference = r * (n - m) / (r + m);
    double expected_r = total * (r / (r + m));
    double expected_n = total * (m / (r + m));
    double log_kernel = stirling_error(total) - stirling_error(r) - stirling_error(n) -
                        deviance(r, expected_r, -difference) - deviance(n, expected_n, difference);
    return exp(log_kernel) / sqrt_two_pi * sqrt(total / r / n);
}

double pk_count_probability(const struct pk_count_distribution *distribution, int64_t count)
{
    double m = distribution->mean;
    double r = distribution->shape;
    double n = (double)count;
    if (count < 0)
        return 0.0;
    if (m <= 0.0)
        return count == 0 ? 1.0 : 0.0;
    if (isinf(r))
        return poisson_probability(m, n);
    if (count == 0)
        return exp(-r * log1p(m / r));
    return r / (r + n) * binomial_kernel(r, m, n);
}

/* Continued fraction of I_x(a, b) x a B(a, b) / (x^a (1-x)^b), DLMF 8.17.22, modified Lentz. */
static double beta_fraction(double a, double b, double x)
{
    double c = 1.0;
    double d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < PK_FRACTION_TINY ? PK_FRACTION_TINY : d);
    double value = d;
    for (int k = 1; k <= PK_FRACTION_TERM_COUNT_MAX; k++) {
        double even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
        d = 1.0 + even * d;
        d = 1.0 / (fabs(d) < PK_FRACTION_TINY ? PK_FRACTION_TINY : d);
        c = 1.0 + even / c;
        c = fabs(c) < PK_FRACTION_TINY ? PK_FRACTION_TINY : c;
        value *= d * c;
        double odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
        d = 1.0 + odd * d;
        d = 1.0 / (fabs(d) < PK_FRACTION_TINY ? PK_FRACTION_TINY : d);
        c = 1.0 + odd / c;
        c = fabs(c) < PK_FRACTION_TINY ? PK_FRACTION_TINY : c;
        double change = d * c;
        value *= change;
        if (fabs(change - 1.0) < PK_FRACTION_TOLERANCE)
            break;
    }
    return value;
}

/* Continued fraction of Gamma(a, x) e^x x^-a for x > a + 1, DLMF 8.9.2 in its even form,
 * modified Lentz. */
static double gamma_fraction(double a, double x)
{
    double b = x + 1.0 - a;
    double c = 1.0 / PK_FRACTION_TINY;
    double d = 1.0 / b;
    double value = d;
    for (int k = 1; k <= PK_FRACTION_TERM_COUNT_MAX; k++) {
        double numerator = -k * (k - a);
        b += 2.0;
        d = numerator * d + b;
        d = 1.0 / (fabs(d) < PK_FRACTION_TINY ? PK_FRACTION_TINY : d);
        c = b + numerator / c;
        c = fabs(c) < PK_FRACTION_TINY ? PK_FRACTION_TINY : c;
        double change = d * c;
        value *= change;
        if (fabs(change - 1.0) < PK_FRACTION_TOLERANCE)
            break;
    }
    return value;
}

/* sum over k of x^k / ((a + 1) ... (a + k)), DLMF 8.11.4. */
static double gamma_series(double a, double x)
{
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; k <= PK_FRACTION_TERM_COUNT_MAX; k++) {
        term *= x / (a + k);
        sum += term;
        if (term < sum * PK_FRACTION_TOLERANCE)
            break;
    }
    return sum;
}

/* Integral of a log-concave density from its point x outwards: `density` its value at x,
 * `length` where it has died, and ln(f(x + s) / f(x)) = u ln(1 + s / scale_u) + v ln(1 - s /
 * scale_v) - w s with signed s. */
struct outward_tail {
    double density, length;
    double u, scale_u, v, scale_v, w;
};

static double integrate_tail(const struct outward_tail *tail)
{
    double sum = 0.0;
    for (int panel = 0; panel < 2; panel++) {
        for (int j = 0; j < PK_QUADRATURE_NODE_COUNT; j++) {
            double s = tail->length * 0.5 * ((double)panel + pk_quadrature_nodes[j]);
            double exponent = tail->u * log1p(s / tail->scale_u) - tail->w * s;
            if (tail->v != 0.0)
                exponent += tail->v * log1p(-s / tail->scale_v);
            sum += pk_quadrature_weights[j] * exp(exponent);
        }
    }
    return tail->density * fabs(tail->length) * 0.5 * sum;
}

/* Steps outwards from x until the density has fallen by e^-40: `slope` = |d ln f| at x, `sd` of
 * the density. */
static double tail_length(double slope, double sd, double room)
{
    double length = 10.0 * sd;
    if (slope * length > 40.0)
        length = 40.0 / slope;
    return fmin(length, room);
}

/* P(D <= n) or P(D > n), whichever the density's tail gives directly. */
struct side {
    double probability;
    bool is_upper; /* probability = P(D > n) */
};

static struct side poisson_side(double m, double n)
{
    double a = n + 1.0;
    struct side side = {.is_upper = m < a};
    /* the Gamma(a) density at m is the Poisson probability of n = a - 1; D <= n means that the
     * gamma exceeds m */
    double density = poisson_probability(m, n);
    if (a > PK_QUADRATURE_FROM && m > PK_QUADRATURE_FROM) {
        double slope = fabs((a - 1.0) / m - 1.0);
        struct outward_tail tail = {.density = density, .u = a - 1.0, .scale_u = m, .w = 1.0};
        tail.length = side.is_upper ? -tail_length(slope, sqrt(a), m * (1.0 - 1e-12))
                                    : tail_length(slope, sqrt(a), INFINITY);
        side.probability = integrate_tail(&tail);
    } else if (side.is_upper) {
        side.probability = density * m / a * gamma_series(a, m);
    } else if (m < a + 1.0) {
        side.is_upper = true;
        side.probability = density * m / a * gamma_series(a, m);
    } else {
        side.probability = density * m * gamma_fraction(a, m);
    }
    return side;
}

/* sum over k of P(n - k) / P(n), for n below the mean: where x is close to 1, what matters of it
 * is its distance from 1, and the continued fraction in x would lose that. */
static double binomial_descent(double r, double y, double n)
{
    double term = 1.0;
    double sum = 1.0;
    for (double k = n; k > 0.0; k -= 1.0) {
        term *= k / (k - 1.0 + r) / y;
        sum += term;
        if (term < sum * PK_FRACTION_TOLERANCE)
            break;
    }
    return sum;
}

static struct side binomial_side(double r, double m, double n)
{
    double a = r;
    double b = n + 1.0;
    double x = r / (r + m);
    double y = m / (r + m);
    /* x^a y^b / B(a, b) */
    double power = binomial_kernel(a, m, b) * (a * b / (a + b));
    struct side side = {.is_upper = x > (a + 1.0) / (a + b + 2.0)};
    if (a > PK_QUADRATURE_FROM && b > PK_QUADRATURE_FROM) {
        double sd = sqrt(a * b / (a + b)) / (a + b);
        double slope = fabs((a - 1.0) / x - (b - 1.0) / y);
        struct outward_tail tail = {
            .density = power / (x * y), .u = a - 1.0, .scale_u = x, .v = b - 1.0, .scale_v = y};
        tail.length = side.is_upper ? tail_length(slope, sd, y * (1.0 - 1e-12))
                                    : -tail_length(slope, sd, x * (1.0 - 1e-12));
        side.probability = integrate_tail(&tail);
    } else if (side.is_upper) {
        side.probability = power / b * beta_fraction(b, a, y);
    } else if (y < PK_NEARLY_ONE_GAP) {
        side.probability = power / (y * (n + r)) * binomial_descent(r, y, n);
    } else {
        side.probability = power / a * beta_fraction(a, b, x);
    }
    return side;
}

static struct side side_of(const struct pk_count_distribution *distribution, int64_t count)
{
    struct side side = isinf(distribution->shape)
                           ? poisson_side(distribution->mean, (double)count)
                           : binomial_side(distribution->shape, distribution->mean, (double)count);
    side.probability = fmin(fmax(side.probability, 0.0), 1.0);
    return side;
}

/* The recurrence over 0, 1, 2, ...; `probability` is that of `count`. */
struct walk {
    double probability, shape, ratio;
    int64_t count;
};

static struct walk walk_begin(const struct pk_count_distribution *distribution)
{
    double m = distribution->mean;
    double r = distribution->shape;
    bool poisson = isinf(r);
    struct walk walk = {
        .probability =
            distribution->none > 0.0 ? distribution->none : probability_of_none(distribution),
        .shape = poisson ? 0.0 : r,
        .ratio = poisson ? m : m / (r + m),
    };
    return walk;
}

static void walk_step(struct walk *walk, bool poisson)
{
    double n = (double)++walk->count;
    walk->probability *= poisson ? walk->ratio / n : walk->ratio * (n - 1.0 + walk->shape) / n;
}

static bool can_walk(const struct walk *walk)
{
    return walk->probability > PK_RECURRENCE_FIRST_MIN;
}

void pk_count_probabilities(const struct pk_count_distribution *distribution, int64_t count,
                            double *out_probabilities)
{
    struct walk walk = walk_begin(distribution);
    bool walks = distribution->mean > 0.0 && can_walk(&walk);
    for (int64_t n = 0; n < count; n++) {
        out_probabilities[n] = walks ? walk.probability : pk_count_probability(distribution, n);
        if (walks)
            walk_step(&walk, isinf(distribution->shape));
    }
}

static double walk_at_most(struct walk walk, bool poisson, int64_t count)
{
    double sum = walk.probability;
    while (walk.count < count) {
        walk_step(&walk, poisson);
        sum += walk.probability;
    }
    return fmin(sum, 1.0);
}

double pk_count_at_most(const struct pk_count_distribution *distribution, int64_t count)
{
    if (count < 0)
        return 0.0;
    if (distribution->mean <= 0.0)
        return 1.0;
    if (count <= PK_RECURRENCE_COUNT) {
        struct walk walk = walk_begin(distribution);
        if (can_walk(&walk))
            return walk_at_most(walk, isinf(distribution->shape), count);
    }
    struct side side = side_of(distribution, count);
    return side.is_upper ? 1.0 - side.probability : side.probability;
}

double pk_count_above(const struct pk_count_distribution *distribution, int64_t count)
{
    if (count < 0)
        return 1.0;
    if (distribution->mean <= 0.0)
        return 0.0;
    struct walk walk = walk_begin(distribution);
    if (count == 0)
        return isinf(distribution->shape)
                   ? -expm1(-distribution->mean)
                   : -expm1(-distribution->shape * log1p(distribution->mean / distribution->shape));
    if (count <= PK_RECURRENCE_COUNT && can_walk(&walk)) {
        double above = 1.0 - walk_at_most(walk, isinf(distribution->shape), count);
        if (above > PK_CANCELLED_BELOW)
            return above;
    }
    struct side side = side_of(distribution, count);
    return side.is_upper ? side.probability : 1.0 - side.probability;
}

/* A start for the search: Cornish-Fisher expansion with the skewness. */
static double quantile_guess(const struct pk_count_distribution *distribution, double probability)
{
    double m = distribution->mean;
    double spread = isinf(distribution->shape) ? 0.0 : m / distribution->shape;
    double sd = sqrt(m * (1.0 + spread));
    double skewness = (1.0 + 2.0 * spread) / sd;
    double z = pk_normal_quantile(probability);
    double guess = m + sd * (z + skewness * (z * z - 1.0) / 6.0);
    return guess > 0.0 ? guess : 0.0;
}

/* Newton steps on the distribution function inside a bracket of integers, bisection where they
 * leave it. */
static int64_t quantile_search(const struct pk_count_distribution *distribution, double target,
                               double probability)
{
    int64_t below = -1; /* P(D <= below) < target */
    int64_t reached = INT64_MAX;
    double guess = floor(quantile_guess(distribution, probability));
    while (below + 1 < reached) {
        guess = fmin(fmax(guess, (double)below + 1.0), 4e18);
        int64_t at = (int64_t)guess;
        if (at >= reached)
            at = below + (reached - below) / 2;
        double value = pk_count_at_most(distribution, at);
        double density = pk_count_probability(distribution, at);
        if (value >= target) {
            reached = at;
            if (value - density < target)
                break;
            reached = at - 1; /* may be found again, never missed: P(D <= at - 1) >= target */
        } else {
            below = at;
        }
        double step = density > 0.0 ? (target - value) / density : 0.0;
        double middle = reached == INT64_MAX ? 2.0 * (double)at + 16.0
                                             : floor(0.5 * ((double)below + (double)reached));
        guess = value < target ? ceil((double)at + step) : floor((double)at - 1.0 + step);
        bool inside = guess > (double)below && guess < (double)reached;
        if (!inside || step == 0.0)
            guess = middle;
    }
    return reached;
}

int64_t pk_count_quantile(const struct pk_count_distribution *distribution, double probability)
{
    if (distribution->mean <= 0.0 || !(probability > 0.0))
        return 0;
    if (probability >= 1.0)
        return INT64_MAX;
    double target = probability * (1.0 - PK_QUANTILE_SLACK);
    bool poisson = isinf(distribution->shape);
    struct walk walk = walk_begin(distribution);
    if (can_walk(&walk) && distribution->mean < PK_RECURRENCE_COUNT) {
        double sum = walk.probability;
        while (sum < target && walk.count < PK_RECURRENCE_COUNT) {
            walk_step(&walk, poisson);
            sum += walk.probability;
        }
        if (sum >= target)
            return walk.count;
    }
    return quantile_search(distribution, target, probability);
}

double pk_count_expected_minimum(const struct pk_count_distribution *distribution, int64_t count)
{
    double m = distribution->mean;
    if (count <= 0 || m <= 0.0)
        return 0.0;
    struct walk walk = walk_begin(distribution);
    int64_t last = count - 1;
    double share = isinf(distribution->shape) ? 0.0 : (double)last / distribution->shape;
    double at_most, density;
    if (last <= PK_RECURRENCE_COUNT && can_walk(&walk)) {
        bool poisson = isinf(distribution->shape);
        at_most = walk.probability;
        while (walk.count < last) {
            walk_step(&walk, poisson);
            at_most += walk.probability;
        }
        density = walk.probability;
    } else {
        at_most = pk_count_at_most(distribution, last);
        density = pk_count_probability(distribution, last);
    }
    double served = m * (at_most - density * (1.0 + share)) + (double)count * (1.0 - at_most);
    return fmin(fmax(served, 0.0), fmin(m, (double)count));
}

double pk_normal_at_most(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

double pk_normal_quantile(double probability)
{
    if (!(probability > 0.0))
        return -INFINITY;
    if (probability >= 1.0)
        return INFINITY;
    double tail = fmin(probability, 1.0 - probability);
    double t = sqrt(-2.0 * log(tail));
    double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (int step = 0; step < 2; step++) {
        double u = (pk_normal_at_most(-z) - tail) * sqrt_two_pi * exp(0.5 * z * z);
        z += u / (1.0 - 0.5 * z * u);
    }
    return probability < 0.5 ? -z : z;
}
