/* What the files of the decoding step share. Shapes: N new tokens, H hidden units, L layers, Q heads of D units of which
   K have keys, R the rank of an adapter (0 without one). All arrays are contiguous, the last index runs fastest. */

#ifndef COWRITE_STEP_H
#define COWRITE_STEP_H

#include <stdint.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

/* So many rows attention multiplies by what is read from memory each time; with more the registers run out. */
#define ROWS 3
#define CACHE_LINE 64
/* So many tokens of the past are looked at together; the parts of a head go to different cores. */
#define PART 64
/* So many bytes ahead the weights are fetched: processors stop at the end of a page of memory, and wait there. */
#define AHEAD 4096

/* One linear layer of all layers: y = x @ (weight * scale).T + bias + (x @ into.T) @ out_of.T.
   weight (L, outputs, inputs), scale and bias (L, outputs), into (L, rank, inputs), out_of (L, outputs, rank). */
typedef struct {
    const int8_t *weight;
    const float *scale, *bias, *into, *out_of;
    int64_t outputs, inputs, rank;
} Linear;

/* A whole decoder. Norms are (L, H), those of heads (L, D), or null where heads are not normalized. */
typedef struct {
    Linear qkv, output, gate_up, down, head;
    const float *attention_norm, *mlp_norm, *query_norm, *key_norm, *norm;
    int64_t layers, hidden, head_dim, heads, key_heads, inner;
    float eps, scale;
} Stack;

/* Keys or values of one layer: (K, room, D) in bf16, seen as the upper half of a float32. */
typedef struct {
    uint16_t *keys, *values;
    int64_t room;
} Past;

/* threads.c: while one caller has the threads, share() runs work(job, unit) for each of the units on them. */
typedef void (*Work)(const void *job, int64_t unit);
void take_threads(int64_t threads);
void share(Work work, const void *job, int64_t units);
void give_threads_back(void);

/* products.c: y (rows, outputs) of x (rows, inputs) in one layer; between (rows, rank) is used up. */
void multiply(const Linear *linear, int64_t layer, const float *x, int64_t rows, float *between, float *y);

/* attention.c: how many floats attend() needs for itself, and attention of queries (new, heads, dim) that lie `stride`
   floats apart, over the past and up to each token itself; out (new, heads, dim). */
int64_t attention_floats(int64_t heads, int64_t key_heads, int64_t dim, int64_t past, int64_t new_tokens);
void attend(const Stack *stack, const float *queries, int64_t stride, Past past, int64_t length, int64_t new_tokens,
            float *own, float *out);

#endif
