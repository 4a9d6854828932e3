package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.apps.App;
import java.util.List;

/**
 * How large everything is.
 *
 * @param dataMib of each library, 0 for as much as it has when there is time
 * @param smallMib of each library where it runs several times
 * @param attached libraries that are at work when the agent is attached
 * @param attachSeconds how old a program is when the agent is attached
 * @param allocations of all threads together
 * @param starts of the program whose start is measured, with the agent and without
 * @param isTimed whether times are held against what is promised
 */
public record AgentScale(
    long dataMib,
    long smallMib,
    List<App> attached,
    int attachSeconds,
    long allocations,
    int starts,
    boolean isTimed) {
  private static final List<App> ALL = List.of(App.values());

  /** As promised. */
  public static final AgentScale FULL = new AgentScale(0, 96, ALL, 60, 1_000_000, 20, true);

  /** In some minutes. */
  public static final AgentScale QUICK = new AgentScale(64, 32, ALL, 5, 100_000, 3, false);

  /** For tests, of which others run all libraries with the agent from their start. */
  public static final AgentScale SMALL =
      new AgentScale(32, 32, List.of(App.H2, App.AGRONA), 2, 10_000, 1, false);
}
