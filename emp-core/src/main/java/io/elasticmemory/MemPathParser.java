package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;
import static io.elasticmemory.PathRules.shown;

import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Pool;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.PathOption.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * From the text of a memory path to its entries. What is decided here is which kind an entry is and
 * how many fields it has; the values are checked by the entries themselves.
 */
final class MemPathParser {

  /** The size of dram that follows memory pressure. */
  static final String FOLLOWING = "auto";

  private static final List<String> KEYWORDS = List.of("dram", "zdram", "pool");
  private static final Pattern LOOKS_LIKE_IPV6 = Pattern.compile("[0-9a-fA-F:]*::[0-9a-fA-F:.]*");

  private MemPathParser() {}

  static MemPath parse(String text) {
    String path = unquoted(text.strip());
    if (path.isEmpty()) {
      throw mistake("memory path is empty; write for example dram:1024|./spill:4096:0");
    }
    List<Entry> entries = new ArrayList<>();
    for (String entry : path.split("\\|", -1)) {
      entries.add(namedEntry(entry.strip()));
    }
    return new MemPath(entries);
  }

  private static String unquoted(String text) {
    boolean opens = text.startsWith("'") || text.startsWith("\"");
    boolean closes = text.endsWith("'") || text.endsWith("\"");
    if (!opens && !closes) {
      return text;
    }
    if (text.length() < 2 || text.charAt(0) != text.charAt(text.length() - 1)) {
      throw mistake(
          "memory path %s has a quote at one end only; put the same quote at both ends or none"
              .formatted(shown(text)));
    }
    return text.substring(1, text.length() - 1).strip();
  }

  /** Parses an entry and puts it before the reason of any refusal. */
  private static Entry namedEntry(String text) {
    try {
      return entry(text);
    } catch (EmpException e) {
      if (e.kind() != Kind.PATH) {
        throw e;
      }
      throw mistake("memory path entry '%s': %s".formatted(shown(text), e.getMessage()));
    }
  }

  private static Entry entry(String text) {
    if (text.isEmpty()) {
      throw mistake("the entry is empty; remove the '|' before or after it");
    }
    int optionsAt = text.indexOf('?');
    String head = optionsAt < 0 ? text : text.substring(0, optionsAt).strip();
    PathOptions options =
        optionsAt < 0 ? PathOptions.none() : PathOptions.parse(text.substring(optionsAt + 1));
    if (head.startsWith("/") || head.startsWith("./")) {
      return disk(head, options);
    }
    return switch (firstField(head).toLowerCase(Locale.ROOT)) {
      case "dram" -> dram(head, options);
      case "zdram" -> compressed(head, options);
      case "pool" -> pool(head, options);
      case "memdev" -> throw mistake("memory of a NUMA node is no tier here; remove the entry");
      default -> exporter(head, options);
    };
  }

  // One method per kind of entry.

  private static Dram dram(String head, PathOptions options) {
    String[] fields = fields(head, 2, "dram:<MiB>");
    options.requireScope(Scope.SPACE);
    return new Dram(dramSize(fields[1]), options.ofSpace());
  }

  private static long dramSize(String text) {
    if (text.equalsIgnoreCase(FOLLOWING)) {
      return MemPath.DRAM_FOLLOWING;
    }
    long mib = size(text);
    if (mib != MemPath.DRAM_AUTO) {
      PathRules.requireSize(mib);
    }
    return mib;
  }

  private static Compressed compressed(String head, PathOptions options) {
    String[] fields = fields(head, 2, "zdram:<MiB>");
    options.requireScope(Scope.NONE);
    return new Compressed(size(fields[1]));
  }

  private static Pool pool(String head, PathOptions options) {
    String[] fields = head.split(":", 3);
    if (fields.length < 3) {
      throw mistake("a field is missing; write pool:<MiB>:<connect string>");
    }
    options.requireScope(Scope.LINK);
    return new Pool(size(fields[1].strip()), fields[2].strip(), ofLink(options));
  }

  private static Disk disk(String head, PathOptions options) {
    boolean device = PathRules.isDeviceName(firstField(head));
    String[] fields = fields(head, 3, device ? "/dev/<device>:<MiB>:<base MiB>" : "<file>:<MiB>:0");
    long mib = size(fields[1]);
    long baseMib = number("base", fields[2]);
    if (device) {
      options.requireScope(Scope.DEVICE);
      return new BlockDevice(fields[0], mib, baseMib, compression(options));
    }
    if (baseMib != 0) {
      throw mistake(
          "base %d of a file is not 0, a new file begins at 0; write %s:%d:0"
              .formatted(baseMib, shown(fields[0]), mib));
    }
    options.requireScope(Scope.FILE);
    return new SpillFile(
        fields[0],
        mib,
        options.choice(PathOption.RESERVE, Reserve.class, Reserve.FULL),
        compression(options));
  }

