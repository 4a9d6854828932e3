package io.elasticmemory.samples.bench.report;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.axis.ValueTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * An upright axis that grows by factors, over whole powers of ten. Their numbers are written out:
 * what the library makes of exponents becomes hollow outlines in SVG.
 */
final class DecadeAxis extends LogAxis {
  private static final long serialVersionUID = 1L;

  private static final int MINOR_TICKS = 9;

  /** One with room for these values, of which those above 0 count. */
  DecadeAxis(DoubleStream values) {
    double[] positive = values.filter(value -> value > 0).sorted().toArray();
    double least = positive.length == 0 ? 1 : positive[0];
    double most = positive.length == 0 ? 1 : positive[positive.length - 1];
    setRange(decade(least), 10 * decade(most));
    setTickUnit(new NumberTickUnit(1));
    setMinorTickCount(MINOR_TICKS);
    setMinorTickMarksVisible(true);
  }

  /** The power of ten at or below a value. */
  private static double decade(double value) {
    return Math.pow(10, Math.floor(Math.log10(value)));
  }

  @Override
  public List<ValueTick> refreshTicks(
      Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
    List<ValueTick> plain = new ArrayList<>();
    for (Object tick : super.refreshTicks(graphics, state, area, edge)) {
      if (tick instanceof ValueTick value) {
        plain.add(plain(value));
      }
    }
    return plain;
  }

  private static ValueTick plain(ValueTick tick) {
    boolean isMajor = tick.getTickType().equals(TickType.MAJOR);
    return new NumberTick(
        tick.getTickType(),
        tick.getValue(),
        isMajor ? String.format(Locale.ROOT, "%,.0f", tick.getValue()) : "",
        tick.getTextAnchor(),
        TextAnchor.CENTER,
        0);
  }
}
