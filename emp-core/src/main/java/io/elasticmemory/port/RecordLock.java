package io.elasticmemory.port;

/**
 * A lock that at most one process holds (a POSIX record lock). The kernel lets go of it when its
 * holder can make no system call any more, however it ends, and tells who holds it. It belongs to
 * the process: whoever has it keeps every descriptor of the file open until its end, because
 * closing any of them lets go of it as well.
 */
public interface RecordLock {
  /** Waits, as long as it takes, until this process has it. */
  void acquire();

  /** Process id of another process that has it, 0 if none has. */
  long holder();
}