  private static Exporter exporter(String head, PathOptions options) {
    int hostEnd = hostEnd(head);
    String host = head.substring(0, hostEnd).strip();
    requireNoFile(host);
    requireBrackets(head);
    String[] fields = head.substring(hostEnd).split(":", -1);
    if (fields.length != 3) {
      throw mistake(exporterFields(host, fields));
    }
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1).strip() : host;
    long mib = size(fields[1].strip());
    long port = number("port", fields[2].strip());
    PathRules.requirePort(port);
    options.requireScope(Scope.LINK);
    return new Exporter(literal, mib, (int) port, ofLink(options));
  }

  // Fields.

  /** Where the host ends: after its closing bracket, or at the first colon. */
  private static int hostEnd(String head) {
    if (!head.startsWith("[")) {
      int colon = head.indexOf(':');
      return colon < 0 ? head.length() : colon;
    }
    int close = head.indexOf(']');
    if (close < 0 || head.substring(0, close).indexOf(':') < 0) {
      throw mistake("brackets hold an IPv6 address; write it as in [fe80::1]:<MiB>:<port>");
    }
    int colon = head.indexOf(':', close);
    int end = colon < 0 ? head.length() : colon;
    if (!head.substring(close + 1, end).isBlank()) {
      throw mistake(
          "'%s' follows the closing bracket; write it as in [fe80::1]:<MiB>:<port>"
              .formatted(shown(head.substring(close + 1, end))));
    }
    return end;
  }

  private static void requireNoFile(String host) {
    // Anything with a slash is meant as a file; the rule for its name says how to write it.
    if (host.indexOf('/') >= 0) {
      PathRules.requireFileName(host);
    }
    if (host.isEmpty()) {
      throw mistake("the entry begins with ':'; write dram:<MiB> or <host>:<MiB>:<port>");
    }
  }

  private static void requireBrackets(String head) {
    if (LOOKS_LIKE_IPV6.matcher(head).lookingAt() && !head.startsWith("[")) {
      throw mistake("an IPv6 address needs brackets; write it as in [fe80::1]:<MiB>:<port>");
    }
  }

  private static String exporterFields(String host, String[] fields) {
    if (fields.length > 3) {
      return "%d fields are too many; write %s:<MiB>:<port> (IPv6 in brackets, a file as ./<file>)"
          .formatted(fields.length, shown(host));
    }
    String meant =
        NearestName.of(host, KEYWORDS)
            .map(keyword -> ", or did you mean %s?".formatted(keyword))
            .orElse("");
    return fields.length == 2
        ? "the port is missing; write %s:<MiB>:0 for port %d%s"
            .formatted(shown(host), MemPath.EXPORTER_PORT, meant)
        : "size and port are missing; write <host>:<MiB>:<port>, or a file as ./<file>:<MiB>:0"
            + meant;
  }

  private static String firstField(String head) {
    int colon = head.indexOf(':');
    return (colon < 0 ? head : head.substring(0, colon)).strip();
  }

  private static String[] fields(String head, int count, String form) {
    String[] fields = head.split(":", -1);
    if (fields.length < count) {
      throw mistake(
          "%s missing; write %s"
              .formatted(fields.length == 1 ? "the size is" : "the last field is", form));
    }
    if (fields.length > count) {
      throw mistake("%d fields are too many; write %s".formatted(fields.length, form));
    }
    for (int field = 0; field < count; field++) {
      fields[field] = fields[field].strip();
    }
    return fields;
  }

  private static long size(String text) {
    if (text.isEmpty()) {
      throw mistake("the size is missing; write a whole number of MiB, for example 1024");
    }
    if (text.matches("[0-9]+ ?[kKmMgGtT]([iI]?[bB])?")) {
      throw mistake(
          "size '%s' has a unit; sizes are whole MiB without one, for example 1024"
              .formatted(shown(text)));
    }
    return number("size", text);
  }

  private static long number(String name, String text) {
    if (!text.matches("-?[0-9]+")) {
      throw mistake(
          "%s '%s' is not a whole number; write one, for example %s"
              .formatted(name, shown(text), name.equals("size") ? "1024" : "0"));
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw mistake(
          "%s %s is out of any range, at most %d; write a smaller number"
              .formatted(name, shown(text), MemPath.MIB_MAX));
    }
  }

  private static LinkOptions ofLink(PathOptions options) {
    return new LinkOptions(
        options.choice(PathOption.TRANSPORT, Transport.class, Transport.TCP),
        options.text(PathOption.DEVICE, ""),
        options.integer(PathOption.REPLICAS, 1),
        compression(options),
        options.choice(PathOption.BACKUP, Backup.class, Backup.NONE),
        options.choice(PathOption.ENGINE, Engine.class, Engine.VERBS));
  }

  private static Compression compression(PathOptions options) {
    return options.choice(PathOption.COMPRESS, Compression.class, Compression.NONE);
  }
}
