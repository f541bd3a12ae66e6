// Runs a program whose reads of the files below a folder are hurt: they return less than asked for
// and are interrupted now and then, or one file fails from its middle on. A filter of the kernel
// stops the program at each read, whoever makes it: a library laid over libc would not see the
// calls that Rust programs make without it.
//
// hurt_reads REPORT FOLDER MOST MIDDLE PROGRAM [ARGUMENT…]
// At most MOST bytes come at once, of a large file some more. A file whose path holds MIDDLE fails there with EIO; an empty
// MIDDLE fails none, and interrupts every fifth read instead. How many reads were hurt is written
// to REPORT. 77 says that this machine cannot do it.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__) && defined(__x86_64__)
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

// From this size on a file is large; byte by byte a database would take too long to open.
#define LARGE (32 << 10)
#define MOST_OF_LARGE 4093

static const char *folder, *middle;
static unsigned long long most;
static unsigned long shortened, interrupted, failed, seen;

#define STOP_AT(call) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)

static int run(char **program) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        STOP_AT(SYS_read), STOP_AT(SYS_pread64), STOP_AT(SYS_readv), STOP_AT(SYS_preadv),
        STOP_AT(SYS_copy_file_range),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog rules = {sizeof filter / sizeof *filter, filter};
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(77);
    raise(SIGSTOP);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(77);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &rules)) _exit(77);
    execv(program[0], program);
    _exit(77);
}

// The file below the folder that a thread has open so, with its size; false for all others.
static int is_ours(pid_t thread, unsigned long long number, char *path, struct stat *file) {
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%llu", thread, number);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) || path[strlen(folder)] != '/') return 0;
    return stat(link, file) == 0 && S_ISREG(file->st_mode);
}

static unsigned long long position(pid_t thread, unsigned long long number) {
    char name[64];
    unsigned long long at = 0;
    snprintf(name, sizeof name, "/proc/%d/fdinfo/%llu", thread, number);
    FILE *info = fopen(name, "r");
    if (!info) return 0;
    if (fscanf(info, "pos: %llu", &at) != 1) at = 0;
    fclose(info);
    return at;
}

// Makes the call that is about to be made none, with this error.
static void fail(struct user_regs_struct *call, int error) {
    call->orig_rax = -1;
    call->rax = -error;
}

static void hurt(pid_t thread) {
    struct user_regs_struct call;
    struct stat file;
    char path[PATH_MAX];
    if (ptrace(PTRACE_GETREGS, thread, 0, &call) || !is_ours(thread, call.rdi, path, &file)) return;
    // A read into several places is one into the first of them.
    if (call.orig_rax == SYS_readv || call.orig_rax == SYS_preadv) {
        unsigned long long places = call.rsi;
        call.orig_rax = call.orig_rax == SYS_readv ? SYS_read : SYS_pread64;
        call.rsi = ptrace(PTRACE_PEEKDATA, thread, places, 0);
        call.rdx = ptrace(PTRACE_PEEKDATA, thread, places + 8, 0);
    }
    unsigned long long *asked = call.orig_rax == SYS_copy_file_range ? &call.r8 : &call.rdx;
    unsigned long long limit = most;
    if (file.st_size >= LARGE && limit < MOST_OF_LARGE) limit = MOST_OF_LARGE;
    if (*asked > limit) {
        *asked = limit;
        shortened++;
    }
    if (*middle && strstr(path, middle)) {
        unsigned long long half = file.st_size / 2;
        unsigned long long at =
            call.orig_rax == SYS_pread64 ? call.r10 : position(thread, call.rdi);
        if (at >= half) {
            fail(&call, EIO);
            failed++;
        } else if (*asked > half - at) {
            *asked = half - at;
        }
    } else if (!*middle && call.orig_rax != SYS_copy_file_range && ++seen % 5 == 0) {
        fail(&call, EINTR);
        interrupted++;
    }
    ptrace(PTRACE_SETREGS, thread, 0, &call);
}

int main(int count, char **words) {
    if (count < 6) return 2;
    const char *report = words[1];
    folder = words[2];
    most = strtoull(words[3], NULL, 10);
    middle = words[4];
    int status = 0, code = 77;
    pid_t first = fork();
    if (first == 0) return run(words + 5);
    if (first < 0 || waitpid(first, &status, __WALL) != first || !WIFSTOPPED(status)) return 77;
    long events = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                  PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, first, 0, events)) return 77;
    ptrace(PTRACE_CONT, first, 0, 0);
    for (;;) {
        pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0 && errno == EINTR) continue;
        if (thread < 0) break;
        if (!WIFSTOPPED(status)) {
            if (thread == first) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int signal = WSTOPSIG(status);
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) hurt(thread);
        // Every new thread begins with a stop; the other events come as traps.
        if (signal == SIGTRAP || signal == SIGSTOP) signal = 0;
        ptrace(PTRACE_CONT, thread, 0, signal);
    }
    FILE *out = fopen(report, "w");
    if (!out) return 77;
    fprintf(out, "%lu %lu %lu\n", shortened, interrupted, failed);
    return fclose(out) ? 77 : code;
}
#else
int main(void) {
    return 77;
}
#endif
