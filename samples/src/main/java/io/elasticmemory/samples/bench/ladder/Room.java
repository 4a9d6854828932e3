package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Whether a request fits on this machine, before anything is started. */
record Room(LadderRequest request, Path directory) {
  /** Programs, a slab in reserve, what swap files have more. */
  private static final long MORE_MIB = 1024;

  void check(Set<Subject> leftOut) throws IOException {
    boolean needsDisk =
        request.subjects().stream()
            .filter(subject -> !leftOut.contains(subject))
            .anyMatch(subject -> subject.usesSpillFile() || subject.isPeer());
    if (needsDisk) {
      require(
          "disk",
          Files.getFileStore(directory).getUsableSpace() >> 20,
          request.sizeMib(),
          "" + directory);
    }
    long freeMib = Platform.find().memories().limits().roomBytes() >> 20;
    require("memory", freeMib, memoryMib(leftOut), "this machine");
  }

  /** Exporters and zram hold all of the data beside its local share. */
  private long memoryMib(Set<Subject> leftOut) {
    int copies =
        request.subjects().stream()
            .filter(subject -> !leftOut.contains(subject))
            .mapToInt(Room::copiesInMemory)
            .max()
            .orElse(0);
    long most = request.ratiosPercent().stream().mapToLong(request::localMib).max().orElse(0);
    boolean isPlain = request.subjects().contains(Subject.PLAIN);
    return Math.max(isPlain ? request.sizeMib() : 0, most + copies * request.sizeMib());
  }

  private static int copiesInMemory(Subject subject) {
    if (subject == Subject.REMOTE_REPLICAS) {
      return 2;
    }
    return subject.usesExporter() || subject == Subject.ZRAM ? 1 : 0;
  }

  private static void require(String what, long freeMib, long neededMib, String place) {
    if (freeMib < neededMib + MORE_MIB) {
      throw new EmpException(
          Kind.CAPACITY,
          "%d MiB of %s are needed and %s has %d; lower --size-mib"
              .formatted(neededMib + MORE_MIB, what, place, freeMib));
    }
  }
}
