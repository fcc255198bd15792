/* Products with the weights, which are read once, as the int8 they are held in. */

#include "step.h"
#include "vectors.h"

/* One unit of work is about so many bytes of weights. */
#define UNIT_BYTES 32768
/* So many outputs are computed together, or half of them where there are few registers. */
#define OUTPUTS 4
#define HALF (OUTPUTS / 2)
/* So many rows are multiplied by what is read and widened each time; with more the registers run out. */
#if REGISTERS == 32
#define TOGETHER 6
#else
#define TOGETHER 3
#endif
/* So many sums of vectors there are at most, of rows and outputs and steps. */
#define SUMS 24

typedef struct {
    const int8_t *weight;
    const float *scale, *bias, *out_of, *x, *between;
    float *y;
    int64_t rows, inputs, outputs, rank, together;
} Job;

/* sums (rows, OUTPUTS) = x (rows, inputs) @ weight (outputs, inputs).T, `steps` vectors of each at a time, each with a sum
   of its own: else an addition would wait for the one before. Fetches ahead for all OUTPUTS, if it is to. All but inputs
   are constants where it is called. */
INLINE void block(const float *x, const int8_t *weight, int64_t inputs, const int rows, const int outputs,
                  const int steps, const int fetches, float *sums) {
    Floats total[SUMS] = {{0}};
    float each[TOGETHER * OUTPUTS];
    int64_t i = 0;
    int t = 0;
    for (; i + steps * LANES <= inputs; i += steps * LANES) {
        for (int b = 0; fetches && b < steps * LANES * OUTPUTS; b += CACHE_LINE)
            __builtin_prefetch(weight + AHEAD + i * OUTPUTS + b, 0, 2);
        for (int s = 0; s < steps; s++) {
            Floats w[OUTPUTS];
            for (int o = 0; o < outputs; o++) w[o] = widen_int8(weight + o * inputs + i + s * LANES);
            for (int n = 0; n < rows; n++) {
                Floats v = load(x + n * inputs + i + s * LANES);
                IN_REGISTER(v);
                for (int o = 0; o < outputs; o++) total[(n * outputs + o) * steps + s] += v * w[o];
            }
        }
    }
    for (int u = 0; u < rows * outputs; u++) {
        Floats whole = total[u * steps];
        for (int s = 1; s < steps; s++) whole += total[u * steps + s];
        total[u] = whole;
    }
    for (; t + 4 <= rows * outputs; t += 4) sums_of_four(total + t, each + t);
    for (; t < rows * outputs; t++) each[t] = sum_of(total[t]);
    for (int n = 0; n < rows; n++)
        for (int o = 0; o < outputs; o++) sums[n * OUTPUTS + o] = each[n * outputs + o];
    if (i == inputs) return;
    for (int n = 0; n < rows; n++)
        for (int o = 0; o < outputs; o++)
            for (int64_t j = i; j < inputs; j++)
                sums[n * OUTPUTS + o] += x[n * inputs + j] * (float)weight[o * inputs + j];
}

/* sums (rows, OUTPUTS) of OUTPUTS rows of weights: as many at once as there are registers for. */
INLINE void products(const float *x, const int8_t *weight, int64_t inputs, int64_t rows, float *sums) {
    const int8_t *second = weight + HALF * inputs;
    if (rows == 1) {
        block(x, weight, inputs, 1, HALF, 4, 1, sums);
        block(x, second, inputs, 1, HALF, 4, 0, sums + HALF);
#if REGISTERS == 32
    } else if (rows == 2) {
        block(x, weight, inputs, 2, OUTPUTS, 2, 1, sums);
    } else if (rows == 3) {
        block(x, weight, inputs, 3, OUTPUTS, 1, 1, sums);
    } else if (rows == 4) {
        block(x, weight, inputs, 4, OUTPUTS, 1, 1, sums);
    } else if (rows == 5) {
        block(x, weight, inputs, 5, OUTPUTS, 1, 1, sums);
    } else {
        block(x, weight, inputs, 6, OUTPUTS, 1, 1, sums);
    }
#else
    } else if (rows == 2) {
        block(x, weight, inputs, 2, OUTPUTS, 1, 1, sums);
    } else {
        block(x, weight, inputs, 3, HALF, 2, 1, sums);
        block(x, second, inputs, 3, HALF, 2, 0, sums + HALF);
    }
