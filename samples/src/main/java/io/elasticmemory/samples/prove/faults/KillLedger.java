package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tallies of all settings, kept in a file between runs if one is given. */
final class KillLedger {
  private final @Nullable Path file;
  private final Map<KillSetting, KillTally> tallies = new EnumMap<>(KillSetting.class);

  private KillLedger(@Nullable Path file) {
    this.file = file;
    for (KillSetting setting : KillSetting.values()) {
      tallies.put(setting, new KillTally());
    }
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
      for (JsonTree each : json.get("settings").each()) {
        for (KillSetting setting : KillSetting.values()) {
          if (setting.label().equals(each.text("name"))) {
            tallies.put(setting, KillTally.from(each));
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH,
          "--resume %s is not what this command has written (%s); name another file"
              .formatted(from, e.getMessage()),
          e);
    }
  }

  KillTally of(KillSetting setting) {
    KillTally tally = tallies.get(setting);
    if (tally == null) {
      throw new IllegalStateException(setting + " has no tally");
    }
    return tally;
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
                "settings",
                tallies.entrySet().stream()
                    .map(each -> each.getValue().toJson(each.getKey().label()))
                    .toList())
            .toString());
    Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
