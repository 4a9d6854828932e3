package io.elasticmemory.tiering.pager;

import io.elasticmemory.port.PagerProgram;
import java.util.List;

/** Tells an application how to start the pager. */
public final class TieringPager implements PagerProgram {
  /** For the service loader. */
  public TieringPager() {}

  @Override
  public String mainClass() {
    return PagerMain.class.getName();
  }

  @Override
  public List<Class<?>> needs() {
    return List.of();
  }
}
