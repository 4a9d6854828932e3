package io.elasticmemory.samples.prove;

/** One thing that must be shown. */
public interface Item {
  /** Its number in the list. */
  int number();

  /** What is shown, in one line. */
  String title();

  /** Shows it, telling the stage what was seen. */
  void show(Stage stage) throws Exception;
}
