package io.elasticmemory.ffm.disni;

import io.elasticmemory.EmpException;
import java.io.IOException;
import java.util.function.Supplier;

/** Calls of the port, whose failures DiSNI's users expect as an {@link IOException}. */
final class Calls {
  private Calls() {}

  static <T> T io(Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (EmpException | IllegalStateException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a range beyond its region: " + e.getMessage(), e);
    }
  }

  static void io(Runnable call) throws IOException {
    io(
        () -> {
          call.run();
          return 0;
        });
  }

  /** What the handle stands for, unless it was closed. */
  static <T> T open(T handle, boolean isOpen) throws IOException {
    if (!isOpen) {
      throw new IOException(handle.getClass().getSimpleName() + " is closed");
    }
    return handle;
  }
}
