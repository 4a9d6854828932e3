package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** So many bytes a second. */
final class Bandwidth implements Mischief {
  private static final int PART_BYTES = 1 << 10;

  private final long bytesPerSecond;

  Bandwidth(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public void pass(Frame frame, Wire wire) throws IOException, InterruptedException {
    wire.note();
    for (int at = 0; at < frame.length(); at += PART_BYTES) {
      int count = Math.min(PART_BYTES, frame.length() - at);
      TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(count) / bytesPerSecond);
      wire.send(frame.bytes(), at, count);
    }
  }
}
