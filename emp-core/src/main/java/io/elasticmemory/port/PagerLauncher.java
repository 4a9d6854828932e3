package io.elasticmemory.port;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * How the java command is told to run the pager's main class where that class comes from a place it
 * could not be given as a class path. Found with {@link ServiceLoader}; without one, the pager runs
 * from the places its classes come from.
 */
public interface PagerLauncher {
  /**
   * The words after the options of the JVM.
   *
   * @param mainClass binary name of the pager's main class
   */
  List<String> words(String mainClass);

  /** The one that came with EMP's classes. */
  static Optional<PagerLauncher> find() {
    return ServiceLoader.load(PagerLauncher.class, PagerLauncher.class.getClassLoader())
        .findFirst();
  }
}
