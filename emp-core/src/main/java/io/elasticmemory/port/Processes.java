package io.elasticmemory.port;

/** Other processes and this one's place among them. */
public interface Processes {
  /** Holds another process. */
  Peer open(long pid);

  /** Ties this process' life to another's. */
  Lifeline createLifeline();

  /**
   * Makes this process a pager: a session of its own, deaf to SIGINT, SIGTERM and SIGHUP, no core
   * dumps, late in line for the OOM killer.
   */
  void becomePager();

  /** Runs the calling thread on these CPUs only. */
  void pinThread(int... cpus);
}
