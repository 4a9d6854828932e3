package io.elasticmemory.agent.outer;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a program that the agent's jar carries, which is how the agent starts the pager: {@code java
 * -cp emp-agent.jar io.elasticmemory.agent.outer.CarriedMain MAIN-CLASS ARGUMENT…}
 */
public final class CarriedMain {
  private CarriedMain() {}

  /** Calls the main method of the class that is named first, with what follows. */
  public static void main(String[] arguments) throws Throwable {
    ClassLoader loader = CarriedLoader.ofOwnJar();
    Thread.currentThread().setContextClassLoader(loader);
    try {
      loader
          .loadClass(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
