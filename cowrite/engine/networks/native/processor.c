/* What the processor can do. Compiled for every processor of its kind, whatever the rest is compiled for. */

#include "step.h"

#if defined(__x86_64__)
#include <cpuid.h>

#define BIT(number) (1u << (number))

static int has(unsigned value, unsigned bits) { return (value & bits) == bits; }

/* Which of the vector registers the system saves: bits 1 and 2 for AVX, 5 to 7 for AVX-512. */
static unsigned saved_registers(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* The level of the x86-64 psABI that processor and system reach: 1 to 4. */
EXPORTED int cowrite_processor_level(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 1;
    /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT */
    if (!has(c, BIT(0) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(23))) return 1;
    /* FMA, MOVBE, OSXSAVE, AVX, F16C */
    if (!has(c, BIT(12) | BIT(22) | BIT(27) | BIT(28) | BIT(29)) || !has(saved_registers(), 0x6)) return 2;
    unsigned extended_a, extended_b, extended_c, extended_d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 2;
    if (!__get_cpuid(0x80000001, &extended_a, &extended_b, &extended_c, &extended_d)) return 2;
    /* BMI1, AVX2, BMI2; LZCNT */
    if (!has(b, BIT(3) | BIT(5) | BIT(8)) || !has(extended_c, BIT(5))) return 2;
    /* AVX-512 F, DQ, CD, BW, VL */
    if (!has(b, BIT(16) | BIT(17) | BIT(28) | BIT(30) | BIT(31)) || !has(saved_registers(), 0xE6)) return 3;
    return 4;
}
#else
EXPORTED int cowrite_processor_level(void) { return 0; }
#endif
