package io.elasticmemory.samples.bench.footprint;

import io.elasticmemory.samples.JsonObject;

/**
 * What a space with one size of blocks needs.
 *
 * @param blockBytes of its blocks
 * @param subblockBytes of its subblocks
 * @param capacityBytes of the space
 * @param tableBytes of its block table, whether touched or not
 * @param pagerBytes memory of its pager besides, when all of the data has been touched
 */
record Footprint(
    int blockBytes, int subblockBytes, long capacityBytes, long tableBytes, long pagerBytes) {

  double tablePercent() {
    return 100.0 * tableBytes / capacityBytes;
  }

  double pagerMib() {
    return pagerBytes / (double) (1 << 20);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("blockBytes", blockBytes)
        .put("subblockBytes", subblockBytes)
        .put("capacityBytes", capacityBytes)
        .put("tableBytes", tableBytes)
        .put("tablePercent", tablePercent())
        .put("pagerBytes", pagerBytes);
  }
}
