package io.elasticmemory.port;

import io.elasticmemory.EmpException;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The program that serves a space in a process of its own, found with {@link ServiceLoader} so that
 * an application can start it from its own jars: {@code tiering} brings it.
 */
public interface PagerProgram {
  /** Exit code of a pager that is not needed any more: the space has ended, or the application. */
  int DONE = 0;

  /** Exit code of a first pager that has told its application why it cannot serve the space. */
  int REFUSED = 3;

  /**
   * Argument of a pager that takes over from another build: what fails before it serves ends that
   * process alone, and its watcher goes back to the build before.
   */
  String OR_THE_BUILD_BEFORE = "or-the-build-before";

  /**
   * Argument of one that serves no application: it does what pagers do, for the JVM to remember,
   * and ends.
   */
  String PRACTICE = "practice";

  /** Binary name of its main class, in the module or jar of the class that implements this. */
  String mainClass();

  /** One class of every other library it needs, beside EMP's own modules. */
  List<Class<?>> needs();

  /** The pager that is on the class or module path, or a refusal that says what is missing. */
  static PagerProgram find() {
    return ServiceLoader.load(PagerProgram.class, PagerProgram.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new EmpException(
                    EmpException.Kind.PAGER,
                    "no pager is on the class or module path; add io.elasticmemory:tiering, which"
                        + " io.elasticmemory:emp-ffm brings along at run time"));
  }
}
