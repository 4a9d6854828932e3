package io.elasticmemory.port;

import org.jspecify.annotations.Nullable;

/**
 * The Java threads of this process by the ids that the kernel knows them by. Of a carrier with a
 * virtual thread on it that is the carrier. For one thread, which waits for no other.
 */
public interface JavaThreads extends AutoCloseable {
  /** The thread with this id; absent if it has ended or belongs to the JVM itself. */
  @Nullable Thread find(int id);

  @Override
  void close();
}
