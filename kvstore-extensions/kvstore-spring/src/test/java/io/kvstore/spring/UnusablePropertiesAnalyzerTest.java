package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class UnusablePropertiesAnalyzerTest {
  @ImportAutoConfiguration(KVStoreAutoConfiguration.class)
  static class Application {}

  @Test
  void anApplicationThatCannotStartSaysWhatToChange(CapturedOutput output) {
    SpringApplication application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .properties("kvstore.replication=chain", "kvstore.consistency=eventual")
            .build();

    assertThatThrownBy(application::run).hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("CHAIN cannot give EVENTUAL consistency: use ")
        .contains("Change the properties that begin with kvstore");
  }
}
