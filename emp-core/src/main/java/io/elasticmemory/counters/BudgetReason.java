package io.elasticmemory.counters;

/**
 * Why a program has changed the DRAM budget of its space last, by itself ({@code dram:auto}). The
 * position is part of the layout of the shared page.
 */
public enum BudgetReason {
  /** It has not. */
  NONE("it was not changed"),
  /** Less: the cgroup has little room left. */
  GROUP("the cgroup has little memory left"),
  /** Less: the machine has little room left. */
  MACHINE("the machine has little memory left"),
  /** Less: threads waited for memory. */
  STALLS("threads wait for memory"),
  /** More: there is plenty. */
  ROOM("there is memory to spare");

  private final String text;

  BudgetReason(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }
}
