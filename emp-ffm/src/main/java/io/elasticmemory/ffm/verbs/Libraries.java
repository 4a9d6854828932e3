package io.elasticmemory.ffm.verbs;

import io.elasticmemory.EmpException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** The two libraries, loaded for as long as the process lives. */
final class Libraries {
  private static final String VERBS = "libibverbs.so.1";
  private static final String CONNECTIONS = "librdmacm.so.1";

  private Libraries() {}

  /** Devices, memory, queues. */
  static final class OfVerbs {
    static final SymbolLookup LIBRARY = load(VERBS);

    private OfVerbs() {}
  }

  /** Connections. */
  static final class OfConnections {
    static final SymbolLookup LIBRARY = load(CONNECTIONS);

    private OfConnections() {}
  }

  /**
   * Looks whether both can be loaded.
   *
   * @throws EmpException if not, with what to install
   */
  static void require() {
    try {
      load(VERBS);
      load(CONNECTIONS);
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "RDMA needs %s and %s, and one of them cannot be loaded (%s); install the packages"
                  .formatted(VERBS, CONNECTIONS, e.getMessage())
              + " libibverbs1, librdmacm1 and ibverbs-providers",
          e);
    }
  }

  private static SymbolLookup load(String name) {
    return SymbolLookup.libraryLookup(name, Arena.global());
  }
}
