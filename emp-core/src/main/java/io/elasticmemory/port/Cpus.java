package io.elasticmemory.port;

/**
 * Where threads run. Whoever asks and is bound is the thread that opened it, and no other uses it;
 * no call allocates or waits.
 */
public interface Cpus extends AutoCloseable {
  /**
   * CPUs the thread may run on, whatever it is bound to here. Somebody else may change that; it is
   * seen at the next {@link #cpuOf}, and binding ends.
   */
  int count();

  /** One of the CPUs the thread may run on, from 0 to less than {@link #count}. */
  int cpu(int index);

  /** Runs the thread on this CPU only. False if it may not run there. */
  boolean bind(int cpu);

  /** Lets the thread run on all its CPUs again. */
  void release();

  /**
   * The CPU on which a thread of any process runs or ran last.
   *
   * @param thread the kernel's id of the thread
   * @return -1 if there is no such thread any more, or the CPU is none of those of {@link #count}
   */
  int cpuOf(int thread);

  /** How long the thread has waited for a CPU while it could have run, in all; 0 if unknown. */
  long waitedNanos();

  @Override
  void close();
}
