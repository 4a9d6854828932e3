package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.contract.PagesContract;
import io.elasticmemory.port.contract.SpaceBench;

/** The simulated pages keep the contract that the real ones keep. */
class SimPagesTest extends PagesContract {
  @Override
  protected SpaceBench openBench() {
    return new SimBench();
  }
}
