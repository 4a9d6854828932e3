package io.elasticmemory.agent.program;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** A class that is not chosen. */
final class Unchosen {
  private Unchosen() {}

  static ByteBuffer take() {
    return ByteBuffer.allocateDirect(Chosen.BYTES);
  }

  static ByteBuffer call(Supplier<ByteBuffer> other) {
    return other.get();
  }

  static ByteBuffer apply(IntFunction<ByteBuffer> reference) {
    return reference.apply(Chosen.BYTES);
  }
}
