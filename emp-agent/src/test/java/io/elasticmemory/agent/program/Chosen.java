package io.elasticmemory.agent.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Allocates by itself and by others, and says where that is. */
public final class Chosen {
  static final int BYTES = 2 << 20;

  private Chosen() {}

  /** Belongs to the class around it. */
  static final class Nested {
    static ByteBuffer take() {
      return ByteBuffer.allocateDirect(BYTES);
    }
  }

  /** Is left out by name. */
  static final class Excluded {
    static ByteBuffer take() {
      return ByteBuffer.allocateDirect(BYTES);
    }
  }

  public static void main(String[] arguments) {
    Supplier<ByteBuffer> lambda = () -> ByteBuffer.allocateDirect(BYTES);
    IntFunction<ByteBuffer> reference = ByteBuffer::allocateDirect;
    say("itself", ByteBuffer.allocateDirect(BYTES));
    say("its lambda", lambda.get());
    say("its lambda, called by another", Unchosen.call(lambda));
    say("its method reference", reference.apply(BYTES));
    say("its method reference, called by another", Unchosen.apply(reference));
    say("its nested class", Nested.take());
    say("an excluded class", Excluded.take());
    say("another class", Unchosen.take());
  }

  private static void say(String who, ByteBuffer buffer) {
    System.out.println(who + ": " + Where.is(MemorySegment.ofBuffer(buffer).address()));
  }
}
