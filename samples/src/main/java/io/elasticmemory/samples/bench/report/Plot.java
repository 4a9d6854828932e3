package io.elasticmemory.samples.bench.report;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * A plot: several series of values over the same labels, as groups of bars, or over numbers, as
 * lines. A value that is not a number leaves a gap.
 *
 * @param name of its file, without extension
 * @param title above it
 * @param x what is to the right
 * @param y what is upwards
 * @param isLogarithmic whether y grows by factors
 * @param series at least one; all over labels, or all over numbers
 */
record Plot(
    String name, String title, String x, String y, boolean isLogarithmic, List<Series> series) {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 420;
  private static final String FONT = "SansSerif";
  private static final BasicStroke LINE = new BasicStroke(2);
  private static final Color GRID = new Color(0xCCCCCC);

  /** Colours that those who cannot tell red from green can tell apart (Okabe and Ito). */
  private static final Color[] COLORS = {
    new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
    new Color(0xE69F00), new Color(0x56B4E9), new Color(0x000000), new Color(0x999999)
  };

  /**
   * Values of one kind.
   *
   * @param label in the legend
   * @param at where each of them is: a text or a number
   * @param values as many; not a number where there is none
   */
  record Series(String label, List<? extends Comparable<?>> at, List<Double> values) {
    Series {
      at = List.copyOf(at);
      values = List.copyOf(values);
      if (at.size() != values.size() || at.isEmpty()) {
        throw new IllegalArgumentException(
            "%s has %d values for %d places".formatted(label, values.size(), at.size()));
      }
    }
  }

  Plot {
    series = List.copyOf(series);
  }

  /** Writes it as SVG. */
  void write(Path file) throws IOException {
    VectorGraphics2D graphics = new VectorGraphics2D();
    chart().draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    try (OutputStream out = Files.newOutputStream(file)) {
      new SVGProcessor()
          .getDocument(graphics.getCommands(), new PageSize(WIDTH, HEIGHT))
          .writeTo(out);
    }
  }

  private JFreeChart chart() {
    JFreeChart chart = series.getFirst().at().getFirst() instanceof Number ? lines() : bars();
    // Beside the axis it would stand upright, which this SVG can only draw as hollow outlines.
    TextTitle unit = new TextTitle(y, new Font(FONT, Font.PLAIN, 12));
    unit.setHorizontalAlignment(HorizontalAlignment.LEFT);
    chart.addSubtitle(unit);
    return chart;
  }

  private JFreeChart bars() {
    DefaultCategoryDataset values = new DefaultCategoryDataset();
    for (Series one : series) {
      for (int i = 0; i < one.values().size(); i++) {
        double value = one.values().get(i);
        values.addValue(
            Double.isNaN(value) ? null : Double.valueOf(value), one.label(), one.at().get(i));
      }
    }
    JFreeChart chart = ChartFactory.createBarChart(title, x, null, values);
    theme().apply(chart);
    CategoryPlot plot = chart.getCategoryPlot();
    BarRenderer bars = (BarRenderer) plot.getRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setItemMargin(0);
    for (int i = 0; i < series.size(); i++) {
      bars.setSeriesPaint(i, color(i));
    }
    plot.setRangeAxis(axis(plot.getRangeAxis()));
    return chart;
  }

  private JFreeChart lines() {
    XYSeriesCollection values = new XYSeriesCollection();
    for (Series one : series) {
      XYSeries line = new XYSeries(one.label());
      for (int i = 0; i < one.values().size(); i++) {
        line.add((Number) one.at().get(i), one.values().get(i));
      }
      values.addSeries(line);
    }
    JFreeChart chart = ChartFactory.createXYLineChart(title, x, null, values);
    theme().apply(chart);
    XYPlot plot = chart.getXYPlot();
    XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, true);
    for (int i = 0; i < series.size(); i++) {
      lines.setSeriesPaint(i, color(i));
      lines.setSeriesStroke(i, LINE);
    }
    plot.setRenderer(lines);
    plot.setRangeAxis(axis(plot.getRangeAxis()));
    return chart;
  }

  private ValueAxis axis(ValueAxis linear) {
    if (!isLogarithmic) {
      return linear;
    }
    DecadeAxis axis =
        new DecadeAxis(
            series.stream().flatMap(one -> one.values().stream()).mapToDouble(Double::doubleValue));
    axis.setTickLabelFont(linear.getTickLabelFont());
    axis.setTickLabelPaint(linear.getTickLabelPaint());
    return axis;
  }

  private static Color color(int series) {
    return COLORS[series % COLORS.length];
  }

  private static StandardChartTheme theme() {
    StandardChartTheme theme = new StandardChartTheme("EMP");
    theme.setExtraLargeFont(new Font(FONT, Font.BOLD, 16));
    theme.setLargeFont(new Font(FONT, Font.PLAIN, 13));
    theme.setRegularFont(new Font(FONT, Font.PLAIN, 12));
    theme.setSmallFont(new Font(FONT, Font.PLAIN, 10));
    theme.setPlotBackgroundPaint(Color.WHITE);
    theme.setRangeGridlinePaint(GRID);
    theme.setDomainGridlinePaint(GRID);
    return theme;
  }
}
