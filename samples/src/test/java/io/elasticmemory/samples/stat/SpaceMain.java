package io.elasticmemory.samples.stat;

import io.elasticmemory.Emp;
import io.elasticmemory.MemPath;
import java.io.IOException;

/** Has a space by itself, until its standard input ends. */
public final class SpaceMain {
  private SpaceMain() {}

  /** The first word is the memory path. */
  public static void main(String[] arguments) throws IOException {
    try (Emp emp = Emp.open(MemPath.parse(arguments[0]))) {
      System.out.println("ready");
      int _ = System.in.read();
    }
  }
}
