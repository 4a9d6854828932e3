package io.elasticmemory.samples.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class FlameGraphTest {
  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static double width(Document svg, String title) {
    NodeList groups = svg.getElementsByTagName("g");
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      if (text(group, "title").startsWith(title)) {
        Element rect = (Element) group.getElementsByTagName("rect").item(0);
        return Double.parseDouble(rect.getAttribute("width"));
      }
    }
    throw new AssertionError("there is no " + title);
  }

  private static String text(Element group, String name) {
    return group.getElementsByTagName(name).item(0).getTextContent();
  }

  @Test
  void theWidthOfAFrameIsItsPartOfTheFaults() throws Exception {
    String svg =
        new FlameGraph(
                "a & b",
                List.of(
                    new ProfiledStack("ssd", 75, 7500, List.of("Main.main:1", "Table.<init>:2")),
                    new ProfiledStack("zero", 25, 100, List.of("Main.main:1", "Other.get:3"))))
            .svg();
    Document document = parse(svg);
    assertThat(width(document, "all faults: 100 samples")).isBetween(1179.0, 1180.0);
    assertThat(width(document, "Main.main:1: 100 samples")).isBetween(1179.0, 1180.0);
    assertThat(width(document, "Table.<init>:2: 75 samples, 75.0 %")).isBetween(884.0, 885.0);
    assertThat(width(document, "[ssd]: 75 samples, 75.0 %, mean wait 0.1")).isPositive();
    assertThat(width(document, "[zero]: 25 samples")).isBetween(294.0, 295.0);
    assertThat(document.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("a & b");
  }

  @Test
  void drawsNothingThatIsTooNarrowToSee() throws Exception {
    List<ProfiledStack> stacks = new ArrayList<>();
    stacks.add(new ProfiledStack("ssd", 1_000_000, 1, List.of("Main.main:1")));
    stacks.add(new ProfiledStack("ssd", 1, 1, List.of("Rare.get:1")));
    assertThat(new FlameGraph("", stacks).svg()).contains("Main.main:1").doesNotContain("Rare");
  }

  @Test
  void aGraphOfNothingIsStillAFile() throws Exception {
    assertThat(parse(new FlameGraph("nothing", List.of()).svg()).getDocumentElement().getTagName())
        .isEqualTo("svg");
  }
}
