package io.elasticmemory.tiering.sim;

import io.elasticmemory.port.contract.FaultsContract;
import io.elasticmemory.port.contract.SpaceBench;

/** The simulated faults keep the contract that the real ones keep. */
class SimFaultsTest extends FaultsContract {
  @Override
  protected SpaceBench openBench() {
    return new SimBench();
  }
}
