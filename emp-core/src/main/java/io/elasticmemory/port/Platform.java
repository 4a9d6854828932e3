package io.elasticmemory.port;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.verbs.Verbs;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The operating system, found with {@link ServiceLoader}: {@code emp-ffm} brings the one for Linux
 * on x86-64.
 */
public interface Platform {
  /** Shared memory, faults, pages. */
  Memories memories();

  /** Spill files and block devices. */
  Files files();

  /** Connections. */
  Sockets sockets();

  /** Other processes. */
  Processes processes();

  /**
   * RDMA, of which nothing is loaded before it is used.
   *
   * @param engine by what; one that is missing is said at the first use
   */
  Verbs verbs(Engine engine);

  /**
   * Classes that its pager can use besides, and that may be missing: where they come from is handed
   * on to the pager, with {@link #pagerOptions}.
   */
  List<Class<?>> pagerNeeds();

  /**
   * Options for the pager's JVM: for {@link #pagerNeeds}, and what suits this system.
   *
   * @param rehearses whether it has to be followed, and to follow, as fast as can be
   */
  List<String> pagerOptions(boolean rehearses);

  /**
   * Replays the kernel facts that safety depends on, in a small space of its own and in well under
   * a tenth of a second. Stops at the first that does not hold.
   *
   * @param acceptUserMode as for {@link Memories#createSpace(Stripes, boolean)}
   */
  List<Check> selfTest(boolean acceptUserMode);

  /**
   * Everything a person may want to know before running a space here: the self-test, rights,
   * limits, huge pages, swap, and the latency of disks and links. Takes up to a few seconds.
   *
   * @param acceptUserMode as for {@link Memories#createSpace(Stripes, boolean)}
   * @param spills directories that shall hold spill files, and block devices
   * @param exporters where exporters are expected to listen
   */
  List<Check> examine(boolean acceptUserMode, List<Path> spills, List<InetSocketAddress> exporters);

  /** The platform of this machine, or a refusal that says what is missing. */
  static Platform find() {
    return ServiceLoader.load(Platform.class, Platform.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new EmpException(
                    EmpException.Kind.PLATFORM,
                    "no platform for "
                        + System.getProperty("os.name")
                        + " on "
                        + System.getProperty("os.arch")
                        + " is on the class or module path; EMP runs on Linux x86-64: add"
                        + " io.elasticmemory:emp-ffm"));
  }
}
