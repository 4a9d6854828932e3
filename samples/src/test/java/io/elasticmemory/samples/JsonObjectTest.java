package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  @Test
  void writesFieldsInTheirOrder() {
    JsonObject json =
        new JsonObject()
            .put("name", "a \"quoted\"\n\\ text\u0001")
            .put("count", 42L)
            .put("ratio", 0.5)
            .put("good", true)
            .put("words", List.of("x", "y"));
    assertThat(json.toString())
        .isEqualTo(
            """
            {
              "name": "a \\"quoted\\"\\n\\\\ text\\u0001",
              "count": 42,
              "ratio": 0.500000,
              "good": true,
              "words": ["x", "y"]
            }\
            """);
  }

  @Test
  void readsBackWhatIsAtTheTop() {
    JsonObject json =
        new JsonObject()
            .put("count", -42L)
            .put("hash", "0xab")
            .putObjects("parts", List.of(new JsonObject().put("count", 1L)))
            .put("ratio", 0.25);
    assertThat(JsonObject.readFlat(json.toString()))
        .containsEntry("count", "-42")
        .containsEntry("hash", "0xab")
        .containsEntry("ratio", "0.250000")
        .hasSize(3);
  }
}
