package io.elasticmemory.tiering.sim;

/**
 * The world around a simulated part. It is told of every call, so that it can let others move
 * before the effect and look at the effect afterwards.
 */
interface Stage {
  /** A world in which nobody else moves and nothing fails. */
  Stage QUIET =
      new Stage() {
        @Override
        public void before(Call call, long offset, long bytes, int detail) {}

        @Override
        public void between() {}

        @Override
        public void after(Call call, long offset, long bytes, int detail, long result) {}

        @Override
        public long refusal(Call call) {
          return 0;
        }

        @Override
        public void faulted(long offset, int flags) {}

        @Override
        public void seen(Happening happening) {}
      };

  /** A call is about to take effect. */
  void before(Call call, long offset, long bytes, int detail);

  /** A call over several pages is between two of them. */
  void between();

  /** A call has taken effect on a range. */
  void after(Call call, long offset, long bytes, int detail, long result);

  /** The negative result with which the kernel refuses this call now, or 0. */
  long refusal(Call call);

  /** A thread has stopped in a fault. */
  void faulted(long offset, int flags);

  /** Something that the tally counts has happened. */
  void seen(Happening happening);
}
