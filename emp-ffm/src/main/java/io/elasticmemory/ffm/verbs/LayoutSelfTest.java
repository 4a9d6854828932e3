package io.elasticmemory.ffm.verbs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares the structures of the running libraries with those this package knows, before it relies
 * on them: what a registration says of itself must be what was asked for, and the pointers that are
 * called must lead to code. A library with other structures is refused, and crashes nobody.
 */
final class LayoutSelfTest {
  private static final List<String> CALLED =
      List.of("ops.poll_cq", "ops.req_notify_cq", "ops.post_send", "ops.post_recv");

  private LayoutSelfTest() {}

  /**
   * Compares.
   *
   * @throws EmpException of kind PLATFORM if something is different
   */
  static void require(long context, IbvRegion registered) {
    if (!registered.isAsAsked(context)) {
      throw unknown("a registration is not what was asked for");
    }
    List<String> code = code();
    MemorySegment known = VerbsLayout.at(context, VerbsLayout.CONTEXT_HEAD);
    for (String member : CALLED) {
      long function = known.get(JAVA_LONG, VerbsLayout.offset(VerbsLayout.CONTEXT_HEAD, member));
      if (code.stream().noneMatch(line -> holds(line, function))) {
        throw unknown(member + " leads to no code");
      }
    }
  }

  private static EmpException unknown(String what) {
    return new EmpException(
        Kind.PLATFORM,
        "libibverbs.so.1 of this system is not the one EMP knows ("
            + what
            + "): do without RDMA (transport=tcp), and report the version of rdma-core");
  }

  /** Lines about mapped code: {@code 7f12…-7f34… r-xp …}. */
  private static List<String> code() {
    try {
      return Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .filter(line -> line.indexOf(" r-xp ") > 0)
          .toList();
    } catch (IOException e) {
      throw unknown("/proc/self/maps cannot be read: " + e.getMessage());
    }
  }

  private static boolean holds(String line, long address) {
    String[] ends = line.substring(0, line.indexOf(' ')).split("-", 2);
    return Long.parseUnsignedLong(ends[0], 16) <= address
        && address < Long.parseUnsignedLong(ends[1], 16);
  }
}
