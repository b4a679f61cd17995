package io.kvstore.spring;

import io.kvstore.KVStore;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Defines a bean for each of the stores that are named under {@code kvstore.stores}. */
final class NamedStores implements ImportBeanDefinitionRegistrar {
  private static final String PREFIX = "kvstore.stores";

  private final Environment environment;

  NamedStores(Environment environment) {
    this.environment = environment;
  }

  @Override
  public void registerBeanDefinitions(
      AnnotationMetadata importing, BeanDefinitionRegistry registry) {
    Binder.get(environment)
        .bindOrCreate("kvstore", NamedStoresProperties.class)
        .stores()
        .forEach((name, properties) -> define(name, properties, registry));
  }

  private static void define(
      String name, StoreProperties properties, BeanDefinitionRegistry registry) {
    if (registry.containsBeanDefinition(name)) {
      throw new UnusablePropertiesException(
          PREFIX + "." + name, "there is another bean of the name '" + name + "': choose another");
    }
    RootBeanDefinition definition = new RootBeanDefinition();
    definition.setTargetType(
        ResolvableType.forClassWithGenerics(KVStore.class, String.class, String.class));
    definition.setInstanceSupplier(() -> properties.open(PREFIX + "." + name));
    definition.setDestroyMethodName("close");
    registry.registerBeanDefinition(name, definition);
  }
}
