package io.elasticmemory;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The names that may follow the {@code ?} of an entry, and where each belongs. */
enum PathOption {
  BLOCK("block", Scope.SPACE),
  SUBBLOCK("subblock", Scope.SPACE),
  SHARDS("shards", Scope.SPACE),
  MIN("min", Scope.SPACE),
  ON_LOSS("onLoss", Scope.SPACE),
  USERMODE("usermode", Scope.SPACE),
  FAULT_TIMEOUT_MILLIS("faultTimeoutMillis", Scope.SPACE),
  PROMOTE("promote", Scope.SPACE),
  ELASTIC("elastic", Scope.SPACE),
  SAMPLING("sampling", Scope.SPACE),
  STANDBY("standby", Scope.SPACE),
  ENCRYPT("encrypt", Scope.SPACE),
  TRANSPORT("transport", Scope.LINK),
  DEVICE("device", Scope.LINK),
  ENGINE("engine", Scope.LINK),
  REPLICAS("replicas", Scope.LINK),
  BACKUP("backup", Scope.LINK),
  RESERVE("reserve", Scope.FILE),
  COMPRESS("compress", Scope.LINK, Scope.FILE, Scope.DEVICE);

  /** The kind of entry an option belongs to. */
  enum Scope {
    SPACE("the dram entry"),
    LINK("an exporter or a pool"),
    FILE("a spill file"),
    DEVICE("a block device"),
    /** Entries without options. */
    NONE("nothing");

    final String owner;

    Scope(String owner) {
      this.owner = owner;
    }
  }

  final String text;
  private final List<Scope> scopes;

  PathOption(String text, Scope... scopes) {
    this.text = text;
    this.scopes = List.of(scopes);
  }

  /** Whether it may stand behind an entry of this kind. */
  boolean isOf(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whose it is, for messages. */
  String owner() {
    return scopes.stream().map(scope -> scope.owner).collect(Collectors.joining(" or "));
  }

  /** The option of this name, in any case of its letters. */
  static Optional<PathOption> named(String name) {
    return Arrays.stream(values()).filter(o -> o.text.equalsIgnoreCase(name)).findFirst();
  }

  /** The names of all options of a scope, in the order of documentation. */
  static List<String> names(Scope scope) {
    return Arrays.stream(values()).filter(o -> o.isOf(scope)).map(o -> o.text).toList();
  }
}
