package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
  @Test
  void readsWhatTheCommandsWrite() {
    JsonObject row = new JsonObject().put("name", "a \"b\"\n\u0001\\").put("value", 1.25);
    JsonObject json =
        new JsonObject()
            .put("count", -3)
            .put("ok", true)
            .putNull("nothing")
            .put("words", List.of("x", "y"))
            .putObjects("rows", List.of(row))
            .putObjects("none", List.of());
    JsonTree tree = JsonTree.parse(json.toString());
    assertThat(tree.number("count")).isEqualTo(-3);
    assertThat(tree.get("ok").isTrue()).isTrue();
    assertThat(tree.get("nothing").isNull()).isTrue();
    assertThat(tree.get("words").each()).extracting(JsonTree::text).containsExactly("x", "y");
    JsonTree read = tree.get("rows").each().getFirst();
    assertThat(read.text("name")).isEqualTo("a \"b\"\n\u0001\\");
    assertThat(read.number("value")).isEqualTo(1.25);
    assertThat(tree.get("none").each()).isEmpty();
    assertThat(tree.find("other")).isEmpty();
  }

  @Test
  void saysWhereWhatWasWantedShouldHaveBeen() {
    JsonTree tree = JsonTree.parse("{\"rows\": [{\"a\": 1}, {\"a\": \"x\"}]}");
    List<JsonTree> rows = tree.get("rows").each();
    assertThatThrownBy(() -> rows.get(1).number("a")).hasMessage("the JSON.rows[1].a is no number");
    assertThatThrownBy(() -> rows.get(0).number("b"))
        .hasMessage("the JSON.rows[0] has no field 'b'");
    assertThatThrownBy(() -> rows.get(0).each()).hasMessageContaining("is no list");
    assertThatThrownBy(() -> rows.get(0).get("a").get("b")).hasMessageContaining("is no object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,",
        "{\"a\" 1}",
        "{a: 1}",
        "\"\\q\"",
        "\"\\u00\"",
        "\"open",
        "1 2",
        "nil",
        "[1}"
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> JsonTree.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no JSON");
  }
}
