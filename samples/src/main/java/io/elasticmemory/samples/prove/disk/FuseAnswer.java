package io.elasticmemory.samples.prove.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What is answered to a request of the kernel.
 *
 * @param errno 0, or what is wrong
 * @param body all of it follows the header; empty with an error
 * @param later null if it is answered at once
 */
record FuseAnswer(int errno, ByteBuffer body, @Nullable Moment later) {
  /** Waits until it is time to answer. */
  @FunctionalInterface
  interface Moment {
    void await() throws InterruptedException;
  }

  static FuseAnswer of(ByteBuffer body) {
    return new FuseAnswer(0, body, null);
  }

  static FuseAnswer done() {
    return of(body(0));
  }

  static FuseAnswer failed(int errno) {
    return new FuseAnswer(errno, body(0), null);
  }

  /** The same at another time. */
  FuseAnswer at(@Nullable Moment later) {
    return new FuseAnswer(errno, body, later);
  }

  /** Room for one, in the order of the machine. */
  static ByteBuffer body(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
