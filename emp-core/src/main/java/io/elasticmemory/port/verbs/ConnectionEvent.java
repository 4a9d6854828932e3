package io.elasticmemory.port.verbs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What has happened to a connection. Reused: filled by {@link EventChannel#next}. */
public final class ConnectionEvent {
  /** Most bytes that travel with a connection's request or answer. */
  public static final int DATA_BYTES_MAX = 255;

  /** Bytes that a request carries on every fabric. */
  public static final int REQUEST_BYTES_MAX = 56;

  /** Bytes that an answer carries on every fabric. */
  public static final int ANSWER_BYTES_MAX = 196;

  /** What has happened. */
  public enum Kind {
    /** There is a way: the endpoint has a device now, and can be connected. */
    RESOLVED,
    /** Somebody wants to connect: the endpoint is new, to be accepted or rejected. */
    REQUESTED,
    /** The connection stands. */
    ESTABLISHED,
    /** Nobody listens there, or who does has rejected it. */
    REJECTED,
    /** There is no way to the address, or no answer from it. */
    UNREACHABLE,
    /** The other side has ended the connection. A side that dies may never say so. */
    DISCONNECTED,
    /** The device goes away: everything on it has to be closed. */
    DEVICE_REMOVED,
    /** The port of its device has no network: nothing gets through, and nobody else may say so. */
    PORT_DOWN,
    /** Its queue pair has failed, as its device says: what is under way ends badly, if at all. */
    QUEUE_PAIR_FAILED,
    /** Something that asks for nothing. */
    OTHER
  }

  private final MemorySegment data = Arena.ofAuto().allocate(DATA_BYTES_MAX, Long.BYTES);
  private Kind kind = Kind.OTHER;
  private @Nullable Endpoint endpoint;
  private int status;
  private int dataBytes;

  /** For implementers: fills the event, without data. */
  public void happened(Kind kind, @Nullable Endpoint endpoint, int status) {
    this.kind = kind;
    this.endpoint = endpoint;
    this.status = status;
    dataBytes = 0;
  }

  /** For implementers: what came with it, copied. */
  public void carries(MemorySegment from, int bytes) {
    MemorySegment.copy(from, 0, data, 0, bytes);
    dataBytes = bytes;
  }

  /** What has happened. */
  public Kind kind() {
    return kind;
  }

  /** To which connection. */
  public Endpoint endpoint() {
    return Objects.requireNonNull(endpoint);
  }

  /** True unless the event is about an endpoint that was closed meanwhile. */
  public boolean hasEndpoint() {
    return endpoint != null;
  }

  /** The system's number for the reason, 0 if there is none. */
  public int status() {
    return status;
  }

  /** What the other side has said, in the first {@link #dataBytes} bytes. */
  public MemorySegment data() {
    return data;
  }

  /** How many bytes came: at least as many as were sent, as some fabrics fill up with zeros. */
  public int dataBytes() {
    return dataBytes;
  }
}
