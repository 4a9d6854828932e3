package io.elasticmemory.ffm;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.ffm.disni.engine.DisniPresence;
import io.elasticmemory.ffm.disni.engine.DisniVerbs;
import io.elasticmemory.ffm.doctor.Doctor;
import io.elasticmemory.ffm.doctor.SelfTest;
import io.elasticmemory.ffm.file.LinuxFiles;
import io.elasticmemory.ffm.host.HugePages;
import io.elasticmemory.ffm.memfd.LinuxMemories;
import io.elasticmemory.ffm.process.LinuxProcesses;
import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.ffm.verbs.LinuxVerbs;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Files;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.Processes;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.verbs.Verbs;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Linux on x86-64. Found by {@link Platform#find}; can be made anywhere, but refuses every use on
 * another system, by its name.
 */
public final class LinuxPlatform implements Platform {
  private final String system;
  private final Files files = new LinuxFiles();

  /** The platform of the running system. */
  public LinuxPlatform() {
    this(System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
  }

  LinuxPlatform(String system) {
    this.system = system;
  }

  private void requireLinux() {
    if (!system.equals("Linux on amd64")) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "EMP runs on Linux x86-64 only; this is " + system + ": use another machine");
    }
  }

  @Override
  public Memories memories() {
    requireLinux();
    return new LinuxMemories();
  }

  @Override
  public Files files() {
    requireLinux();
    return files;
  }

  @Override
  public Sockets sockets() {
    requireLinux();
    return new LinuxSockets();
  }

  @Override
  public Processes processes() {
    requireLinux();
    return new LinuxProcesses();
  }

  @Override
  public Verbs verbs(Engine engine) {
    requireLinux();
    return switch (engine) {
      case VERBS -> new LinuxVerbs();
      case DISNI -> new DisniVerbs();
    };
  }

  @Override
  public List<Class<?>> pagerNeeds() {
    return DisniPresence.classes();
  }

  @Override
  public List<String> pagerOptions(boolean rehearses) {
    List<String> options = new ArrayList<>(DisniPresence.options());
    if (rehearses) {
      options.add("-D" + LinuxProcesses.UNDERTAKER + "=true");
      if (HugePages.areForWhoAsks()) {
        // Heap and code, which are taken apart page by page when it ends.
        options.add("-XX:+UseTransparentHugePages");
      }
    }
    return options;
  }

  @Override
  public List<Check> selfTest(boolean acceptUserMode) {
    requireLinux();
    return SelfTest.run(acceptUserMode);
  }

  @Override
  public List<Check> examine(
      boolean acceptUserMode, List<Path> spills, List<InetSocketAddress> exporters) {
    requireLinux();
    return Doctor.examine(acceptUserMode, spills, exporters);
  }
}
