package io.elasticmemory.samples.prove.disk;

/**
 * Decides what becomes of each transfer of a {@link FaultyDisk}; room that is reserved counts as
 * written. On any thread.
 */
@FunctionalInterface
public interface DiskWeather {
  /** Nothing happens. */
  DiskWeather CALM = (write, offset, bytes) -> DiskFault.NONE;

  /** The fault of the next transfer. */
  DiskFault next(boolean write, long offset, int bytes);
}
