package io.elasticmemory.samples.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Texts in the files of a directory or of a zip archive, always in the same order. Files that are
 * empty, longer than {@link TextIndex#TEXT_BYTES_MAX} or not text (there is a zero byte near their
 * beginning) are left out.
 */
public final class Corpus {
  /** Takes the texts, one after the other. */
  @FunctionalInterface
  public interface Reader {
    /** A text, in the first {@code length} bytes; the array may be changed and is used again. */
    void read(String name, byte[] bytes, int length);
  }

  /**
   * How much there is.
   *
   * @param documents texts
   * @param bytes in all texts
   */
  public record Size(int documents, long bytes) {}

  private static final int LOOKED_AT_BYTES = 8000;

  private final Path source;

  /** The texts in a directory or zip archive, which need not be there before it is read. */
  public Corpus(Path source) {
    this.source = source;
  }

  /** Where the texts are. */
  public Path source() {
    return source;
  }

  /** Counts the texts, without reading them to the end. */
  public Size size() throws IOException {
    Measure measure = new Measure();
    visit(measure);
    return new Size(measure.documents, measure.bytes);
  }

  /** Reads all texts. */
  public void forEach(Reader reader) throws IOException {
    byte[] buffer = new byte[TextIndex.TEXT_BYTES_MAX];
    visit(
        (name, length, stream) -> {
          int read = stream.readNBytes(buffer, 0, buffer.length);
          if (isText(buffer, read)) {
            reader.read(name, buffer, read);
          }
        });
  }

  /** Told of every file that may be a text. */
  @FunctionalInterface
  private interface Visitor {
    void visit(String name, long length, InputStream stream) throws IOException;
  }

  private static final class Measure implements Visitor {
    private final byte[] head = new byte[LOOKED_AT_BYTES];
    private int documents;
    private long bytes;

    @Override
    public void visit(String name, long length, InputStream stream) throws IOException {
      if (isText(head, stream.readNBytes(head, 0, head.length))) {
        documents++;
        bytes += length;
      }
    }
  }

  private void visit(Visitor visitor) throws IOException {
    if (Files.isDirectory(source)) {
      visitDirectory(visitor);
    } else {
      visitZip(visitor);
    }
  }

  private void visitZip(Visitor visitor) throws IOException {
    try (ZipFile zip = new ZipFile(source.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        if (!entry.isDirectory() && mayBeText(entry.getSize())) {
          try (InputStream stream = zip.getInputStream(entry)) {
            visitor.visit(entry.getName(), entry.getSize(), stream);
          }
        }
      }
    }
  }

  private void visitDirectory(Visitor visitor) throws IOException {
    for (Path file : filesBelow(source)) {
      long length = Files.size(file);
      if (mayBeText(length)) {
        try (InputStream stream = Files.newInputStream(file)) {
          visitor.visit(source.relativize(file).toString(), length, stream);
        }
      }
    }
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(file -> Files.isRegularFile(file) && Files.isReadable(file)).forEach(files::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    files.sort(null);
    return files;
  }

  private static boolean mayBeText(long length) {
    return length > 0 && length <= TextIndex.TEXT_BYTES_MAX;
  }

  private static boolean isText(byte[] bytes, int length) {
    for (int i = 0; i < Math.min(length, LOOKED_AT_BYTES); i++) {
      if (bytes[i] == 0) {
        return false;
      }
    }
    return length > 0;
  }
}
