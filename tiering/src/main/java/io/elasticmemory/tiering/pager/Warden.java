package io.elasticmemory.tiering.pager;

/** Ends the application when going on would mean wrong data or a hang. */
@FunctionalInterface
public interface Warden {
  /**
   * Says why and ends the application. In production it does not return; in a simulation it does,
   * and the shard does nothing any more.
   */
  void stop(String reason);

  /**
   * Something is lost, and the application goes on without it because it wants to. Unless
   * overridden, nobody wants that.
   */
  default void report(String loss) {
    stop(loss);
  }
}
