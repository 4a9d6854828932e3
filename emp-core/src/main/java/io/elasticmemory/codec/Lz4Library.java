package io.elasticmemory.codec;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.util.function.Consumer;

/** Finds lz4-java, without which everything but compression works. */
public final class Lz4Library {
  private Lz4Library() {}

  /**
   * The codec of this process.
   *
   * @param warn told once, in one line, if it is the slow one
   * @throws EmpException if the library is missing
   */
  public static Lz4 open(Consumer<String> warn) {
    try {
      return Lz4.open(warn);
    } catch (NoClassDefFoundError e) {
      throw new EmpException(
          Kind.PAGER,
          "compression needs lz4-java, which is not on the class path; add at.yawk.lz4:lz4-java, or"
              + " remove what asks for compression from the memory path",
          e);
    }
  }
}
