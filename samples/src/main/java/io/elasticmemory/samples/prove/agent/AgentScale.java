package io.elasticmemory.samples.prove.agent;

/**
 * How large everything is.
 *
 * @param dataMib of each library, 0 for as much as it has when there is time
 * @param smallMib of each library where it runs several times
 * @param attachSeconds how old a program is when the agent is attached
 * @param allocations of all threads together
 * @param starts of the program whose start is measured, with the agent and without
 * @param isTimed whether times are held against what is promised
 */
public record AgentScale(
    long dataMib, long smallMib, int attachSeconds, long allocations, int starts, boolean isTimed) {
  /** As promised. */
  public static final AgentScale FULL = new AgentScale(0, 96, 60, 1_000_000, 20, true);

  /** In some minutes. */
  public static final AgentScale QUICK = new AgentScale(64, 32, 5, 100_000, 3, false);

  /** For tests. */
  public static final AgentScale SMALL = new AgentScale(32, 32, 2, 20_000, 1, false);
}
