/* Threads that sleep between passes and share the work of one. Whoever is free takes the next unit, and what is waited
   for is the units, not the threads: one that the system has given no core meanwhile holds up nobody. */

#include <stdatomic.h>

#include "step.h"

#if defined(_WIN32)
#include <windows.h>
typedef SRWLOCK Lock;
typedef CONDITION_VARIABLE Signal;
#define LOCK_INIT SRWLOCK_INIT
#define SIGNAL_INIT CONDITION_VARIABLE_INIT
#define lock(l) AcquireSRWLockExclusive(l)
#define unlock(l) ReleaseSRWLockExclusive(l)
#define wait_for(s, l) SleepConditionVariableSRW(s, l, INFINITE, 0)
#define wake_all(s) WakeAllConditionVariable(s)
#define step_aside() SwitchToThread()
#else
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
typedef pthread_mutex_t Lock;
typedef pthread_cond_t Signal;
#define LOCK_INIT PTHREAD_MUTEX_INITIALIZER
#define SIGNAL_INIT PTHREAD_COND_INITIALIZER
#define lock(l) pthread_mutex_lock(l)
#define unlock(l) pthread_mutex_unlock(l)
#define wait_for(s, l) pthread_cond_wait(s, l)
#define wake_all(s) pthread_cond_broadcast(s)
#define step_aside() sched_yield()
#endif

#define MOST_THREADS 64
/* Looked so often in vain, some 50 microseconds, a thread lets others have its core before it looks again. */
#define PATIENCE 1000
/* A ticket holds the number of units in its upper half and the next one in the lower. */
#define NEXT(ticket) ((ticket) & 0xFFFFFFFFu)
#define UNITS(ticket) ((ticket) >> 32)

static Lock turn = LOCK_INIT; /* held by the caller who has the threads */
static Lock asleep = LOCK_INIT;
static Signal wake = SIGNAL_INIT;
static int64_t started; /* besides the caller */
static _Atomic int64_t wanted;
static Work current_work;
static const void *current_job;
static _Alignas(64) _Atomic uint64_t ticket;
static _Alignas(64) _Atomic uint64_t done;

static void relax(int64_t *times) {
    if (++*times > PATIENCE) step_aside();
#if defined(__x86_64__) || defined(__i386__)
    else __builtin_ia32_pause();
#elif defined(__aarch64__)
    else __asm__ volatile("yield");
#endif
}

/* Take the next unit and do it; 0 if there is none. Work and job stay what they are until the unit taken is done. */
static int do_one(void) {
    uint64_t seen = atomic_load_explicit(&ticket, memory_order_relaxed);
    if (NEXT(seen) >= UNITS(seen)) return 0;
    seen = atomic_fetch_add_explicit(&ticket, 1, memory_order_acq_rel);
    if (NEXT(seen) >= UNITS(seen)) return 0;
    current_work(current_job, (int64_t)NEXT(seen));
    atomic_fetch_add_explicit(&done, 1, memory_order_release);
    return 1;
}

static void help(int64_t number) {
    for (;;) {
        lock(&asleep);
        while (atomic_load(&wanted) <= number) wait_for(&wake, &asleep);
        unlock(&asleep);
        int64_t times = 0;
        while (atomic_load_explicit(&wanted, memory_order_relaxed) > number) {
            if (do_one()) times = 0;
            else relax(&times);
        }
    }
}

#if defined(_WIN32)
static DWORD WINAPI run(LPVOID number) {
    help((int64_t)(intptr_t)number);
    return 0;
}

static int start(int64_t number) {
    HANDLE thread = CreateThread(NULL, 0, run, (LPVOID)(intptr_t)number, 0, NULL);
    if (thread) CloseHandle(thread);
    return thread != NULL;
}
#else
static void *run(void *number) {
    help((int64_t)(intptr_t)number);
    return NULL;
}

/* Signals stay with the threads of Python, which knows what to do about them. */
static int start(int64_t number) {
    sigset_t none, before;
    pthread_t thread;
    sigfillset(&none);
    pthread_sigmask(SIG_SETMASK, &none, &before);
    int failed = pthread_create(&thread, NULL, run, (void *)(intptr_t)number);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed) pthread_detach(thread);
    return !failed;
}

/* In a process that was forked off there are no threads yet, and nobody holds a lock. */
static void begin_afresh(void) {
    turn = (Lock)LOCK_INIT;
    asleep = (Lock)LOCK_INIT;
    wake = (Signal)SIGNAL_INIT;
    started = 0;
    atomic_store(&wanted, 0);
    atomic_store(&ticket, 0);
}

__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, begin_afresh); }
#endif

/* Wait for one's turn, and wake `threads` threads, the caller one of them. Where the system gives fewer, fewer do. */
void take_threads(int64_t threads) {
    lock(&turn);
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    while (started < threads - 1 && start(started)) started++;
    lock(&asleep);
    atomic_store(&wanted, threads - 1);
    wake_all(&wake);
    unlock(&asleep);
}

void share(Work work, const void *job, int64_t units) {
    current_work = work;
    current_job = job;
    atomic_store_explicit(&done, 0, memory_order_relaxed);
    atomic_store_explicit(&ticket, (uint64_t)units << 32, memory_order_release);
    while (do_one()) continue;
    int64_t times = 0;
    while (atomic_load_explicit(&done, memory_order_acquire) < (uint64_t)units) relax(&times);
}

void give_threads_back(void) {
    atomic_store(&wanted, 0);
    unlock(&turn);
}
