package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tallies of all kinds of kills, kept in a file between runs if one is given. */
final class KillLedger {
  private final @Nullable Path file;
  private final Map<String, KillTally> tallies = new LinkedHashMap<>();

  private KillLedger(@Nullable Path file) {
    this.file = file;
  }

  /**
   * One that goes on from a file, which need not be there yet; null for one that is not kept.
   *
   * @throws EmpException of kind PATH if the file is something else
   */
  static KillLedger open(@Nullable Path file) throws IOException {
    KillLedger ledger = new KillLedger(file);
    if (file != null && Files.exists(file)) {
      ledger.read(file);
    }
    return ledger;
  }

  private void read(Path from) throws IOException {
    try {
      JsonTree json = JsonTree.parse(Files.readString(from));
      for (JsonTree each : json.get("kinds").each()) {
        tallies.put(each.text("name"), KillTally.from(each));
      }
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH,
          "--resume %s is not what this command has written (%s); name another file"
              .formatted(from, e.getMessage()),
          e);
    }
  }

  /** That of a kind, which may have none yet. */
  KillTally of(String kind) {
    return tallies.computeIfAbsent(kind, _ -> new KillTally());
  }

  /** Whoever is interrupted loses nothing of what was saved. */
  void save() throws IOException {
    if (file == null) {
      return;
    }
    Path whole = file.toAbsolutePath();
    Path next = whole.resolveSibling(whole.getFileName() + ".new");
    Files.writeString(
        next,
        new JsonObject()
            .putObjects(
                "kinds",
                tallies.entrySet().stream()
                    .map(each -> each.getValue().toJson(each.getKey()))
                    .toList())
            .toString());
    Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
