/* Attention over the keys and values that are kept: the past in parts, each on a core of its own, summed up with its own
   greatest score; the parts are then weighed against each other (Dao et al. 2022, arXiv 2205.14135). */

#include "step.h"
#include "vectors.h"

#define HIDDEN_FROM_VIEW (-1e30f)
/* So many vectors of a row of values are summed up in registers. */
#define WIDE 4
/* So many keys are compared together. */
#define FOUR 4

typedef struct {
    const float *by_head; /* (K, filled, D): the queries of one head with keys together, whole groups of ROWS */
    Past past;
    float *peaks, *sums, *mixed; /* (K, parts, filled) twice, and with D behind it */
    int64_t parts, filled, group, dim, length, end;
} Job;

/* `keys` scores, from token t on, of scores (ROWS, PART) = queries (ROWS, dim) @ keys (count, dim).T; FOUR or one. */
INLINE void compare_some(const float *queries, const uint16_t *key, int64_t dim, int64_t t, const int keys, float *scores) {
    Floats total[ROWS][FOUR] = {{{0}}};
    int64_t d = 0;
    for (; d + LANES <= dim; d += LANES) {
        Floats query[ROWS];
        for (int r = 0; r < ROWS; r++) query[r] = load(queries + r * dim + d);
        for (int k = 0; k < keys; k++) {
            Floats v = widen_bf16(key + k * dim + d);
            for (int r = 0; r < ROWS; r++) total[r][k] += query[r] * v;
        }
    }
    for (int r = 0; r < ROWS; r++) {
        if (keys == FOUR) sums_of_four(total[r], scores + r * PART + t);
        else scores[r * PART + t] = sum_of(total[r][0]);
    }
    if (d == dim) return;
    for (int r = 0; r < ROWS; r++)
        for (int k = 0; k < keys; k++)
            for (int64_t e = d; e < dim; e++)
                scores[r * PART + t + k] += queries[r * dim + e] * widen_one(key[k * dim + e]);
}

INLINE void compare(const float *queries, const uint16_t *keys, int64_t count, int64_t dim, float *scores) {
    int64_t t = 0;
    for (; t + FOUR <= count; t += FOUR) compare_some(queries, keys + t * dim, dim, t, FOUR, scores);
    for (; t < count; t++) compare_some(queries, keys + t * dim, dim, t, 1, scores);
}

/* exp(scores - peak) in place of the first `seen` of scores (PART), and next to nothing after them; peak, which is the
   greatest score, and the sum are written. */
INLINE void soften(float *scores, int64_t seen, float *peak_out, float *sum_out) {
    if (seen <= 0) {
        for (int t = 0; t < PART; t++) scores[t] = 0;
        *peak_out = HIDDEN_FROM_VIEW;
        *sum_out = 0;
        return;
    }
    for (int64_t t = seen; t < PART; t++) scores[t] = HIDDEN_FROM_VIEW;
    float peaks[16], peak;
    for (int t = 0; t < 16; t++) peaks[t] = scores[t];
    for (int first = 16; first < PART; first += 16)
        for (int t = 0; t < 16; t++) peaks[t] = peaks[t] > scores[first + t] ? peaks[t] : scores[first + t];
    peak = peaks[0];
    for (int t = 1; t < 16; t++) peak = peak > peaks[t] ? peak : peaks[t];
    float total = 0;
    for (int t = 0; t < PART; t++) {
        scores[t] = exponential(scores[t] - peak);
        total += scores[t];
    }
    *peak_out = peak;
    *sum_out = total;
}

/* `wide` vectors, from unit d on, of out (ROWS, dim) = shares (ROWS, PART) @ values (count, dim). */
INLINE void mix_some(const float *shares, const uint16_t *values, int64_t count, int64_t dim, int64_t d, const int wide,
                     float *out) {
    Floats total[ROWS][WIDE] = {{{0}}};
    for (int64_t t = 0; t < count; t++) {
        Floats each[ROWS];
        for (int r = 0; r < ROWS; r++) each[r] = all(shares[r * PART + t]);
        for (int i = 0; i < wide; i++) {
            Floats v = widen_bf16(values + t * dim + d + i * LANES);
            for (int r = 0; r < ROWS; r++) total[r][i] += each[r] * v;
        }
    }
    for (int r = 0; r < ROWS; r++)
        for (int i = 0; i < wide; i++) put(out + r * dim + d + i * LANES, total[r][i]);
}