#endif
}

INLINE float dot(const float *a, const float *b, int64_t count) {
    float total = 0;
    for (int64_t i = 0; i < count; i++) total += a[i] * b[i];
    return total;
}

/* The outputs from o on, OUTPUTS or fewer of them. */
static void outputs_of(const Job *job, int64_t o, int64_t outputs) {
    int64_t inputs = job->inputs;
    const int8_t *weight = job->weight + o * inputs;
    float sums[TOGETHER * OUTPUTS];
    for (int64_t n = 0; n < job->rows; n += TOGETHER) {
        const float *x = job->x + n * inputs;
        int64_t rows = job->rows - n < TOGETHER ? job->rows - n : TOGETHER;
        if (outputs == OUTPUTS) products(x, weight, inputs, rows, sums);
        else
            for (int64_t r = 0; r < rows; r++)
                for (int64_t p = 0; p < outputs; p++)
                    block(x + r * inputs, weight + p * inputs, inputs, 1, 1, 1, 0, sums + r * OUTPUTS + p);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t p = 0; p < outputs; p++) {
                float y = sums[r * OUTPUTS + p] * job->scale[o + p] + job->bias[o + p];
                if (job->rank) y += dot(job->between + (n + r) * job->rank, job->out_of + (o + p) * job->rank, job->rank);
                job->y[(n + r) * job->outputs + o + p] = y;
            }
    }
}

static void some_outputs(const void *argument, int64_t unit) {
    const Job *job = argument;
    int64_t o = unit * job->together;
    int64_t end = o + job->together < job->outputs ? o + job->together : job->outputs;
    for (; o < end; o += OUTPUTS) outputs_of(job, o, end - o < OUTPUTS ? end - o : OUTPUTS);
}

/* One column of between (rows, rank) = x @ into.T. */
static void into_one(const void *argument, int64_t unit) {
    const Job *job = argument;
    float *between = (float *)job->y;
    for (int64_t n = 0; n < job->rows; n++)
        between[n * job->rank + unit] = dot(job->x + n * job->inputs, job->out_of + unit * job->inputs, job->inputs);
}

void multiply(const Linear *linear, int64_t layer, const float *x, int64_t rows, float *between, float *y) {
    int64_t inputs = linear->inputs, outputs = linear->outputs, rank = linear->rank;
    if (rank) {
        Job down = {.out_of = linear->into + layer * rank * inputs, .x = x, .y = between,
                    .rows = rows, .inputs = inputs, .rank = rank};
        share(into_one, &down, rank);
    }
    int64_t together = UNIT_BYTES / inputs / OUTPUTS * OUTPUTS;
    if (together < OUTPUTS) together = OUTPUTS;
    Job job = {.weight = linear->weight + layer * outputs * inputs,
               .scale = linear->scale + layer * outputs,
               .bias = linear->bias + layer * outputs,
               .out_of = linear->out_of + layer * outputs * rank,
               .x = x, .between = between, .y = y,
               .rows = rows, .inputs = inputs, .outputs = outputs, .rank = rank, .together = together};
    share(some_outputs, &job, (outputs + together - 1) / together);
}

/* For the tests: one product without an adapter. */
EXPORTED void cowrite_multiply(const Linear *linear, const float *x, int64_t rows, float *y, int64_t threads) {
    take_threads(threads);
    multiply(linear, 0, x, rows, 0, y);
    give_threads_back();
}
