package io.elasticmemory.samples.bench.agent;

/** What is measured of a program's start and its allocations, by the names of the JSON fields. */
public enum AgentFigure {
  /** From the start of the process until {@code main}. */
  mainMillis("until main, ms"),
  /** Until the hooks are in place, from when the agent was called. */
  hooksMillis("hooks, ms"),
  /** Until the space is open, from when the agent was called. */
  spaceMillis("space, ms"),
  /** The first allocation of a size that is redirected, which waits for the space. */
  firstLargeMillis("first of 4 MiB, ms"),
  /** {@code ByteBuffer.allocateDirect(64)}. */
  smallDirectNanos("allocateDirect of 64 bytes, ns"),
  /** A confined arena with 64 bytes, and its end. */
  smallArenaNanos("arena of 64 bytes, ns"),
  /** A confined arena with 4 MiB that nobody touches, and its end. */
  largeArenaMicros("arena of 4 MiB, us"),
  /** The same with a write to each page. */
  largeTouchedMicros("the same, each page written, us");

  private final String label;

  AgentFigure(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }
}
