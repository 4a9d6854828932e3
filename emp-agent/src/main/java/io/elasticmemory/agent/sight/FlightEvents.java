package io.elasticmemory.agent.sight;

/** Events for the flight recorder, if there is one. For one thread. */
interface FlightEvents {
  /** There is no flight recorder. */
  FlightEvents NONE =
      new FlightEvents() {
        @Override
        public boolean look() {
          return false;
        }

        @Override
        public void sampled(SampledFault fault) {}
      };

  /** Those of this JVM. The flight recorder may be missing from its image. */
  static FlightEvents of(Gift gift) {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() ? new RecordedEvents(gift) : NONE;
  }

  /**
   * Looks whether a recording runs, and tells it what has happened since the last look.
   *
   * @return whether it wants samples of faults
   */
  boolean look();

  /** Tells a recording of a fault. */
  void sampled(SampledFault fault);
}
