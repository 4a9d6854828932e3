package io.elasticmemory.samples.profile;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A flame graph, after Brendan Gregg (https://doi.org/10.1145/2909476), as one SVG file without
 * scripts: the width of a frame is its part of the faults, the kind of fault stands on top of its
 * line, and a tooltip has the figures.
 */
public final class FlameGraph {
  private static final int WIDTH = 1200;
  private static final int MARGIN = 10;
  private static final int HEAD = 40;
  private static final int ROW = 17;
  private static final double CHARACTER_WIDTH = 6.6;
  private static final double WIDTH_MIN = 0.3;

  /** A frame below those that lead to it. */
  private static final class Node {
    private final Map<String, Node> above = new TreeMap<>();
    private boolean isKind;
    private long count;
    private long waitNanos;

    void add(ProfiledStack stack) {
      count += stack.count();
      waitNanos += stack.waitNanos();
    }
  }

  private final Node root = new Node();
  private final String title;
  private final int rows;
  private final StringBuilder svg = new StringBuilder();

  /** A graph of what was taken. */
  public FlameGraph(String title, List<ProfiledStack> stacks) {
    this.title = title;
    stacks.forEach(this::add);
    // The root below and the kind on top.
    rows = stacks.stream().mapToInt(stack -> stack.frames().size() + 2).max().orElse(1);
  }

  private void add(ProfiledStack stack) {
    Node node = root;
    node.add(stack);
    for (String frame : stack.frames()) {
      node = node.above.computeIfAbsent(frame, _ -> new Node());
      node.add(stack);
    }
    Node kind = node.above.computeIfAbsent("[" + stack.kind() + "]", _ -> new Node());
    kind.isKind = true;
    kind.add(stack);
  }

  /** The text of the file. */
  public String svg() {
    int height = HEAD + rows * ROW + MARGIN;
    svg.setLength(0);
    svg.append(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
             font-family="monospace" font-size="11">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="%3$d" y="22" font-size="15">%4$s</text>
        """
            .formatted(WIDTH, height, MARGIN, escaped(title)));
    draw("all faults", root, MARGIN, WIDTH - 2.0 * MARGIN, rows - 1);
    return svg.append("</svg>\n").toString();
  }

  private void draw(String name, Node node, double x, double width, int row) {
    if (width < WIDTH_MIN) {
      return;
    }
    double y = HEAD + (double) row * ROW;
    String label = label(name, width);
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s: %d samples, %.1f %%, mean wait %.1f µs</title>"
                + "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%d\" rx=\"1\" fill=\"%s\"/>"
                + "<text x=\"%.1f\" y=\"%.0f\">%s</text></g>%n",
            escaped(name),
            node.count,
            100.0 * node.count / Math.max(1, root.count),
            node.waitNanos / 1e3 / Math.max(1, node.count),
            x,
            y,
            Math.max(WIDTH_MIN, width - 0.5),
            ROW - 1,
            colour(name, node),
            x + 3,
            y + 12,
            escaped(label)));
    double at = x;
    for (Map.Entry<String, Node> child : node.above.entrySet()) {
      double part = width * child.getValue().count / node.count;
      draw(child.getKey(), child.getValue(), at, part, row - 1);
      at += part;
    }
  }

  private static String label(String name, double width) {
    int characters = (int) ((width - 6) / CHARACTER_WIDTH);
    if (characters < 3) {
      return "";
    }
    return name.length() <= characters ? name : name.substring(0, characters - 2) + "..";
  }

  /** The slower the tier, the darker; frames in shades that are always the same for a name. */
  private static String colour(String name, Node node) {
    if (node.isKind) {
      return switch (name) {
        case "[ssd]" -> "#4a6fa5";
        case "[remote]" -> "#6e93c4";
        case "[compressed]" -> "#9db8dc";
        default -> "#c9d8ec";
      };
    }
    int shade = Math.floorMod(name.hashCode(), 60);
    return String.format(
        Locale.ROOT, "#%02x%02x%02x", 240 - shade / 3, 130 + shade, 60 + shade / 2);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
