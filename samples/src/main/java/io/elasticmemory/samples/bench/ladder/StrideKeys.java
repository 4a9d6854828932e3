package io.elasticmemory.samples.bench.ladder;

/**
 * Every so many pages; each sweep starts one page after the last, so that no page is left out and
 * the pages of a sweep are not those of the sweep before.
 */
final class StrideKeys implements KeyStream {
  private final int pages;
  private final int stride;
  private int start;
  private int page;

  StrideKeys(int pages, int stride) {
    this.pages = pages;
    this.stride = Math.min(stride, pages);
  }

  @Override
  public int next() {
    int current = page;
    page += stride;
    // Less than zero after an overflow.
    if (page >= pages || page < 0) {
      start = start + 1 == stride ? 0 : start + 1;
      page = start;
    }
    return current;
  }
}
