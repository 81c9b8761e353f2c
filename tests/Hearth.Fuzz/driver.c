// Lets libFuzzer search through a .NET program: passes every input on and brings the program's coverage back.
//
// The program runs SharpFuzz's LibFuzzer.Run, which sets the terms: a System V segment named by __LIBFUZZER_SHM_ID holds 64 KiB of counters, then
// the input; a pipe carries the length of an input to the program, another a status back, one at the start and one for each input.
// FUZZ_PROGRAM and FUZZ_TARGET say what to run.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

enum { COUNTERS = 1 << 16, MAX_INPUT = 1 << 20 };

// libFuzzer treats what lies in this section like counters of its own. Not static: the compiler would see that nothing here reads it.
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t coverage[COUNTERS];

static uint8_t *segment;
static int to_program, from_program;
static long executions;

static void need(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "driver: %s: %s\n", what, strerror(errno));
  _exit(3);
}

// Abort makes libFuzzer keep the input.
static void found(const char *how) {
  fprintf(stderr, "driver: finding at execution %ld: %s\n", executions, how);
  abort();
}

// A program that is gone, with an answer missing, has crashed on the input.
static int32_t status(void) {
  int32_t value;
  ssize_t got;
  while ((got = read(from_program, &value, sizeof value)) < 0 && errno == EINTR) {}
  if (got == (ssize_t)sizeof value) return value;
  found("the program ended without an answer");
  return -1;
}

static void set(const char *name, int number) {
  char text[16];
  snprintf(text, sizeof text, "%d", number);
  need(setenv(name, text, 1) == 0, "setenv");
}

static void become_program(int inputs, int answers, int segment_id) {
  set("__LIBFUZZER_SHM_ID", segment_id);
  // Copies of the descriptors, that stay open in the program.
  set("__LIBFUZZER_CONTROL_PIPE_ID", dup(inputs));
  set("__LIBFUZZER_STATUS_PIPE_ID", dup(answers));
  need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
  const char *program = getenv("FUZZ_PROGRAM"), *target = getenv("FUZZ_TARGET");
  need(program && target, "FUZZ_PROGRAM and FUZZ_TARGET must be set");
  execl(program, program, target, (char *)NULL);
  need(0, program);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  int inputs[2], answers[2];
  need(pipe2(inputs, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0, "pipe2");
  int id = shmget(IPC_PRIVATE, COUNTERS + MAX_INPUT, IPC_CREAT | 0600);
  need(id >= 0, "shmget");
  segment = shmat(id, NULL, 0);
  need(segment != (void *)-1, "shmat");

  pid_t child = fork();
  need(child >= 0, "fork");
  if (child == 0) become_program(inputs[0], answers[1], id);
  close(inputs[0]);
  close(answers[1]);
  to_program = inputs[1];
  from_program = answers[0];
  signal(SIGPIPE, SIG_IGN);
  status();
  // The program has attached: the segment goes when the last of the two does.
  shmctl(id, IPC_RMID, NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > MAX_INPUT) return -1;
  memset(segment, 0, COUNTERS);
  memcpy(segment + COUNTERS, data, size);
  int32_t length = (int32_t)size;
  ssize_t sent;
  while ((sent = write(to_program, &length, sizeof length)) < 0 && errno == EINTR) {}
  executions++;
  int32_t fault = status();
  memcpy(coverage, segment, COUNTERS);
  if (fault != 0) found("the program reported it");
  return 0;
}
