package io.elasticmemory.samples.bench.report;

import java.io.IOException;
import java.util.List;

/**
 * A part of the document that is made of figures: tables, and plots beside them. Its prose stands
 * in the template, where {@code {{name}}} marks its place.
 */
public interface Section {
  /** Its mark in the template. */
  String name();

  /** The runs it takes, those of rows among them. */
  List<Estimate> estimates();

  /**
   * Makes it. What it could not get is named in it; of the plots each is written to a file of its
   * own.
   */
  String render(Workloads workloads, Plots plots) throws IOException;
}
