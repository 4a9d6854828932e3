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

  /** LZ4, where there is one: it is needed for a path that asks for compression only. */
  @Override
  public List<Class<?>> needs() {
    try {
      ClassLoader loader = TieringPager.class.getClassLoader();
      return List.of(Class.forName("net.jpountz.lz4.LZ4Factory", false, loader));
    } catch (ClassNotFoundException e) {
      return List.of();
    }
  }
}
