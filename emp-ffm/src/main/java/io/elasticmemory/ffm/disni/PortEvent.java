package io.elasticmemory.ffm.disni;

import com.ibm.disni.verbs.RdmaCmEvent;
import io.elasticmemory.port.verbs.ConnectionEvent;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What has happened, with what the other side has said. */
final class PortEvent extends RdmaCmEvent {
  /** Private data lies in native memory, which lives as long as the event. */
  private final MemorySegment said;

  PortEvent(EventType type, @Nullable PortId listening, PortId id, ConnectionEvent happened)
      throws IOException {
    super(type.ordinal(), listening, id);
    status = happened.status();
    int bytes = happened.dataBytes();
    said = Arena.ofAuto().allocate(Math.max(1, bytes));
    MemorySegment.copy(happened.data(), 0, said, 0, bytes);
    if (bytes > 0) {
      conn.setPrivate_data(said.address());
      conn.setPrivate_data_len((byte) bytes);
    }
  }

  /** The second half of a way, which the port has found with the first. */
  PortEvent(PortId id) throws IOException {
    super(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED.ordinal(), null, id);
    status = 0;
    said = MemorySegment.NULL;
  }

  @Override
  public String toString() {
    return EventType.values()[event] + ", status " + status + ", " + said.byteSize() + " bytes";
  }
}
