package io.elasticmemory.ffm.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the fields of HotSpot's structures are, by its own table: {@code gHotSpotVMStructs}, which
 * the serviceability agent and JVMCI read. It ends with an entry without a name.
 */
final class HotSpotStructs {
  private static final int ENTRIES_MAX = 10_000;
  private static final int NAME_BYTES_MAX = 256;

  private final Map<String, Long> offsets = new HashMap<>();

  private HotSpotStructs() {}

  /**
   * Reads the table of this JVM.
   *
   * @throws IllegalStateException if it has none
   */
  static HotSpotStructs read() {
    Path library = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
    SymbolLookup lookup = SymbolLookup.libraryLookup(library, Arena.global());
    HotSpotStructs structs = new HotSpotStructs();
    structs.readAll(lookup);
    return structs;
  }

  private void readAll(SymbolLookup lookup) {
    long entry = variable(lookup, "gHotSpotVMStructs");
    long stride = variable(lookup, "gHotSpotVMStructEntryArrayStride");
    long typeNameAt = variable(lookup, "gHotSpotVMStructEntryTypeNameOffset");
    long fieldNameAt = variable(lookup, "gHotSpotVMStructEntryFieldNameOffset");
    long isStaticAt = variable(lookup, "gHotSpotVMStructEntryIsStaticOffset");
    long offsetAt = variable(lookup, "gHotSpotVMStructEntryOffsetOffset");
    for (int i = 0; i < ENTRIES_MAX; i++, entry += stride) {
      MemorySegment fields = MemorySegment.ofAddress(entry).reinterpret(stride);
      long typeName = fields.get(JAVA_LONG, typeNameAt);
      long fieldName = fields.get(JAVA_LONG, fieldNameAt);
      if (typeName == 0 || fieldName == 0) {
        return;
      }
      if (fields.get(JAVA_INT, isStaticAt) == 0) {
        String field = text(fieldName);
        long offset = fields.get(JAVA_LONG, offsetAt);
        offsets.put(text(typeName) + "." + field, offset);
        offsets.put("." + field, offset);
      }
    }
  }

  private static long variable(SymbolLookup lookup, String name) {
    return lookup
        .find(name)
        .orElseThrow(() -> new IllegalStateException("it exports no " + name))
        .reinterpret(Long.BYTES)
        .get(JAVA_LONG, 0);
  }

  private static String text(long address) {
    return MemorySegment.ofAddress(address).reinterpret(NAME_BYTES_MAX).getString(0);
  }

  /**
   * Offset of a field.
   *
   * @param type name of the structure; empty if only one has such a field
   * @throws IllegalStateException if there is no such field
   */
  long offset(String type, String field) {
    Long offset = offsets.get(type + "." + field);
    if (offset == null) {
      throw new IllegalStateException("it has no field %s of %s".formatted(field, type));
    }
    return offset;
  }
}
