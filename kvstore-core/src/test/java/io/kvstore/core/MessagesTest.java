package io.kvstore.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage.Contents;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What members of a group say to each other, whichever protocol they follow. */
class MessagesTest {
  private static final List<Class<?>> SAID =
      new ClassFileImporter()
              .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages("io.kvstore.core")
              .stream()
              .filter(each -> each.isAssignableTo(Message.class) || isReport(each))
              .filter(each -> !each.isInterface())
              .<Class<?>>map(JavaClass::reflect)
              .toList();

  private static boolean isReport(JavaClass each) {
    return each.isAssignableTo(MemberReport.class);
  }

  @Test
  void allThatIsSaidIsARecord() {
    assertThat(SAID).hasSizeGreaterThan(15).allMatch(Class::isRecord);
  }

  /**
   * Only then is the copy brought in chunks before the rest is handed over: what is named otherwise
   * would go from one member to another as a whole.
   */
  @Test
  void aCopyOfAllEntriesIsAComponentThatIsCalledContents() {
    List<RecordComponent> copies =
        SAID.stream()
            .flatMap(each -> Arrays.stream(each.getRecordComponents()))
            .filter(component -> mentionsContents(component.getGenericType()))
            .toList();
    assertThat(copies).hasSizeGreaterThan(2);

    assertThat(copies)
        .allSatisfy(
            component -> {
              assertThat(component.getName())
                  .as("%s of %s", component, component.getDeclaringRecord())
                  .isEqualTo("contents");
              assertThat(component.getType()).isEqualTo(Contents.class);
            });
  }

  private static boolean mentionsContents(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Stream.of(parameterized.getActualTypeArguments())
          .anyMatch(MessagesTest::mentionsContents);
    }
    if (type instanceof WildcardType wildcard) {
      return Stream.of(wildcard.getUpperBounds()).anyMatch(MessagesTest::mentionsContents);
    }
    boolean isRecordWithCopy =
        type instanceof Class<?> its
            && its.isRecord()
            && !SAID.contains(its)
            && Arrays.stream(its.getRecordComponents())
                .anyMatch(component -> component.getType() == Contents.class);
    return type == Contents.class || isRecordWithCopy;
  }
}
