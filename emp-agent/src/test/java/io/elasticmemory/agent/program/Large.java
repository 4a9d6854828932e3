package io.elasticmemory.agent.program;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps so many MiB in direct buffers of 8 MiB, writes them, and reads them again. */
public final class Large {
  private static final int BUFFER_BYTES = 8 << 20;

  private Large() {}

  public static void main(String[] arguments) {
    int mib = Integer.parseInt(arguments[0]);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int at = 0; at < mib; at += BUFFER_BYTES >> 20) {
      buffers.add(ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
    for (int b = 0; b < buffers.size(); b++) {
      for (int i = 0; i < BUFFER_BYTES; i += 8) {
        buffers.get(b).putLong(i, ((long) b << 32) + i + 1);
      }
    }
    for (int b = 0; b < buffers.size(); b++) {
      for (int i = 0; i < BUFFER_BYTES; i += 8) {
        if (buffers.get(b).getLong(i) != ((long) b << 32) + i + 1) {
          throw new IllegalStateException("buffer " + b + " has lost what was at " + i);
        }
      }
    }
    System.out.println(mib + " MiB are as written");
  }
}
