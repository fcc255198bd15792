/* A whole pass of a few tokens through a quantized decoder as one call.

   A step of a small model is thirty layers of forty operations. Called one by one from Python these cost more than the
   arithmetic. Here weights are read once, as int8, as fast as the memory gives them; activations are float32, keys and
   values stay in bf16. */

#include <math.h>
#include <stdlib.h>

#include "step.h"
#include "vectors.h"

/* Where a pass computes; kept from one pass to the next, so that the system need not give out its pages anew. */
static float *room;
static int64_t room_floats;

static float *room_for(int64_t floats) {
    if (floats > room_floats) {
        free(room);
        room = malloc((size_t)floats * sizeof(float) + CACHE_LINE);
        room_floats = room ? floats : 0;
    }
    /* From the beginning of a cache line on, so that no vector lies in two. */
    return room ? (float *)(((uintptr_t)room + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE) : 0;
}

/* RMSNorm (Zhang and Sennrich 2019) of each of the rows: out = x / sqrt(mean(x^2) + eps) * weight. */
static void normalize(const float *x, const float *weight, int64_t rows, int64_t size, float eps, float *out) {
    for (int64_t n = 0; n < rows; n++, x += size, out += size) {
        float total = 0;
        for (int64_t i = 0; i < size; i++) total += x[i] * x[i];
        float factor = 1.0f / sqrtf(total / (float)size + eps);
        for (int64_t i = 0; i < size; i++) out[i] = x[i] * factor * weight[i];
    }
}

/* Turn `heads` heads of dim units in place by a token's row of the tables (dim). */
static void rotate(float *head, int64_t heads, int64_t dim, const float *restrict cosines, const float *restrict sines) {
    int64_t half = dim / 2;
    for (int64_t h = 0; h < heads; h++, head += dim) {
        float *restrict low = head, *restrict high = head + half;
        for (int64_t d = 0; d < half; d++) {
            float a = low[d], b = high[d];
            low[d] = a * cosines[d] + b * sines[d];
            high[d] = b * cosines[d + half] + a * sines[d + half];
        }
    }
}

/* out (size) = silu(gate) * up of both (2 size). */
static void open_gate(const float *restrict both, int64_t size, float *restrict out) {
    for (int64_t i = 0; i < size; i++) out[i] = both[i] / (1.0f + exponential(-both[i])) * both[size + i];
}

/* Write heads (K, D) as token `at` of kept (K, room, D), rounded to the nearest bf16. */
static void store(const float *restrict heads, uint16_t *restrict kept, int64_t key_heads, int64_t dim, int64_t space,
                  int64_t at) {
    for (int64_t h = 0; h < key_heads; h++)
        for (int64_t d = 0; d < dim; d++) {
            uint32_t bits;
            memcpy(&bits, heads + h * dim + d, sizeof bits);
            kept[(h * space + at) * dim + d] = (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
}

static void add(float *restrict x, const float *restrict added, int64_t count) {
    for (int64_t i = 0; i < count; i++) x[i] += added[i];
}

static int64_t most_rank(const Stack *stack) {
    const Linear *all_of_them[] = {&stack->qkv, &stack->output, &stack->gate_up, &stack->down, &stack->head};
    int64_t most = 0;
    for (int i = 0; i < 5; i++) most = all_of_them[i]->rank > most ? all_of_them[i]->rank : most;
    return most;
}

/* What a pass is given, and where it computes. */
typedef struct {
    const Stack *stack;
    const float *cosines, *sines; /* (N, D) */
    uint16_t *kept;               /* (2, L, K, space, D) */
    int64_t space, past, tokens;
    float *x, *h, *qkv, *mixed, *added, *both, *thought, *between, *own;
} Pass;

/* What attention of a layer finds for the new tokens, in pass->mixed; their keys and values are kept. */
static void attend_layer(const Pass *pass, int64_t layer) {
    const Stack *stack = pass->stack;
    int64_t dim = stack->head_dim, heads = stack->heads, key_heads = stack->key_heads, turned = heads + key_heads;
    int64_t stride = (turned + key_heads) * dim, one = key_heads * pass->space * dim;
    Past past = {.keys = pass->kept + layer * one, .values = pass->kept + (stack->layers + layer) * one,
                 .room = pass->space};
    for (int64_t n = 0; n < pass->tokens; n++) {
        float *split = pass->qkv + n * stride;
        if (stack->query_norm) {
            normalize(split, stack->query_norm + layer * dim, heads, dim, stack->eps, split);
            normalize(split + heads * dim, stack->key_norm + layer * dim, key_heads, dim, stack->eps, split + heads * dim);
        }
        rotate(split, turned, dim, pass->cosines + n * dim, pass->sines + n * dim);
        store(split + heads * dim, past.keys, key_heads, dim, past.room, pass->past + n);
        store(split + turned * dim, past.values, key_heads, dim, past.room, pass->past + n);
    }
    attend(stack, pass->qkv, stride, past, pass->past, pass->tokens, pass->own, pass->mixed);
}

static void through_layer(const Pass *pass, int64_t layer) {
    const Stack *stack = pass->stack;
    int64_t tokens = pass->tokens, hidden = stack->hidden, inner = stack->inner;
    normalize(pass->x, stack->attention_norm + layer * hidden, tokens, hidden, stack->eps, pass->h);
    multiply(&stack->qkv, layer, pass->h, tokens, pass->between, pass->qkv);
    attend_layer(pass, layer);
    multiply(&stack->output, layer, pass->mixed, tokens, pass->between, pass->added);
    add(pass->x, pass->added, tokens * hidden);
    normalize(pass->x, stack->mlp_norm + layer * hidden, tokens, hidden, stack->eps, pass->h);
    multiply(&stack->gate_up, layer, pass->h, tokens, pass->between, pass->both);
    for (int64_t n = 0; n < tokens; n++) open_gate(pass->both + n * 2 * inner, inner, pass->thought + n * inner);
    multiply(&stack->down, layer, pass->thought, tokens, pass->between, pass->added);
    add(pass->x, pass->added, tokens * hidden);
}

static float *part_of(float **rest, int64_t floats) {
    float *part = *rest;
    *rest += (floats + 15) / 16 * 16;
    return part;
}

/* Room for the passes' arrays; 0 if there is no memory. */
static int lay_out(Pass *pass) {
    const Stack *stack = pass->stack;
    int64_t n = pass->tokens, hidden = stack->hidden, dim = stack->head_dim;
    int64_t own = attention_floats(stack->heads, stack->key_heads, dim, pass->past, n);
    int64_t qkv = n * (stack->heads + 2 * stack->key_heads) * dim, mixed = n * stack->heads * dim;
    int64_t inner = n * stack->inner, between = n * most_rank(stack);
    float *rest = room_for(2 * n * hidden + qkv + mixed + 3 * inner + between + own + 8 * 16);
    if (!rest) return 0;
    pass->h = part_of(&rest, n * hidden);
    pass->added = part_of(&rest, n * hidden);
    pass->qkv = part_of(&rest, qkv);
    pass->mixed = part_of(&rest, mixed);
    pass->both = part_of(&rest, 2 * inner);
    pass->thought = part_of(&rest, inner);
    pass->between = part_of(&rest, between);
    pass->own = part_of(&rest, own);
    return 1;
}

/* Let `tokens` tokens go through the layers from `first` on up to `end`, behind `past` others. x (N, H) are their
   embeddings or what the layers before made of them, and holds afterwards what these made of it; keys and values are
   written in kept (2, L, K, space, D). With `logits`, x has gone through all layers after that, and the logits (last, V)
   of the last tokens are written. 0, or 1 if there is no memory. Between two calls others may be made for other tokens:
   all that is known of these stands in x and kept. */
EXPORTED int cowrite_step(const Stack *stack, float *x, int64_t tokens, uint16_t *kept, int64_t space, int64_t past,
                          const float *cosines, const float *sines, int64_t first, int64_t end, int64_t last,
                          float *logits, int64_t threads) {
    Pass pass = {.stack = stack, .cosines = cosines, .sines = sines, .kept = kept, .space = space, .past = past,
                 .tokens = tokens, .x = x};
    take_threads(threads);
    int is_enough = lay_out(&pass);
    if (is_enough) {
        for (int64_t layer = first; layer < end; layer++) through_layer(&pass, layer);
        if (logits) {
            normalize(x, stack->norm, tokens, stack->hidden, stack->eps, pass.h);
            multiply(&stack->head, 0, pass.h + (tokens - last) * stack->hidden, last, pass.between, logits);
        }
    }
    give_threads_back();
    return !is_enough;
}

/* For the tests: exponential() of each of the numbers, and attention alone. */
EXPORTED void cowrite_exponential(const float *x, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i++) out[i] = exponential(x[i]);
}

EXPORTED int cowrite_attend(const Stack *stack, const float *queries, uint16_t *keys, uint16_t *values, int64_t space,
                            int64_t past, int64_t tokens, float *out, int64_t threads) {
    Past kept = {.keys = keys, .values = values, .room = space};
    take_threads(threads);
    float *own = room_for(attention_floats(stack->heads, stack->key_heads, stack->head_dim, past, tokens));
    if (own) attend(stack, queries, stack->heads * stack->head_dim, kept, past, tokens, own, out);
    give_threads_back();
    return !own;
}
