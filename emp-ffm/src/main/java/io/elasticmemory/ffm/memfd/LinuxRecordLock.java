package io.elasticmemory.ffm.memfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_GETLK;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_SETLKW;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_UNLCK;
import static io.elasticmemory.ffm.libc.LinuxConstants.F_WRLCK;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.port.RecordLock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A write lock on the first byte. */
final class LinuxRecordLock implements RecordLock {
  private static final long TYPE = Structs.offset(Structs.FLOCK, "l_type");
  private static final long BYTES = Structs.offset(Structs.FLOCK, "l_len");
  private static final long HOLDER = Structs.offset(Structs.FLOCK, "l_pid");

  private final Descriptor file;

  LinuxRecordLock(Descriptor file) {
    this.file = file;
  }

  @Override
  public void acquire() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = lock(arena);
      long result;
      do {
        result = call(F_SETLKW, lock);
      } while (result == -Errno.EINTR);
      SystemCallException.check(result, "fcntl", "F_SETLKW");
    }
  }

  @Override
  public long holder() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment lock = lock(arena);
      SystemCallException.check(call(F_GETLK, lock), "fcntl", "F_GETLK");
      return lock.get(JAVA_SHORT, TYPE) == F_UNLCK ? 0 : lock.get(JAVA_INT, HOLDER);
    }
  }

  private static MemorySegment lock(Arena arena) {
    MemorySegment lock = arena.allocate(Structs.FLOCK);
    lock.set(JAVA_SHORT, TYPE, (short) F_WRLCK);
    lock.set(JAVA_LONG, BYTES, 1);
    return lock;
  }

  private long call(int command, MemorySegment lock) {
    return FileCalls.fcntl(file.descriptor(), command, lock.address());
  }
}
