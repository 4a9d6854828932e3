package io.elasticmemory.samples.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir private Path directory;

  @Test
  void readsTheTextsOfADirectoryInTheSameOrderEveryTime() throws IOException {
    Files.createDirectories(directory.resolve("b"));
    write("b/second.txt", "two");
    write("a-first.txt", "one");
    write("zero.bin", "a\0b");
    write("empty", "");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("a-first.txt", "one");
    expected.put("b/second.txt", "two");
    assertThat(read(directory)).containsExactlyEntriesOf(expected);
    assertThat(new Corpus(directory).size()).isEqualTo(new Corpus.Size(2, 6));
  }

  @Test
  void leavesOutWhatIsTooLong() throws IOException {
    write("long.txt", "x".repeat(TextIndex.TEXT_BYTES_MAX + 1));
    write("short.txt", "x");
    assertThat(read(directory)).containsOnlyKeys("short.txt");
  }

  @Test
  void readsTheTextsOfAZip() throws IOException {
    Path zip = directory.resolve("texts.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.putNextEntry(new ZipEntry("dir/"));
      out.putNextEntry(new ZipEntry("dir/some.txt"));
      out.write("words".getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry("dir/other.bin"));
      out.write(new byte[10]);
    }
    assertThat(read(zip)).containsOnly(Map.entry("dir/some.txt", "words"));
    assertThat(new Corpus(zip).size()).isEqualTo(new Corpus.Size(1, 5));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static Map<String, String> read(Path source) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    new Corpus(source)
        .forEach(
            (name, bytes, length) ->
                texts.put(name, new String(bytes, 0, length, StandardCharsets.UTF_8)));
    return texts;
  }
}
