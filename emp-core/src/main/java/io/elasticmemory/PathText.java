package io.elasticmemory;

import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Pool;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import java.util.Locale;
import java.util.StringJoiner;

/** From the parts of a memory path to the text that {@link MemPathParser} reads back. */
final class PathText {

  private PathText() {}

  static String of(Entry entry) {
    return switch (entry) {
      case Dram dram -> withOptions("dram:" + size(dram), of(dram.options()));
      case Compressed compressed -> "zdram:" + compressed.mib();
      case Exporter exporter ->
          withOptions(
              host(exporter.host()) + ":" + exporter.mib() + ":" + exporter.port(),
              of(exporter.link()));
      case Pool pool ->
          withOptions("pool:" + pool.mib() + ":" + pool.connectString(), of(pool.link()));
      case SpillFile file -> withOptions(file.path() + ":" + file.mib() + ":0", options(file));
      case BlockDevice device ->
          withOptions(
              device.path() + ":" + device.mib() + ":" + device.baseMib(),
              new Options().add(device.compress()).toString());
    };
  }

  private static String size(Dram dram) {
    return dram.isFollowing() ? MemPathParser.FOLLOWING : Long.toString(dram.mib());
  }

  /** A host before its port: an IPv6 address in brackets. */
  static String host(String host) {
    return host.indexOf(':') < 0 ? host : "[" + host + "]";
  }

  static String of(LinkOptions link) {
    LinkOptions defaults = LinkOptions.DEFAULTS;
    return new Options()
        .add(PathOption.TRANSPORT, of(link.transport()), of(defaults.transport()))
        .add(PathOption.DEVICE, link.device(), defaults.device())
        .add(PathOption.ENGINE, of(link.engine()), of(defaults.engine()))
        .add(PathOption.REPLICAS, link.replicas(), defaults.replicas())
        .add(PathOption.BACKUP, of(link.backup()), of(defaults.backup()))
        .add(link.compress())
        .toString();
  }

  private static String options(SpillFile file) {
    return new Options()
        .add(PathOption.RESERVE, of(file.reserve()), of(Reserve.FULL))
        .add(file.compress())
        .toString();
  }

  static String of(SpaceOptions options) {
    SpaceOptions defaults = SpaceOptions.DEFAULTS;
    return new Options()
        .add(PathOption.BLOCK, size(options.blockBytes()), size(defaults.blockBytes()))
        .add(PathOption.SUBBLOCK, size(options.subblockBytes()), size(defaults.subblockBytes()))
        .add(PathOption.SHARDS, options.shards(), defaults.shards())
        .add(PathOption.MIN, options.minMib(), defaults.minMib())
        .add(PathOption.ON_LOSS, of(options.onLoss()), of(defaults.onLoss()))
        .add(PathOption.USERMODE, options.usermode(), defaults.usermode())
        .add(
            PathOption.FAULT_TIMEOUT_MILLIS,
            options.faultTimeoutMillis(),
            defaults.faultTimeoutMillis())
        .add(PathOption.PROMOTE, onOff(options.promote()), onOff(defaults.promote()))
        .add(PathOption.ELASTIC, onOff(options.elastic()), onOff(defaults.elastic()))
        .add(PathOption.SAMPLING, onOff(options.sampling()), onOff(defaults.sampling()))
        .add(PathOption.STANDBY, onOff(options.standby()), onOff(defaults.standby()))
        .add(PathOption.ENCRYPT, of(options.encrypt()), of(defaults.encrypt()))
        .toString();
  }

  /** Bytes as the options of a size have them, in the largest unit reached: 64k, 2m. */
  static String size(int bytes) {
    if (bytes >= 1 << 20) {
      return (bytes >> 20) + "m";
    }
    return bytes >= 1 << 10 ? (bytes >> 10) + "k" : Integer.toString(bytes);
  }

  private static String onOff(boolean value) {
    return value ? "on" : "off";
  }

  /** A value of an option: aes-gcm. */
  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String withOptions(String text, String options) {
    return options.isEmpty() ? text : text + "?" + options;
  }

  /** What follows the {@code ?}: options that are not at their defaults. */
  private static final class Options {
    private final StringJoiner text = new StringJoiner("&");

    Options add(PathOption option, Object value, Object otherwise) {
      if (!value.equals(otherwise)) {
        text.add(option.text + "=" + value);
      }
      return this;
    }

    Options add(Compression compression) {
      return add(PathOption.COMPRESS, of(compression), of(Compression.NONE));
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
