package io.elasticmemory.samples.bench.report;

import java.io.IOException;
import java.nio.file.Path;

/** Where the plots of a document go. */
public interface Plots {
  /**
   * Writes one.
   *
   * @return what stands for it in the document
   */
  String add(Plot plot) throws IOException;

  /** Plots as SVG files in a directory beside the document. */
  static Plots in(Path directory) {
    return plot -> {
      plot.write(directory.resolve(plot.name() + ".svg"));
      return "![%s](%s/%s.svg)%n".formatted(plot.title(), directory.getFileName(), plot.name());
    };
  }
}
