import io.elasticmemory.ffm.LinuxPlatform;
import io.elasticmemory.port.Platform;

/** The ports of EMP on Linux. The only module with native calls. */
module io.elasticmemory.ffm {
  requires io.elasticmemory.core;
  // An automatic module: a linked image has to do without it, and then runs no DiSNI programs.
  requires static disni;
  requires static org.jspecify;

  // For DiSNI programs that want to run on EMP's verbs.
  exports io.elasticmemory.ffm.disni;

  provides Platform with
      LinuxPlatform;
}
