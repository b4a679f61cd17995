package io.kvstore.spring;

import static java.util.Objects.requireNonNull;

import io.kvstore.KVStore;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.ResolvableType;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Holds where no bean is a {@code KVStore<String, String>}. */
final class OnMissingStore extends SpringBootCondition implements ConfigurationCondition {
  private static final ResolvableType STORE_OF_TEXTS =
      ResolvableType.forClassWithGenerics(KVStore.class, String.class, String.class);

  @Override
  public ConfigurationPhase getConfigurationPhase() {
    return ConfigurationPhase.REGISTER_BEAN;
  }

  @Override
  public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata asked) {
    List<String> found =
        List.of(
            requireNonNull(context.getBeanFactory(), "beanFactory")
                .getBeanNamesForType(STORE_OF_TEXTS, true, false));
    return new ConditionOutcome(found.isEmpty(), "stores of texts: " + found);
  }
}
