package io.elasticmemory.tiering.store;

import io.elasticmemory.wire.MessageHeader;

/** A request about the connection or the lease: hello, lease, ping, release. One at a time. */
final class Control {
  /** The place in a request's number that no transfer has. */
  static final int PLACE = Flights.MAX;

  private int operation;
  private long number;
  private long offset;
  private boolean sent;
  private int status;
  private long answeredOffset;
  private long answeredLease;
  private long answeredEpoch;
  private int answeredLength;

  void ask(int operation, long number, long offset) {
    this.operation = operation;
    this.number = number;
    this.offset = offset;
    sent = false;
  }

  /** True from asking to the answer. */
  boolean isOpen() {
    return operation != 0;
  }

  boolean isUnsent() {
    return operation != 0 && !sent;
  }

  boolean isOwed() {
    return operation != 0 && sent;
  }

  int operation() {
    return operation;
  }

  long number() {
    return number;
  }

  /** Slabs, if any. */
  long offset() {
    return offset;
  }

  void sent() {
    sent = true;
  }

  void answer(MessageHeader header) {
    status = header.status;
    answeredOffset = header.offset;
    answeredLease = header.lease;
    answeredEpoch = header.epoch;
    answeredLength = header.length;
    operation = 0;
  }

  /** The connection is lost; there will be no answer. */
  void forget() {
    operation = 0;
  }

  int status() {
    return status;
  }

  long answeredOffset() {
    return answeredOffset;
  }

  long answeredLease() {
    return answeredLease;
  }

  long answeredEpoch() {
    return answeredEpoch;
  }

  int answeredLength() {
    return answeredLength;
  }
}
