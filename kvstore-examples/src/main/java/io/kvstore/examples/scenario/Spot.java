package io.kvstore.examples.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A value in a JSON file and the place where it stands, such as {@code clients[0].requests[2]}. */
final class Spot {
  private static final int LONGEST_QUOTE = 40;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern TWICE = Pattern.compile("^Duplicate.*[\"']([^\"']*)[\"']");

  private final String place;
  private final JsonNode value;

  private Spot(String place, JsonNode value) {
    this.place = place;
    this.value = value;
  }

  /** The whole of a file. */
  static Spot of(String text) {
    try {
      return new Spot("", JSON.readTree(text));
    } catch (JacksonException notJson) {
      TokenStreamLocation location = notJson.getLocation();
      String where =
          location == null
              ? ""
              : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
      throw new MistakeException(where + inPlainWords(notJson));
    }
  }

  /** A parser speaks of its own source and settings behind what is wrong. */
  private static String inPlainWords(JacksonException notJson) {
    String said = notJson.getOriginalMessage();
    Matcher twice = TWICE.matcher(said);
    return twice.find()
        ? "the name '" + twice.group(1) + "' is there twice"
        : "not JSON: " + said.replaceFirst("(?s)[ ,]*(\\(start marker|at \\[Source|\\n).*", "");
  }

  String place() {
    return place;
  }

  /** Something is wrong with what stands here. */
  MistakeException mistake(String what) {
    return new MistakeException(place.isEmpty() ? what : place + ": " + what);
  }

  private MistakeException unexpected(String expected) {
    return mistake("expected " + expected + ", found " + quote());
  }

  private String quote() {
    String text = value.isMissingNode() ? "nothing" : value.toString();
    return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
  }

  // Objects

  /** This, which must be an object with no other names than these. */
  Spot object(String what, List<String> names) {
    if (!value.isObject()) {
      throw unexpected(what);
    }
    for (String name : new TreeSet<>(value.propertyNames())) {
      if (!names.contains(name)) {
        throw child(name).mistake("unknown name, expected " + String.join(", ", names));
      }
    }
    return this;
  }

  /** This, which must be an object, and what stands in it. */
  List<Spot> members(String what) {
    if (!value.isObject()) {
      throw unexpected(what);
    }
    return value.propertyNames().stream().map(this::child).toList();
  }

  /** What stands under a name, which must be there. */
  Spot get(String name, String what) {
    return find(name).orElseThrow(() -> child(name).mistake("missing, expected " + what));
  }

  /** What stands under a name, if anything does. */
  Optional<Spot> find(String name) {
    return value.has(name) ? Optional.of(child(name)) : Optional.empty();
  }

  private Spot child(String name) {
    return new Spot(place.isEmpty() ? name : place + "." + name, value.path(name));
  }

  // Everything else

  /** This, which must be a list with something in it. */
  List<Spot> list(String what) {
    if (!value.isArray() || value.isEmpty()) {
      throw unexpected(what);
    }
    List<Spot> spots = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      spots.add(new Spot(place + "[" + i + "]", value.get(i)));
    }
    return spots;
  }

  String text(String what) {
    if (!value.isString()) {
      throw unexpected(what);
    }
    return value.stringValue();
  }

  /** The text of a text, number, true or false. */
  String scalar(String what) {
    if (!value.isString() && !value.isNumber() && !value.isBoolean()) {
      throw unexpected(what);
    }
    return value.asString();
  }

  int number(String what, int least, int most) {
    boolean isGood =
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= least
            && value.intValue() <= most;
    if (!isGood) {
      throw unexpected(what + " from " + least + " to " + most);
    }
    return value.intValue();
  }
}
