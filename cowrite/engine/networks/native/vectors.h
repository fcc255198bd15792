/* Vectors of float32 as wide as the processor has them, and what is read into them. */

#ifndef COWRITE_VECTORS_H
#define COWRITE_VECTORS_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX2__) || defined(__SSE4_1__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

#if defined(__AVX512F__) || defined(__aarch64__)
#define REGISTERS 32
#else
#define REGISTERS 16
#endif

#define INLINE static inline __attribute__((always_inline))

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Integers __attribute__((vector_size(4 * LANES)));

INLINE Floats load(const float *from) {
    Floats v;
    memcpy(&v, from, sizeof v);
    return v;
}

/* Read once, and not by each instruction that computes with it. */
#if defined(__x86_64__)
#define IN_REGISTER(v) __asm__("" : "+v"(v))
#else
#define IN_REGISTER(v) (void)(v)
#endif

INLINE void put(float *to, Floats v) { memcpy(to, &v, sizeof v); }

INLINE Floats all(float value) { return value - (Floats){0}; }

/* LANES numbers of int8, as floats. */
INLINE Floats widen_int8(const int8_t *from) {
#if defined(__AVX512F__)
    return (Floats)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)from)));
#elif defined(__AVX2__)
    return (Floats)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)from)));
#elif defined(__SSE4_1__)
    int32_t four;
    memcpy(&four, from, sizeof four);
    return (Floats)_mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(four)));
#elif defined(__aarch64__)
    int32_t four;
    memcpy(&four, from, sizeof four);
    return (Floats)vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8((uint32_t)four)))));
#else
    return (Floats){from[0], from[1], from[2], from[3]};
#endif
}

/* LANES numbers of bf16, as floats. */
INLINE Floats widen_bf16(const uint16_t *from) {
#if defined(__AVX512F__)
    return (Floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from)), 16);
#elif defined(__AVX2__)
    return (Floats)_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from)), 16);
#elif defined(__SSE4_1__)
    return (Floats)_mm_slli_epi32(_mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)from)), 16);
#elif defined(__aarch64__)
    return (Floats)vshll_n_u16(vld1_u16(from), 16);
#else
    uint32_t bits[LANES];
    for (int i = 0; i < LANES; i++) bits[i] = (uint32_t)from[i] << 16;
    Floats v;
    memcpy(&v, bits, sizeof v);
    return v;
#endif
}

INLINE float widen_one(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

INLINE float sum_of(Floats v) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps((__m512)v);
#else
    float each[LANES];
    memcpy(each, &v, sizeof v);
    for (int width = LANES / 2; width; width /= 2)
        for (int i = 0; i < width; i++) each[i] += each[i + width];
    return each[0];
#endif
}

/* The sums of four vectors. */
INLINE void sums_of_four(const Floats *v, float *sums) {
#if defined(__SSE4_1__)
    __m128 four[4];
    for (int i = 0; i < 4; i++) {
#if defined(__AVX512F__)
        __m512 whole = (__m512)v[i];
        __m256 half = _mm256_add_ps(_mm512_castps512_ps256(whole), _mm512_extractf32x8_ps(whole, 1));
        four[i] = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__AVX2__)
        __m256 half = (__m256)v[i];
        four[i] = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#else
        four[i] = (__m128)v[i];
#endif
    }
    _MM_TRANSPOSE4_PS(four[0], four[1], four[2], four[3]);
    _mm_storeu_ps(sums, _mm_add_ps(_mm_add_ps(four[0], four[1]), _mm_add_ps(four[2], four[3])));
#else
    for (int i = 0; i < 4; i++) sums[i] = sum_of(v[i]);
#endif
}

/* exp(x) for |x| < 69 to a relative error of 4e-6; beyond, where it is next to nothing or more than enough, that of 69.

   exp(x) = 2^n exp(g) with whole n and |g| <= ln(2) / 2, by the first terms of the series of exp(g). Fits the vector
   instructions, which the function of the C library does not. Never so small that its product with a value would be
   below the normal numbers, where processors are slow. */
INLINE float exponential(float x) {
    float z = x * 1.4426950408889634f;
    z = z < -100.0f ? -100.0f : z;
    z = z > 100.0f ? 100.0f : z;
    int32_t n = (int32_t)(z + (z < 0 ? -0.5f : 0.5f));
    float g = (z - (float)n) * 0.6931471805599453f;
    uint32_t bits = (uint32_t)(n + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    float series = 1.0f / 6 + g * (1.0f / 24 + g * (1.0f / 120));
    return power * (1.0f + g * (1.0f + g * (0.5f + g * series)));
}

#endif
