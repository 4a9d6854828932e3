package io.elasticmemory.samples.bench;

import io.elasticmemory.samples.JsonObject;
import java.io.PrintWriter;

/** What a run has found, in the two forms in which a command says it. */
public interface Findings {
  /** Shows it to people. */
  void print(PrintWriter out);

  /** Fields that programs may rely on, for {@code --json}; docs/CLI.md says what they mean. */
  JsonObject toJson();

  /** Whether the command that measured this has done what it was asked for. */
  default boolean isSuccess() {
    return true;
  }
}
