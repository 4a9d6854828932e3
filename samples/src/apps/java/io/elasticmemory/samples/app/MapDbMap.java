package io.elasticmemory.samples.app;

import java.util.SplittableRandom;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.HTreeMap;
import org.mapdb.Serializer;

/** A map of MapDB outside the heap, filled, changed here and there, and read. */
public final class MapDbMap {
  private static final int VALUE_BYTES_MIN = 512;
  private static final int VALUE_BYTES_MAX = 1536;
  private static final int VALUE_BYTES = (VALUE_BYTES_MIN + VALUE_BYTES_MAX) / 2;

  private static final int HOT_PERCENT = 90;
  private static final int HOT_PART = 10;

  private final HTreeMap<Long, byte[]> map;
  private final SplittableRandom random;
  private final int count;
  private final Digest digest = new Digest();

  private MapDbMap(HTreeMap<Long, byte[]> map, long seed, long bytes) {
    this.map = map;
    this.random = new SplittableRandom(seed);
    this.count = Math.toIntExact(bytes / VALUE_BYTES);
  }

  /** Runs it: {@code SEED MIB}. */
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, MapDbMap::run);
  }

  private static Program.Found run(long seed, long bytes) {
    DB db = DBMaker.memoryDirectDB().make();
    HTreeMap<Long, byte[]> map = db.hashMap("map", Serializer.LONG, Serializer.BYTE_ARRAY).create();
    MapDbMap program = new MapDbMap(map, seed, bytes);
    program.fill();
    program.change();
    long keptBytes = program.read();
    return new Program.Found(program.digest.value(), keptBytes, db);
  }

  private void fill() {
    for (long key = 0; key < count; key++) {
      map.put(key, value());
    }
  }

  /** A quarter gets new values, an eighth goes, and is partly back. */
  private void change() {
    for (int i = 0; i < count / 4; i++) {
      map.put(key(), value());
    }
    for (int i = 0; i < count / 8; i++) {
      byte[] removed = map.remove(key());
      digest.add(removed == null ? -1 : digest.of(removed, removed.length));
    }
    for (int i = 0; i < count / 8; i++) {
      map.put(key(), value());
    }
  }

  /** Bytes of all values. */
  private long read() {
    long bytes = 0;
    for (long key = 0; key < count; key++) {
      byte[] value = map.get(key);
      digest.add(value == null ? -1 : digest.of(value, value.length));
      bytes += value == null ? 0 : value.length;
    }
    return bytes;
  }

  /** Mostly one of few, as in most programs. */
  private long key() {
    return random.nextInt(random.nextInt(100) < HOT_PERCENT ? count / HOT_PART : count);
  }

  private byte[] value() {
    byte[] value = new byte[random.nextInt(VALUE_BYTES_MIN, VALUE_BYTES_MAX + 1)];
    random.nextBytes(value);
    return value;
  }
}
