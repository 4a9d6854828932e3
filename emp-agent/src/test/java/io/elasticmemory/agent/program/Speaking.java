package io.elasticmemory.agent.program;

/** Says on standard error that its main has begun. */
public final class Speaking {
  private Speaking() {}

  public static void main(String[] arguments) {
    System.err.println("main has begun");
  }
}