INLINE void mix(const float *shares, const uint16_t *values, int64_t count, int64_t dim, float *out) {
    int64_t d = 0;
    for (; d + WIDE * LANES <= dim; d += WIDE * LANES) mix_some(shares, values, count, dim, d, WIDE, out);
    for (; d + LANES <= dim; d += LANES) mix_some(shares, values, count, dim, d, 1, out);
    for (; d < dim; d++)
        for (int r = 0; r < ROWS; r++) {
            float total = 0;
            for (int64_t t = 0; t < count; t++) total += shares[r * PART + t] * widen_one(values[t * dim + d]);
            out[r * dim + d] = total;
        }
}

/* One part of the past of one head with keys. Row r is of token r / group and sees the past and so many more. */
static void attend_part(const void *argument, int64_t unit) {
    const Job *job = argument;
    int64_t h = unit / job->parts, first = unit % job->parts * PART, dim = job->dim;
    int64_t count = job->end - first < PART ? job->end - first : PART;
    const uint16_t *keys = job->past.keys + (h * job->past.room + first) * dim;
    const uint16_t *values = job->past.values + (h * job->past.room + first) * dim;
    for (int64_t i = 0; i < count * dim; i += CACHE_LINE / 2) __builtin_prefetch(values + i, 0, 2);
    float scores[ROWS * PART];
    for (int64_t r = 0; r < job->filled; r += ROWS) {
        compare(job->by_head + (h * job->filled + r) * dim, keys, count, dim, scores);
        for (int64_t j = 0; j < ROWS; j++) {
            int64_t seen = job->length - first + (r + j) / job->group + 1;
            soften(scores + j * PART, seen < count ? seen : count, job->peaks + unit * job->filled + r + j,
                   job->sums + unit * job->filled + r + j);
        }
        mix(scores, values, count, dim, job->mixed + (unit * job->filled + r) * dim);
    }
}

/* out (dim) of what the parts of a head found for row r. */
static void weigh(const Job *job, int64_t h, int64_t r, float *restrict out) {
    const float *peaks = job->peaks + h * job->parts * job->filled + r;
    const float *sums = job->sums + h * job->parts * job->filled + r;
    float peak = peaks[0], total = 0;
    for (int64_t p = 1; p < job->parts; p++) peak = peak > peaks[p * job->filled] ? peak : peaks[p * job->filled];
    for (int64_t d = 0; d < job->dim; d++) out[d] = 0;
    for (int64_t p = 0; p < job->parts; p++) {
        const float *restrict mixed = job->mixed + ((h * job->parts + p) * job->filled + r) * job->dim;
        float part = exponential(peaks[p * job->filled] - peak);
        total += part * sums[p * job->filled];
        for (int64_t d = 0; d < job->dim; d++) out[d] += part * mixed[d];
    }
    for (int64_t d = 0; d < job->dim; d++) out[d] /= total;
}

static int64_t filled_rows(int64_t rows) { return (rows + ROWS - 1) / ROWS * ROWS; }

int64_t attention_floats(int64_t heads, int64_t key_heads, int64_t dim, int64_t past, int64_t new_tokens) {
    int64_t filled = filled_rows(new_tokens * (heads / key_heads)), parts = (past + new_tokens + PART - 1) / PART;
    return key_heads * filled * (dim + parts * (dim + 2));
}

void attend(const Stack *stack, const float *queries, int64_t stride, Past past, int64_t length, int64_t new_tokens,
            float *own, float *out) {
    int64_t heads = stack->heads, key_heads = stack->key_heads, dim = stack->head_dim, group = heads / key_heads;
    int64_t rows = new_tokens * group, filled = filled_rows(rows);
    int64_t end = length + new_tokens, parts = (end + PART - 1) / PART, units = key_heads * parts;
    float *by_head = own, *peaks = own + key_heads * filled * dim;
    Job job = {.by_head = by_head, .past = past, .peaks = peaks, .sums = peaks + units * filled,
               .mixed = peaks + 2 * units * filled, .parts = parts, .filled = filled, .group = group, .dim = dim,
               .length = length, .end = end};
    for (int64_t h = 0; h < key_heads; h++)
        for (int64_t r = 0; r < filled; r++)
            for (int64_t d = 0; d < dim; d++)
                by_head[(h * filled + r) * dim + d] =
                    r < rows ? queries[r / group * stride + (h * group + r % group) * dim + d] * stack->scale : 0;
    share(attend_part, &job, units);
    for (int64_t h = 0; h < key_heads; h++)
        for (int64_t r = 0; r < rows; r++) weigh(&job, h, r, out + (r / group * heads + h * group + r % group) * dim);
}
