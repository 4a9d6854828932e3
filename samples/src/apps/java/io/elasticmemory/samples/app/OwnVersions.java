package io.elasticmemory.samples.app;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps data in direct buffers, writes and reads it, then looks at classes without initializing
 * them: each must be of the program's own class path.
 */
public final class OwnVersions {
  private static final int BUFFER_BYTES = 8 << 20;

  private OwnVersions() {}

  /** Runs it: {@code MIB CLASS…}. */
  public static void main(String[] arguments) throws ClassNotFoundException {
    int mib = Integer.parseInt(arguments[0]);
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int at = 0; at < mib; at += BUFFER_BYTES >> 20) {
      buffers.add(ByteBuffer.allocateDirect(BUFFER_BYTES));
    }
    for (int b = 0; b < buffers.size(); b++) {
      for (int i = 0; i < BUFFER_BYTES; i += Long.BYTES) {
        buffers.get(b).putLong(i, stamp(b, i));
      }
    }
    for (int b = 0; b < buffers.size(); b++) {
      for (int i = 0; i < BUFFER_BYTES; i += Long.BYTES) {
        if (buffers.get(b).getLong(i) != stamp(b, i)) {
          throw new IllegalStateException("buffer " + b + " has lost what was at " + i);
        }
      }
    }
    System.out.println(mib + " MiB are as written");
    ClassLoader own = OwnVersions.class.getClassLoader();
    for (int i = 1; i < arguments.length; i++) {
      if (!own.equals(Class.forName(arguments[i], false, own).getClassLoader())) {
        throw new IllegalStateException(arguments[i] + " is not the program's own");
      }
    }
    System.out.println(arguments.length - 1 + " classes are the program's own");
  }

  private static long stamp(int buffer, int offset) {
    return ((long) buffer << Integer.SIZE) + offset + 1;
  }
}
