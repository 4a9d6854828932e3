package io.elasticmemory.space;

import io.elasticmemory.Emp;
import io.elasticmemory.MemPath;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one space of the environment, opened at first use. */
public final class EnvironmentSpace {
  /** The system property that goes before the environment variables. */
  public static final String PROPERTY = "emp.path";

  private static volatile @Nullable Emp emp;

  private EnvironmentSpace() {}

  /** The space, opened if it is not open yet. */
  public static Emp get(Function<Space, Emp> wrap) {
    Emp open = emp;
    return open != null ? open : openOnce(wrap);
  }

  private static synchronized Emp openOnce(Function<Space, Emp> wrap) {
    Emp open = emp;
    if (open == null) {
      Space space = Space.open(path());
      space.keepForGood();
      open = wrap.apply(space);
      emp = open;
    }
    return open;
  }

  private static MemPath path() {
    String property = System.getProperty(PROPERTY, "").strip();
    return property.isEmpty() ? MemPath.fromEnvironment(System.getenv()) : MemPath.parse(property);
  }
}
