package io.elasticmemory.ffm.disni.engine;

import io.elasticmemory.EmpException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Calls of DiSNI, whose failures EMP's users expect as an {@link EmpException}. */
final class Failing {
  /** A call with a result. */
  @FunctionalInterface
  interface Call<T> {
    /** Calls. */
    T call() throws Exception;
  }

  /** A call without. */
  @FunctionalInterface
  interface Work {
    /** Calls. */
    void run() throws Exception;
  }

  private Failing() {}

  /** Calls; DiSNI says null, too, where something failed. */
  static <T> T of(EmpException.Kind kind, String what, Call<T> call) {
    T result;
    try {
      result = call.call();
    } catch (IOException e) {
      throw failure(kind, what, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw failure(kind, what, e);
    }
    if (result == null) {
      throw failure(kind, what, null);
    }
    return result;
  }

  static void run(EmpException.Kind kind, String what, Work work) {
    of(
        kind,
        what,
        () -> {
          work.run();
          return true;
        });
  }

  private static EmpException failure(EmpException.Kind kind, String what, @Nullable Exception e) {
    String why = e == null ? "DiSNI does not say why" : String.valueOf(e.getMessage());
    return new EmpException(kind, what + " by DiSNI: " + why + "; see rdma link", e);
  }
}
