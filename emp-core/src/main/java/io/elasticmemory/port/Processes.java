package io.elasticmemory.port;

import java.util.List;
import java.util.Map;

/** Other processes and this one's place among them. */
public interface Processes {
  /** Holds another process. */
  Peer open(long pid);

  /** Ties this process' life to another's. */
  Lifeline createLifeline();

  /**
   * Starts a program in a group of its own. It has no input, its output goes nowhere, and it has no
   * other descriptor of this process than its error output, what it is given, and {@link
   * ProcessGroup#ERRORS}.
   *
   * @param words path of the program and its arguments
   * @param environment all of it
   * @param given becomes its {@link ProcessGroup#GIVEN}; stays the caller's here
   * @param errorsToo whether its error output goes to {@link ProcessGroup#ERRORS} as well
   * @throws io.elasticmemory.EmpException of kind PAGER if it cannot be started
   */
  ProcessGroup start(
      List<String> words, Map<String, String> environment, Handle given, boolean errorsToo);

  /**
   * Makes this process a pager: deaf to SIGINT, SIGTERM and SIGHUP, no core dumps, late in line for
   * the OOM killer. One that is to be followed quickly may also get a process that takes its memory
   * apart when it is gone.
   */
  void becomePager();

  /** Ends what {@link #becomePager} started; before this process ends in order. */
  void endPager();

  /** The CPUs of the calling thread. */
  Cpus openCpus();

  /** Runs the calling thread on these CPUs only. */
  void pinThread(int... cpus);

  /**
   * Runs every thread of a process, and those they will start, on these CPUs only: what makes two
   * measurements comparable. Threads that end meanwhile are passed over.
   *
   * @throws io.elasticmemory.EmpException of kind PLATFORM if there is no such process, it belongs
   *     to another user, or a CPU does not exist
   */
  void pinProcess(long pid, int... cpus);

  /**
   * The Java threads of this process by the kernel's ids.
   *
   * @throws io.elasticmemory.EmpException of kind PLATFORM if this JVM does not show them
   */
  JavaThreads openThreads();
}
