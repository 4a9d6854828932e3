import io.elasticmemory.ffm.LinuxPlatform;
import io.elasticmemory.port.Platform;

/** The ports of EMP on Linux. The only module with native calls. */
module io.elasticmemory.ffm {
  requires io.elasticmemory.core;
  requires static org.jspecify;

  provides Platform with
      LinuxPlatform;
}
