package io.elasticmemory;

import io.elasticmemory.EmpException.Kind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules that the parts of a memory path keep, however they were made: parsed or in code. Each
 * refusal is "reason; remedy"; the parser puts the entry before it.
 */
final class PathRules {

  private static final int SHOWN_CHARS_MAX = 100;
  private static final int HOST_CHARS_MAX = 253;
  private static final int FILE_NAME_BYTES_MAX = 4095;

  private static final Pattern HOST =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
  private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern LAST_LABEL_IS_NUMBER = Pattern.compile("(.*\\.)?\\d+");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:.]+(%[A-Za-z0-9_.-]{1,15})?");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern CONNECT_STRING =
      Pattern.compile("[A-Za-z0-9_.,:/\\[\\]%@-]{1,1024}");

  /** Endings that no host has, so that a forgotten {@code ./} is noticed. */
  private static final Set<String> FILE_ENDINGS =
      Set.of("bin", "dat", "file", "img", "raw", "spill", "swap", "swp", "tmp");

  private PathRules() {}

  static EmpException mistake(String reasonAndRemedy) {
    return new EmpException(Kind.PATH, reasonAndRemedy);
  }

  /** A user's text as a message shows it: bounded, because it may be anything. */
  static String shown(String text) {
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw mistake(
          "%s %d is not between %d and %d; choose a value between them"
              .formatted(name, value, min, max));
    }
  }

  static void requireSize(long mib) {
    if (mib <= 0) {
      throw mistake(
          "size %d MiB is not positive; write a whole number of MiB, for example 1024"
              .formatted(mib));
    }
    if (mib > MemPath.MIB_MAX) {
      throw mistake(
          "size %d MiB is more than %d MiB (128 TiB), which no process can address; lower it"
              .formatted(mib, MemPath.MIB_MAX));
    }
  }

  static void requireBase(long baseMib) {
    if (baseMib < 0 || baseMib > MemPath.MIB_MAX) {
      throw mistake(
          "base %d MiB is not between 0 and %d MiB; write the offset in MiB where the range begins"
              .formatted(baseMib, MemPath.MIB_MAX));
    }
  }

  static void requirePort(long port) {
    if (port < 0 || port > 65_535) {
      throw mistake(
          "port %d is not between 0 and 65535; write the exporter's port, or 0 for %d"
              .formatted(port, MemPath.EXPORTER_PORT));
    }
  }

  // Hosts.

  /** The host in lower case, without brackets; an IPv6 zone keeps its case. */
  static String requireHost(String host) {
    // First, because the patterns below recurse with the length of what they match.
    if (host.length() > HOST_CHARS_MAX) {
      throw mistake(
          "host '%s' has %d characters, more than %d; write a shorter name or the address"
              .formatted(shown(host), host.length(), HOST_CHARS_MAX));
    }
    int zoneAt = host.indexOf('%');
    String name =
        zoneAt < 0
            ? host.toLowerCase(Locale.ROOT)
            : host.substring(0, zoneAt).toLowerCase(Locale.ROOT) + host.substring(zoneAt);
    if (name.indexOf(':') >= 0) {
      requireIpv6(name);
    } else if (LAST_LABEL_IS_NUMBER.matcher(name).matches()) {
      requireIpv4(name);
    } else {
      requireHostName(name);
    }
    return name;
  }

  private static void requireIpv6(String host) {
    if (!IPV6.matcher(host).matches() || canonicalIpv6(host).isEmpty()) {
      throw mistake(
          "'%s' is not an IPv6 address; write it as in [fe80::1]:<MiB>:<port>"
              .formatted(shown(host)));
    }
  }

  private static void requireIpv4(String host) {
    if (!IPV4.matcher(host).matches() || !octetsFit(host)) {
      throw mistake(
          "'%s' is not an IPv4 address; write four numbers from 0 to 255, as in 10.0.0.1"
              .formatted(shown(host)));
    }
  }

  private static boolean octetsFit(String host) {
    for (String octet : host.split("\\.", -1)) {
      if (Integer.parseInt(octet) > 255) {
        return false;
      }
    }
    return true;
  }

  private static void requireHostName(String host) {
    if (!HOST.matcher(host).matches()) {
      throw mistake(
          "'%s' is neither a host nor a file name; write a host name, an address, or a file as ./%s"
              .formatted(shown(host), shown(host)));
    }
    String ending = host.substring(host.lastIndexOf('.') + 1);
    if (host.indexOf('.') >= 0 && FILE_ENDINGS.contains(ending)) {
      throw mistake(
          "'%s' looks like a relative file name; write ./%s (or the address, if it is a host)"
              .formatted(shown(host), shown(host)));
    }
  }

  /** One spelling for each address, to find the same exporter named twice. */
  static String canonicalHost(String host) {
    return host.indexOf(':') < 0 ? host : canonicalIpv6(host);
  }

  /** The address in its one full spelling, or an empty text if it is none. */
  private static String canonicalIpv6(String host) {
    int zoneAt = host.indexOf('%');
    String literal = zoneAt < 0 ? host : host.substring(0, zoneAt);
    String zone = zoneAt < 0 ? "" : host.substring(zoneAt);
    try {
      // Literals only: nothing is looked up.
      return switch (Inet6Address.ofLiteral(literal)) {
        case Inet4Address mapped -> mapped.getHostAddress() + zone;
        case Inet6Address address -> address.getHostAddress() + zone;
        default -> "";
      };
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  static void requireDevice(String device) {
    if (!device.isEmpty() && !DEVICE.matcher(device).matches()) {
      throw mistake(
          "device '%s' is not a device name; write it as in device=mlx5_0"
              .formatted(shown(device)));
    }
  }

  static void requireConnectString(String connectString) {
    if (!CONNECT_STRING.matcher(connectString).matches()) {
      throw mistake(
          "connect string '%s' is not a list of hosts; write it as in pool:1024:zk1:2181,zk2:2181"
              .formatted(shown(connectString)));
    }
  }

  // Files.

  static void requireSpillFile(String name) {
    requireFileName(name);
    if (isDeviceName(name)) {
      throw mistake("'%s' is a device, not a file; use a BlockDevice".formatted(shown(name)));
    }
  }

  static void requireBlockDevice(String name) {
    requireFileName(name);
    if (!isDeviceName(name)) {
      throw mistake("'%s' is a file, not a device; use a SpillFile".formatted(shown(name)));
    }
  }

  static void requireFileName(String name) {
    if (!name.startsWith("/") && !name.startsWith("./")) {
      throw mistake(
          "relative file name '%s'; write ./%s or its absolute name"
              .formatted(shown(name), shown(name)));
    }
    // The grammar has no escapes: these would be read as something else.
    if (name.chars().anyMatch(c -> c == ':' || c == '|' || c == '?' || Character.isISOControl(c))) {
      throw mistake(
          "file name '%s' contains ':', '|', '?' or a control character; rename it or use a link"
              .formatted(shown(name)));
    }
    if (!name.equals(name.strip())) {
      throw mistake(
          "file name '%s' begins or ends with a blank; rename it or use a link"
              .formatted(shown(name)));
    }
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (last.isEmpty() || last.equals(".") || last.equals("..")) {
      throw mistake("'%s' names a directory; add the name of a file in it".formatted(shown(name)));
    }
    if (name.length() > FILE_NAME_BYTES_MAX) {
      throw mistake(
          "file name of %d characters is longer than %d; use a shorter one"
              .formatted(name.length(), FILE_NAME_BYTES_MAX));
    }
  }

  /** Whether a name means a block device. Shared memory under /dev/shm is made of files. */
  static boolean isDeviceName(String name) {
    String plain = plainName(name);
    return plain.startsWith("/dev/") && !plain.startsWith("/dev/shm/");
  }

  /**
   * The name without {@code .}, {@code ..} and doubled slashes, to find the same file named twice.
   * By hand, because {@link java.nio.file.Path} refuses names that the locale cannot express.
   */
  static String plainName(String name) {
    boolean absolute = name.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (part.equals("..") && !absolute) {
        parts.addLast(part);
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.addLast(part);
      }
    }
    return (absolute ? "/" : "./") + String.join("/", parts);
  }
}
