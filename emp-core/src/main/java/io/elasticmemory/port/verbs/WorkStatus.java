package io.elasticmemory.port.verbs;

/** How an operation ended. After any but the first its queue pair does nothing any more. */
public enum WorkStatus {
  /** Done: a read has filled its memory, a write is in the other side's. */
  SUCCESS,
  /** Not known: the queue pair had failed or was failed before it ended. */
  FLUSHED,
  /** The other side does not acknowledge: dead, away, or without this connection. */
  RETRY_EXCEEDED,
  /** The other side does not allow it: no such key, range or right (any more). */
  REMOTE_ACCESS,
  /** A mistake of this side: its own memory, or an operation the device does not have. */
  LOCAL,
  /** Something else, which the device knows. */
  OTHER
}
