package io.elasticmemory.ffm.disni;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a DiSNI program as it is on EMP's verbs:
 *
 * <pre>
 *   java --enable-native-access=ALL-UNNAMED -cp … io.elasticmemory.ffm.disni.DisniMain MAIN-CLASS ARGUMENT…
 * </pre>
 */
public final class DisniMain {
  private static final int USAGE = 2;

  private DisniMain() {}

  /** Installs the provider, then runs the program. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      System.err.println("usage: DisniMain MAIN-CLASS ARGUMENT…");
      System.exit(USAGE);
    }
    DisniProvider.install();
    String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      throw e;
    }
  }
}
