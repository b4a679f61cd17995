package io.kvstore.playground.compile;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the class that a method is added to; its first parameter is the object, if it has one. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AddedTo {
  /** The class. */
  Class<?> value();

  /** Whether it is a static method of that class. */
  boolean isStatic() default false;

  /** Whether that class has it already, and gets it wrong. */
  boolean replaces() default false;
}
