package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has been made so far, to be closed in reverse order. */
final class Undo implements AutoCloseable {
  private final Deque<AutoCloseable> made = new ArrayDeque<>();

  /** Remembers something, and gives it back. */
  <T extends AutoCloseable> T add(T thing) {
    made.push(thing);
    return thing;
  }

  /** Closes all, also when some of it fails; idempotent. */
  @Override
  public void close() {
    EmpException failure = null;
    while (!made.isEmpty()) {
      try {
        made.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new EmpException(Kind.INTERNAL, "a space could not be taken apart: " + e, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
