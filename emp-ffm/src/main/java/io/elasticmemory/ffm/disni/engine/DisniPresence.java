package io.elasticmemory.ffm.disni.engine;

import java.util.List;

/** Whether DiSNI is there; knows none of its classes itself, so that it can be missing. */
public final class DisniPresence {
  private static final String PROVIDER = "com.ibm.disni.verbs.RdmaProvider";

  private DisniPresence() {}

  /** A class of it, or none. */
  public static List<Class<?>> classes() {
    try {
      return List.of(Class.forName(PROVIDER, false, DisniPresence.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return List.of();
    }
  }

  /** What a JVM has to be told if DiSNI is there: what this one was told. */
  public static List<String> options() {
    return classes().isEmpty()
        ? List.of()
        : List.of(
            "-Djava.library.path=" + System.getProperty("java.library.path", ""),
            "--add-exports=java.base/" + DisniLibrary.INTERNALS + "=ALL-UNNAMED");
  }
}
