package io.elasticmemory.samples.workload;

import java.util.function.LongSupplier;

/** Told what a long piece of work is doing. Called by one thread. */
public interface Progress {
  /** Says nothing to anybody. */
  Progress NONE =
      new Progress() {
        @Override
        public void begin(String phase, long total, LongSupplier done) {}

        @Override
        public void end() {}
      };

  /**
   * A phase begins.
   *
   * @param total operations it will take
   * @param done operations done so far; any thread may ask
   */
  void begin(String phase, long total, LongSupplier done);

  /** The phase has ended. */
  void end();
}
