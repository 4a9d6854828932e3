package io.elasticmemory.port.verbs;

import io.elasticmemory.EmpException;
import java.util.List;

/**
 * RDMA on this machine. Nothing is loaded, linked or opened before it is asked for here. Usable
 * from every thread.
 */
public interface Verbs {
  /**
   * The devices there are, in the system's order; none where there is no RDMA.
   *
   * @throws EmpException of kind PLATFORM if the libraries are missing, with their package
   */
  List<VerbsDevice> devices();

  /**
   * A channel of its own for the events of some connections.
   *
   * @throws EmpException of kind PLATFORM if the libraries or a device are missing
   */
  EventChannel openChannel();
}
