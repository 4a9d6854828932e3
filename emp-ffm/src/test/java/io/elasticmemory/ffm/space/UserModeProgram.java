package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.EmpException;
import io.elasticmemory.Pin;
import io.elasticmemory.counters.Counter;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link UserModeTest} runs as another user: everything a space does, and what the kernel does
 * with its memory. Prints what it finds, a line each.
 */
final class UserModeProgram {
  private static final long MIB = 1L << 20;
  private static final int FILE_BYTES = 1 << 20;

  private final Emp emp;
  private final Path file;
  private final MemorySegment data;

  private UserModeProgram(Emp emp, Path file) {
    this.emp = emp;
    this.file = file;
    data = emp.global().allocate(24 * MIB, 4096);
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "program");
    Path spill = directory.resolve("spill");
    Path file = directory.resolve("file");
    byte[] bytes = new byte[FILE_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = inFile(i);
    }
    Files.write(file, bytes);
    try (Emp emp = Emp.open("dram:8" + arguments[1] + "|" + spill + ":320:0")) {
      System.out.println("user mode only: " + emp.isUserModeOnly());
      new UserModeProgram(emp, file).run();
    } catch (EmpException e) {
      System.out.println("refused: " + e.kind() + " " + e.getMessage());
    }
    try (Emp _ = Emp.open("dram:8?usermode=true")) {
      System.out.println("opened again");
    } finally {
      Files.delete(file);
      Files.delete(directory);
    }
  }

  private void run() throws IOException {
    System.out.println("written and read: " + writeAndRead());
    System.out.println("scanned: " + scan());
    System.out.println("loaded: " + load());
    System.out.println("discarded: " + discard());
    System.out.println("reused cells are zero: " + reuse());
    System.out.println("read into absent: " + read(absent()));
    System.out.println("write of absent: " + write(absent()));
    System.out.println("write of loaded: " + writeLoaded());
    System.out.println("read into pinned: " + readPinned());
    System.out.println("pinned stays: " + stays());
    System.out.println("direct I/O into pinned: " + readDirectly());
    System.out.println("too much pinned: " + pinTooMuch());
    System.out.println("resized below: " + resizeBelow());
  }

  private static long word(long at) {
    return at * 0x9e3779b97f4a7c15L + 1;
  }

  private static byte inFile(long at) {
    return (byte) (at * 31 + (at >> 12) + 1);
  }

  private boolean writeAndRead() {
    for (long at = 0; at < data.byteSize(); at += 512) {
      data.set(JAVA_LONG, at, word(at));
    }
    return hasWords(data, 0) && emp.statistics().get(Counter.bytesToSsd) > 8 * MIB;
  }

  private static boolean hasWords(MemorySegment part, long start) {
    for (long at = 0; at < part.byteSize(); at += 512) {
      if (part.get(JAVA_LONG, at) != word(start + at)) {
        return false;
      }
    }
    return true;
  }

  private boolean scan() {
    long at = 0;
    for (MemorySegment window : emp.scan(data)) {
      if (!emp.isLoaded(window) || !hasWords(window, at)) {
        return false;
      }
      at += window.byteSize();
    }
    return at == data.byteSize();
  }

  /** Also more than there is DRAM, which ends although its beginning leaves again. */
  private boolean load() {
    emp.unload(data);
    boolean absent = !emp.isLoaded(data, 4 * MIB, 1);
    emp.load(data, 4 * MIB, 2 * MIB + 5);
    boolean present = emp.isLoaded(data, 4 * MIB, 2 * MIB + 5);
    emp.load(data);
    return absent && present && hasWords(data, 0);
  }

  private boolean discard() {
    MemorySegment part = emp.global().allocate(MIB, 8);
    part.fill((byte) 7);
    emp.unload(part);
    emp.discard(part, 1000, MIB - 2000);
    for (long at = 0; at < MIB; at++) {
      boolean inside = at >= 1000 && at < MIB - 1000;
      if (part.get(JAVA_BYTE, at) != (inside ? 0 : 7)) {
        return false;
      }
    }
    return true;
  }

  private boolean reuse() {
    for (int round = 0; round < 12; round++) {
      try (EmpArena arena = emp.ofConfined()) {
        List<MemorySegment> cells = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          MemorySegment cell = arena.allocate(600 + i, 1);
          if (!isZero(cell)) {
            return false;
          }
          cell.fill((byte) 1);
          cells.add(cell);
        }
        cells.forEach(cell -> emp.unload(cell));
      }
    }
    return true;
  }

  private static boolean isZero(MemorySegment cell) {
    for (long at = 0; at < cell.byteSize(); at++) {
      if (cell.get(JAVA_BYTE, at) != 0) {
        return false;
      }
    }
    return true;
  }

  private MemorySegment absent() {
    return emp.global().allocate(FILE_BYTES, 4096);
  }

  private String read(MemorySegment buffer) {
    try (FileChannel channel = FileChannel.open(file)) {
      int bytes = channel.read(buffer.asByteBuffer());
      return bytes + " bytes " + hasFile(buffer);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String write(MemorySegment buffer) {
    Path copy = file.resolveSibling("copy");
    try (FileChannel channel =
        FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return channel.write(buffer.asByteBuffer()) + " bytes";
    } catch (IOException e) {
      return e.toString();
    } finally {
      boolean _ = copy.toFile().delete();
    }
  }

  private static boolean hasFile(MemorySegment buffer) {
    for (long at = 0; at < FILE_BYTES; at++) {
      if (buffer.get(JAVA_BYTE, at) != inFile(at)) {
        return false;
      }
    }
    return true;
  }

  private String writeLoaded() {
    emp.unload(data);
    emp.load(data, 0, FILE_BYTES);
    return write(data.asSlice(0, FILE_BYTES));
  }

  /** Into a buffer that a donor has, so that its pages are protected when they come. */
  private String readPinned() {
    MemorySegment buffer = absent();
    buffer.fill((byte) 5);
    emp.unload(buffer);
    String read;
    try (Pin pin = emp.pin(buffer)) {
      read = pin.bytes() == FILE_BYTES ? read(buffer) : "pinned " + pin.bytes();
    }
    emp.unload(buffer);
    return read + ", left " + !emp.isLoaded(buffer, 0, 1) + ", again " + hasFile(buffer);
  }

  /** Under pressure, pinned twice, and unpinned once. */
  private String stays() throws IOException {
    MemorySegment buffer = absent();
    String read;
    boolean stayed;
    try (Pin _ = emp.pin(buffer)) {
      emp.pin(buffer, 5, FILE_BYTES - 10).close();
      for (long at = 0; at < data.byteSize(); at += 512) {
        data.set(JAVA_LONG, at, word(at));
      }
      emp.unload(buffer);
      stayed = emp.isLoaded(buffer);
      read = read(buffer);
    }
    emp.unload(buffer);
    return stayed + " " + read + ", again " + hasFile(buffer) + ", others " + hasWords(data, 0);
  }

  private String readDirectly() throws IOException {
    MemorySegment buffer = absent();
    long descriptor =
        FileCalls.open(file.toString(), LinuxConstants.O_DIRECT | LinuxConstants.O_CLOEXEC, 0);
    try (Pin _ = emp.pin(buffer);
        Arena pressure = emp.ofConfined()) {
      long bytes = FileCalls.pread((int) descriptor, buffer.address(), FILE_BYTES, 0);
      pressure.allocate(12 * MIB, 1).fill((byte) 1);
      if (bytes != FILE_BYTES) {
        return "read " + bytes;
      }
    } finally {
      FileCalls.close((int) descriptor);
    }
    emp.unload(buffer);
    return String.valueOf(hasFile(buffer));
  }

  private String pinTooMuch() {
    try (Pin _ = emp.pin(data, 0, 4 * MIB + 1)) {
      return "pinned";
    } catch (EmpException e) {
      return e.kind() + " " + e.getMessage();
    }
  }

  private String resizeBelow() {
    try (Pin _ = emp.pin(data, 0, 3 * MIB)) {
      emp.resizeDram(5 * MIB).join();
      return "resized";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
