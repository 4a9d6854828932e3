package io.elasticmemory.samples.prove.chaos;

/**
 * One thing done.
 *
 * @param harm what
 * @param pauseMillis how long after the one before it in its lane
 * @param lastMillis how long it lasts
 * @param side the exporter that it is done to, 0 or 1, where it is one's
 * @param draw a number from 0 to 999 for whatever else there is to choose
 */
record Blow(Harm harm, int pauseMillis, int lastMillis, int side, int draw) {}
